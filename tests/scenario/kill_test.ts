/** Whatever call a run dies at, the next one ends where an undisturbed one ends. */

import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { opposite, type Side, SIDES } from "@/core/side.ts";
import { exits, noLitter, pathsIn } from "../support/evidence.ts";
import { failingAt, FaultyFileSystem, killedAt } from "../support/faulty_fs.ts";
import { type Ran, runHere } from "../support/osync.ts";
import { dir, file, link, Replicas } from "../support/replicas.ts";

/** Each side takes every second call: half the time, and both meet every kind of call. */
const STRIDE = SIDES.length;
const CODES = ["EIO", "ENOSPC", "EACCES", "EROFS", "EDQUOT"];

/** Times of directories, attributes of kept ones, an empty folder of ours: not worth a word. */
const COSMETIC =
  /^set(Time|Mode|Owner)Open .*\/deleted\/|^setTimeOpen |^removeDirectory .*\/stage$/;

const OLD = {
  changed: file("changed: old", { at: 1000 }),
  conflict: file("conflict: old", { at: 1000 }),
  deleted: file("deleted: old", { at: 1000 }),
  gone: dir({ a: file("gone/a", { at: 1000 }), sub: dir({}, { at: 1500 }) }, {
    at: 1500,
  }),
  mode: file("mode", { at: 1000 }),
  tree: dir({ a: file("tree/a", { at: 1000 }) }, { at: 1500 }),
  leaf: file("leaf: old", { at: 1000 }),
  link: link("old", { at: 1000 }),
  in: dir({ f: file("in/f", { at: 1000 }) }, { at: 1500, mode: 0o500 }),
};

/** Every kind of change there is, made on one side; the other one only edits too. */
function edit(pair: Replicas, side: Side): void {
  pair.put(side, {
    changed: file("changed: new", { at: 2000 }),
    conflict: file("conflict: new", { at: 3000 }),
    tree: file("tree: a file now", { at: 2000 }),
    leaf: null,
    link: link("new", { at: 2000 }),
    "in/f": file("in/f: new", { at: 2000 }),
    "in/g": file("in/g", { at: 2000, mode: 0o640, uid: 7, gid: 8 }),
    new: file("new", { at: 2000, mode: 0o755 }),
  });
  pair.put(side, {
    leaf: dir({ b: file("leaf/b", { at: 2000 }) }, { at: 2500 }),
    made: dir({ deep: dir({ f: file("f", { at: 2000 }) }, { at: 2500 }) }, {
      at: 2500,
      mode: 0o555,
      uid: 7,
    }),
    shut: dir({}, { at: 2500, mode: 0o500, uid: 7, gid: 8 }),
  });
  pair.remove(side, "deleted", "gone");
  pair.set(side, "mode", { mode: 0o600, uid: 5 });
  pair.set(side, "in", { at: 2600 });
  pair.put(opposite(side), { conflict: file("conflict: other", { at: 2000 }) });
}

async function edited(side: Side): Promise<Replicas> {
  const pair = new Replicas();
  pair.put("both", OLD);
  for (const each of SIDES) pair.set(each, "", { at: 1700 });
  using _ = new FaultyFileSystem({});
  exits(0, await run(pair));
  edit(pair, side);
  for (const each of SIDES) pair.set(each, "", { at: 1800 });
  return pair;
}

/** Contents of all files of both replicas, osync's own of the kept ones included. */
function contents(pair: Replicas): Set<string> {
  const found = new Set<string>();
  for (const side of SIDES) {
    for (const path of pathsIn(pair.path(side))) {
      if (/^\.osync_workdir\/(?!backup|deleted)/.test(path)) continue;
      const full = pair.path(side, path);
      if (Deno.lstatSync(full).isFile) found.add(readFileSync(full, "utf8"));
    }
  }
  return found;
}

/** All but the times of directories: what a run has begun to change in one shows in its time. */
function sketch(pair: Replicas, side: Side): Record<string, string> {
  const lines = Object.entries(pair.sketch(side));
  return Object.fromEntries(
    lines.map(([path, line]) => [
      path,
      line.startsWith("directory") ? line.replace(/ @.*/, "") : line,
    ]),
  );
}

/** Without the pause before each run that other tests need: all edits say their times. */
function run(pair: Replicas): Promise<Ran> {
  const { initiator, target } = pair.roots;
  return runHere([`--initiator=${initiator}`, `--target=${target}`], {
    env: { LOGFILE: `${pair.home}/log` },
  });
}

/** How many calls an undisturbed run makes, and what it ends with. */
async function undisturbed(
  side: Side,
): Promise<{ calls: number; expected: Record<string, string> }> {
  using pair = await edited(side);
  using counter = new FaultyFileSystem({});
  exits(0, await run(pair));
  const expected = sketch(pair, side);
  equal(sketch(pair, opposite(side)), expected);
  ok(counter.calls > 100);
  return { calls: counter.calls, expected };
}

/** This process lives on, so its locks would be respected. */
function unlock(pair: Replicas): void {
  for (const side of SIDES) {
    if (pair.stat(side, ".osync_workdir") === undefined) continue;
    pair.remove(side, ".osync_workdir/lock", ".osync_workdir/lock.owner");
  }
}

/** The next run ends where an undisturbed one ends, and nothing is lost. */
async function completes(
  pair: Replicas,
  expect: {
    readonly before: Set<string>;
    readonly expected: Record<string, string>;
  },
): Promise<void> {
  using _ = new FaultyFileSystem({});
  unlock(pair);
  exits(0, await run(pair));
  for (const side of SIDES) equal(sketch(pair, side), expect.expected);
  equal([...expect.before.difference(contents(pair))], []);
  noLitter(pair);
}

for (const [index, side] of SIDES.entries()) {
  Deno.test(`killed at any call while the ${side}'s changes travel, the next run ends as if nothing had happened`, async () => {
    const { calls, expected } = await undisturbed(side);
    for (let number = 1 + index; number <= calls; number += STRIDE) {
      using pair = await edited(side);
      const before = contents(pair);
      {
        using _ = killedAt(number);
        await run(pair).catch(() => undefined);
      }
      try {
        await completes(pair, { before, expected });
      } catch (error) {
        throw new Error(`Killed at call ${number}`, { cause: error });
      }
    }
  });

  Deno.test(`whatever call fails while the ${side}'s changes travel, that is told, and the next run completes`, async () => {
    const { calls, expected } = await undisturbed(side);
    for (let number = 2 - index; number <= calls; number += STRIDE) {
      using pair = await edited(side);
      const before = contents(pair);
      const code = CODES[number % CODES.length] ?? "EIO";
      try {
        {
          using faulty = failingAt(number, code);
          const ended = await run(pair);
          if (!COSMETIC.test(faulty.failed)) {
            exits(1, ended);
            ok(ended.stderr.includes(code), ended.stderr);
            ok(ended.stderr.includes(pair.home), ended.stderr);
          }
        }
        await completes(pair, { before, expected });
      } catch (error) {
        throw new Error(`${code} at call ${number}`, { cause: error });
      }
    }
  });
}

Deno.test("killed at any call of a first run over two empty replicas, the next run asks nothing", async () => {
  for (let number = 1;; number++) {
    using pair = new Replicas();
    using faulty = killedAt(number);
    await run(pair).catch(() => undefined);
    faulty[Symbol.dispose]();
    unlock(pair);
    // With one state there is nothing both agree on: that is a warning.
    const { code } = await run(pair);
    ok(code === 0 || code === 2, `${code} at call ${number}`);
    exits(0, await run(pair));
    if (faulty.calls < number) break;
  }
});
