/** Whatever call a run dies at, the next one ends where an undisturbed one ends. */

import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { opposite, type Side, SIDES } from "@/core/side.ts";
import {
  contents,
  edited,
  runPlainly,
  sketch,
} from "../support/every_change.ts";
import { exits, noLitter } from "../support/evidence.ts";
import { failingAt, FaultyFileSystem, killedAt } from "../support/faulty_fs.ts";
import { Replicas } from "../support/replicas.ts";

/** Each side takes every second call: half the time, and both meet every kind of call. */
const STRIDE = SIDES.length;
const CODES = ["EIO", "ENOSPC", "EACCES", "EROFS", "EDQUOT"];

/** Times of directories, attributes of kept ones, an empty folder of ours: not worth a word. */
const COSMETIC =
  /^set(Time|Mode|Owner)Open .*\/deleted\/|^setTimeOpen |^removeDirectory .*\/stage$/;

/** How many calls an undisturbed run makes, and what it ends with. */
async function undisturbed(
  side: Side,
): Promise<{ calls: number; expected: Record<string, string> }> {
  using pair = await edited(side);
  using counter = new FaultyFileSystem({});
  exits(0, await runPlainly(pair));
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
  exits(0, await runPlainly(pair));
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
        await runPlainly(pair).catch(() => undefined);
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
          const ended = await runPlainly(pair);
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
    await runPlainly(pair).catch(() => undefined);
    faulty[Symbol.dispose]();
    unlock(pair);
    // With one state there is nothing both agree on: that is a warning.
    const { code } = await runPlainly(pair);
    ok(code === 0 || code === 2, `${code} at call ${number}`);
    exits(0, await runPlainly(pair));
    if (faulty.calls < number) break;
  }
});
