/**
 * Compares osync with rsync, unison and cp, and writes `docs/benchmarks.md`.
 *
 * `BENCH_MILLION=yes` adds a row of a million files, `BENCH_DIR` says where to
 * work, `BENCH_FILES=10000` measures that size alone and writes nothing.
 */

import { VERSION } from "@/version.ts";
import { contest, type Contestant, finish, type Result } from "./contest.ts";
import { type Pair, type Peer, Peers } from "./peers.ts";
import { describeMachine, renderReport, type Row } from "./report.ts";
import { deleteFiles, editTree, makeLargeFile, makeTree } from "./trees.ts";

const ROUNDS = 5;
const DELETIONS = 5000;
const MEBIBYTES = 2048;
/** Those that look at the pair of rsync, by their names in the table. */
const LOOKING: Partial<Record<Peer, string>> = {
  rsync: "rsync -an",
  find: "find",
  floor: "the floor",
};

const only = Number(Deno.env.get("BENCH_FILES") ?? 0);

const area = await Deno.makeTempDir({
  dir: Deno.env.get("BENCH_DIR") ?? "/var/tmp",
  prefix: "osync-bench-",
});
const program = `${area}/program/main.js`;
await bundle();
const peers = new Peers(area, program);
const synchronisers = await peers.installed(["osync", "rsync", "unison"]);
const copiers = await peers.installed(["osync", "rsync", "unison", "cp"]);
const lookers = await peers.installed([
  "osync",
  "rsync",
  "unison",
  "find",
  "floor",
]);
const rows: Row[] = [];
try {
  if (only === 0) {
    await measureStart();
    await measureLargeFile();
  }
  for (const files of only > 0 ? [only] : [10_000, 100_000]) {
    await measureSize(files);
  }
  if (Deno.env.get("BENCH_MILLION") === "yes") await measureMillion();
  if (only === 0) {
    const report = renderReport(rows, await describeMachine(area, VERSION));
    await Deno.writeTextFile("docs/benchmarks.md", report);
    print("Written: docs/benchmarks.md");
  }
} finally {
  // Only now: files deleted a moment ago make an ext4 slow.
  await new Deno.Command("rm", { args: ["-rf", area] }).output();
}

async function bundle(): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--code-splitting",
      `--outdir=${area}/program`,
      "main.ts",
    ],
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
  const rounds = files > 10_000 ? 3 : ROUNDS;
  const source = `${area}/${files}`;
  makeTree(source, files);
  const pairs = await measureFirst(size, { source, rounds });
  await measureNoChange(size, (peer) => pairOf(peer, pairs));
  await row(
    `1 % edited, ${size}`,
    [...synchronisers, ...copiers.filter((peer) => peer === "cp")].map((
      peer,
    ) => ({
      name: peer === "cp" ? "cp of them, sync -f" : peer,
      prepare(round: number) {
        const pair = pairOf(peer, pairs);
        const edited = editTree(pair.from, files, round + 1);
        return peer === "cp"
          ? peers.copyFiles(pair, edited)
          : peers.sync(peer, pair);
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

async function measureNoChange(
  size: string,
  pairOf: (peer: Peer) => Pair,
): Promise<void> {
  await row(
    `no change, ${size}`,
    lookers.map((peer) => ({
      name: LOOKING[peer] ?? peer,
      prepare: () =>
        peers.sync(peer, pairOf(peer in LOOKING ? "rsync" : peer), {
          dry: true,
        }),
    })),
    ROUNDS,
  );
}

/** One pair for all of them: more would fill the disk. */
async function measureMillion(): Promise<void> {
  const pair = { from: `${area}/million`, to: `${area}/million-too` };
  makeTree(pair.from, 1_000_000);
  copyTree(pair.from, pair.to);
  for (const peer of synchronisers) {
    if (peer !== "rsync") await finish(peers.sync(peer, pair));
  }
  await measureNoChange("1,000,000 files", () => pair);
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
