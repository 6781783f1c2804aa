/** Programs write without rest while runs are on: nothing arrives torn, and nothing that is edited meanwhile is lost. */

import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { SIDES } from "@/core/side.ts";
import { Busy } from "../support/busy.ts";
import {
  content,
  isLog,
  isPrefix,
  logLine,
  numberOf,
} from "../support/contents.ts";
import { isWriteLog, newDatabase, writesIn } from "../support/database.ts";
import { reportFigures, runs } from "../support/effort.ts";
import {
  exists,
  isSettled,
  pathsIn,
  standingTexts,
  synced,
  text,
} from "../support/evidence.ts";
import { has, sh } from "../support/machine.ts";
import { Replicas } from "../support/replicas.ts";
import { SlowDisk } from "../support/slow_disk.ts";

/** Runs while a program is busy. */
const ROUNDS = 12 * runs();

const WIDE = ["--allow-mass-deletion"];

const figures = { rounds: 0, arrivals: 0, writes: 0, "left for later": 0 };

/**
 * Runs again and again while programs are busy, and somebody edits notes on
 * the target; then once more when they have stopped.
 *
 * @param look At what has arrived so far, after each run.
 * @returns What each program did last.
 */
async function whileBusy(
  pair: Replicas,
  programs: readonly Busy[],
  look: () => void,
): Promise<number[]> {
  const notes: string[] = [];
  using slow = new SlowDisk();
  for (let round = 0; round < ROUNDS; round++) {
    notes.push(`note ${round}`);
    pair.put("target", { notes: `note ${round}` });
    const { code, stderr } = await pair.run(WIDE);
    ok(code === 0 || code === 2, `${code}: ${stderr}`);
    figures.rounds++;
    if (code === 2) figures["left for later"]++;
    look();
  }
  const last: number[] = [];
  for (const program of programs) last.push(await program.stop());
  slow[Symbol.dispose]();
  await pair.sync(WIDE);
  look();
  equal(pair.tree("initiator"), pair.tree("target"));
  const standing = standingTexts(pair);
  for (const note of notes) ok(standing.has(note), `${note} is lost`);
  await isSettled(pair);
  return last;
}

/** The contents of a file that were met. */
class Arrivals {
  readonly #numbers = new Set<number>();

  /** Takes the number of the next one, which is not torn if it has one. */
  take(number: number | undefined): void {
    ok(number !== undefined, "it is torn");
    this.#numbers.add(number);
  }

  /** There were some besides the last one. */
  mustBeSome(): void {
    figures.arrivals += this.#numbers.size;
    ok(this.#numbers.size > 1, "nothing arrived meanwhile");
  }
}

Deno.test("a database writes its pages in place during runs: what arrives is a state it had", async () => {
  using pair = await synced({ still: "1" });
  const dir = pair.path("initiator");
  writeFileSync(`${dir}/db`, newDatabase());
  await using busy = Busy.with("database", dir);
  await busy.began(`${dir}/db-wal`);
  const arrivals = new Arrivals();
  const [last = 0] = await whileBusy(pair, [busy], () => {
    const there = pair.path("target", "db");
    if (exists(there)) arrivals.take(writesIn(readFileSync(there)));
    if (!exists(`${there}-wal`)) return;
    ok(isWriteLog(readFileSync(`${there}-wal`)), "its log is torn");
  });
  arrivals.mustBeSome();
  figures.writes += last;
});

Deno.test("a log grows and is rotated during runs: what arrives is whole lines of it", async () => {
  using pair = await synced({ still: "1" });
  const dir = pair.path("initiator");
  await using busy = Busy.with("log", dir);
  await busy.began(`${dir}/log`);
  const arrivals = new Arrivals();
  const [last = 0] = await whileBusy(pair, [busy], () => {
    for (const name of ["log", "log.1"]) {
      const there = pair.path("target", name);
      if (!exists(there)) continue;
      ok(isLog(text(there)), `${name} is torn`);
      arrivals.take(parseInt(text(there).split("\n").at(-2) ?? ""));
    }
  });
  arrivals.mustBeSome();
  figures.writes += last;
});

Deno.test("a file is replaced on both sides, a thousand times a second, during runs: none arrives torn, and the last ones are kept", async () => {
  using pair = await synced({ still: "1" });
  await using ours = Busy.with("replace", pair.path("initiator"));
  await using theirs = Busy.with("replace", pair.path("target"), 1_000_000);
  await ours.began(pair.path("initiator", "file"));
  await theirs.began(pair.path("target", "file"));
  const arrivals = new Arrivals();
  const last = await whileBusy(pair, [ours, theirs], () => {
    for (const side of SIDES) {
      arrivals.take(numberOf(text(pair.path(side, "file"))));
    }
  });
  arrivals.mustBeSome();
  const standing = standingTexts(pair);
  for (const number of last) ok(standing.has(content(number)), `${number}`);
  figures.writes += (last[0] ?? 0) + (last[1] ?? 0) % 1_000_000;
});

Deno.test("a program on the target keeps a file open whose new versions arrive: whatever it writes into it stands or is kept", async () => {
  using pair = await synced({ held: "" });
  await using busy = Busy.with("hold", pair.path("target"));
  while (pair.stat("target", "held")?.size === 0) {
    await new Promise((done) => setTimeout(done, 10));
  }
  let round = 0;
  const [last = 0] = await whileBusy(pair, [busy], () => {
    const edits = ++round < ROUNDS && round % 3 === 1;
    if (edits) pair.put("initiator", { held: `mine ${round}` });
  });
  const lines = new Set(
    [...standingTexts(pair)].flatMap((one) => one.split(/(?<=\n)/)),
  );
  for (let line = 0; line <= last; line++) {
    ok(lines.has(logLine(line)), `line ${line} of ${last} is lost`);
  }
  figures.writes += last;
});

Deno.test("trees are unpacked and removed during runs: none of their files arrives torn", async () => {
  using pair = await synced({ still: "1" });
  const dir = pair.path("initiator");
  await using busy = Busy.with("unpack", dir);
  await busy.began(`${dir}/pack-0`);
  const arrivals = new Arrivals();
  const [last = 0] = await whileBusy(pair, [busy], () => {
    for (const path of pathsIn(pair.path("target"))) {
      if (!/^pack-\d\/lib\/\d\/\d$/.test(path)) continue;
      const found = text(pair.path("target", path));
      ok(isPrefix(found), `${path} is torn`);
      arrivals.take(parseInt(found) || 0);
    }
  });
  arrivals.mustBeSome();
  figures.writes += last;
});

/** Checks out one of two branches, and the other one, over and over. */
const CHECKOUTS = `
  until [ -e "$2" ]; do
    for branch in two one; do git -C "$1" checkout --quiet $branch; done
    count=$((count + 2))
  done
  echo $count > "$2"`;

const FILES = 60;

/** A repository with two branches: some files have the same path in both, others have not. */
function makeRepository(dir: string): void {
  const git = (...args: string[]) =>
    sh("git", "-C", dir, "-c", "user.name=x", "-c", "user.email=x@y", ...args);
  git("init", "--quiet");
  for (const [at, branch] of ["one", "two"].entries()) {
    git("checkout", "--quiet", "--orphan", branch);
    for (let file = 0; file < FILES; file++) {
      const folder = `${dir}/${file % 3 === 0 ? branch : "both"}/${file % 4}`;
      Deno.mkdirSync(folder, { recursive: true });
      writeFileSync(`${folder}/${file}`, content(2000 + at * FILES + file));
    }
    git("add", branch, "both");
    git("commit", "--quiet", "--message", branch);
    git("rm", "-r", "--quiet", "--cached", ".");
    sh("rm", "-r", `${dir}/${branch}`, `${dir}/both`);
  }
  git("checkout", "--quiet", "--force", "one");
}

Deno.test({
  name:
    "git checks out one commit and another during runs: none of their files arrives torn, and both repositories are sound",
  ignore: !has("git"),
  async fn() {
    using pair = new Replicas();
    const dir = pair.path("initiator");
    makeRepository(dir);
    await pair.sync();
    const shell = ["sh", "-c", CHECKOUTS, "sh", dir];
    await using busy = new Busy(shell, `${pair.home}/stop`);
    const arrivals = new Arrivals();
    const [last = 0] = await whileBusy(pair, [busy], () => {
      for (const path of pathsIn(pair.path("target"))) {
        if (!/^(one|two|both)\/\d\/\d+$/.test(path)) continue;
        const found = text(pair.path("target", path));
        arrivals.take(found === "" ? 0 : numberOf(found));
      }
    });
    arrivals.mustBeSome();
    for (const side of SIDES) {
      sh("git", "-C", pair.path(side), "fsck", "--strict");
      sh("git", "-C", pair.path(side), "diff", "--exit-code", "HEAD");
    }
    figures.writes += last;
  },
});

Deno.test.afterAll(() => reportFigures("busy programs", figures));
