/**
 * Compares osync with rsync, unison and cp, and writes `docs/benchmarks.md`.
 *
 * `BENCH_MILLION=yes` adds rows of a million files, `BENCH_DIR` says where to
 * work, `BENCH_FILES=10000` measures that size alone and writes nothing.
 */

import { VERSION } from "@/version.ts";
import { contest, type Contestant, type Result } from "./contest.ts";
import { type Pair, type Peer, Peers } from "./peers.ts";
import { describeMachine, renderReport, type Row } from "./report.ts";
import { deleteFiles, editTree, makeLargeFile, makeTree } from "./trees.ts";

const ROUNDS = 5;
const DELETIONS = 5000;
const MEBIBYTES = 2048;
const only = Number(Deno.env.get("BENCH_FILES") ?? 0);

const area = await Deno.makeTempDir({
  dir: Deno.env.get("BENCH_DIR") ?? "/var/tmp",
  prefix: "osync-bench-",
});
const program = `${area}/osync.js`;
await bundle();
const peers = new Peers(area, program);
const synchronisers = await Peers.installed(["osync", "rsync", "unison"]);
const lookers = await Peers.installed(["osync", "rsync", "unison", "find"]);
const copiers = await Peers.installed(["osync", "rsync", "unison", "cp"]);
const rows: Row[] = [];
try {
  if (only === 0) {
    await measureStart();
    await measureLargeFile();
  }
  for (const files of sizes()) await measureSize(files);
  if (only === 0) {
    const report = renderReport(rows, await describeMachine(area, VERSION));
    await Deno.writeTextFile("docs/benchmarks.md", report);
    print("Written: docs/benchmarks.md");
  }
} finally {
  // Only now: files deleted a moment ago make an ext4 slow.
  await new Deno.Command("rm", { args: ["-rf", area] }).output();
}

function sizes(): number[] {
  if (only > 0) return [only];
  const million = Deno.env.get("BENCH_MILLION") === "yes" ? [1_000_000] : [];
  return [10_000, 100_000, ...million];
}

async function bundle(): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--output", program, "main.ts"],
    stdout: "null",
  }).output();
  if (!success) throw new Error("Cannot bundle main.ts");
}

async function measureStart(): Promise<void> {
  await row("`--version`", [
    { name: "osync", prepare: () => peers.osync(["--version"]) },
    { name: "rsync", prepare: () => ({ command: ["rsync", "--version"] }) },
  ], 15);
}

async function measureSize(files: number): Promise<void> {
  const size = `${files.toLocaleString("en")} files`;
  const rounds = files > 100_000 ? 1 : files > 10_000 ? 3 : ROUNDS;
  const source = `${area}/${files}`;
  makeTree(source, files);
  const pairs = await measureFirst(size, { source, rounds });
  await row(
    `no change, ${size}`,
    lookers.map((peer) => ({
      name: peer === "rsync" ? "rsync -an" : peer,
      prepare: () =>
        peers.sync(peer, pairOf(peer === "find" ? "rsync" : peer, pairs), {
          dry: true,
        }),
    })),
    rounds,
  );
  await row(
    `1 % edited, ${size}`,
    synchronisers.map((peer) => ({
      name: peer,
      prepare(round: number) {
        const pair = pairOf(peer, pairs);
        editTree(pair.from, files, round + 1);
        return peers.sync(peer, pair);
      },
    })),
    rounds,
  );
  if (files < 20 * DELETIONS) return;
  await row(
    `${DELETIONS.toLocaleString("en")} deletions in ${size}`,
    synchronisers.map((peer) => ({
      name: peer,
      prepare(round: number) {
        const pair = pairOf(peer, pairs);
        const from = round * DELETIONS;
        deleteFiles(pair.from, { from, to: from + DELETIONS });
        return peers.sync(peer, pair);
      },
    })),
    rounds,
  );
}

/** Copies a tree to fresh places, and returns the last pair of everybody. */
async function measureFirst(
  size: string,
  options: { readonly source: string; readonly rounds: number },
): Promise<Map<Peer, Pair>> {
  const { source, rounds } = options;
  const pairs = new Map<Peer, Pair>();
  // osync and unison leave something in what they synchronise.
  for (const peer of copiers) copyTree(source, `${source}-${peer}`);
  await row(
    `first run, ${size}`,
    copiers.map((peer) => ({
      name: peer === "cp" ? "cp, sync -f" : peer,
      prepare(round: number) {
        const pair = {
          from: `${source}-${peer}`,
          to: `${source}-${peer}-${round}`,
        };
        Deno.mkdirSync(pair.to);
        pairs.set(peer, pair);
        return peers.sync(peer, pair);
      },
    })),
    rounds,
  );
  return pairs;
}

function copyTree(from: string, to: string): void {
  const args = ["-a", "--no-target-directory", from, to];
  const { success } = new Deno.Command("cp", { args }).outputSync();
  if (!success) throw new Error(`Cannot copy "${from}"`);
}

function pairOf(peer: Peer, pairs: ReadonlyMap<Peer, Pair>): Pair {
  const pair = pairs.get(peer);
  if (pair === undefined) throw new Error(`No pair for ${peer}`);
  return pair;
}

async function measureLargeFile(): Promise<void> {
  const source = `${area}/large`;
  await Deno.mkdir(source);
  makeLargeFile(`${source}/file`, MEBIBYTES);
  await measureFirst(`one file of ${MEBIBYTES} MiB`, { source, rounds: 3 });
}

async function row(
  name: string,
  contestants: readonly Contestant[],
  rounds: number,
): Promise<void> {
  const results: readonly Result[] = await contest(contestants, rounds);
  rows.push({ name, rounds, results });
  const figures = results.map(({ name, seconds, peak }) =>
    `${name} ${Math.min(...seconds).toFixed(3)}-${
      Math.max(...seconds).toFixed(3)
    } s, ${peak.toFixed(0)} MiB`
  );
  print(`${name}: ${figures.join("; ")}`);
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
