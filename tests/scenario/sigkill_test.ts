/** A process that gets SIGKILL at any call that changes something leaves what one more run mends. */

import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { opposite, type Side, SIDES } from "@/core/side.ts";
import { runBare } from "../support/bare.ts";
import { firstSeed, reportFigures, runs } from "../support/effort.ts";
import {
  contents,
  edited,
  runPlainly,
  sketch,
} from "../support/every_change.ts";
import { exits, noLitter } from "../support/evidence.ts";
import { FaultyFileSystem } from "../support/faulty_fs.ts";
import { Random } from "../support/random.ts";
import type { Replicas } from "../support/replicas.ts";

const KILLED = 128 + 9;

/** Every call in the long run, else every so many, others each time. */
const STRIDE = runs() > 1 ? 1 : 28;

const counts = { kills: 0, "kills while recovering": 0 };

/** @returns Whether it died there; else it came to its end before. */
async function diesAt(pair: Replicas, call: number): Promise<boolean> {
  const { code, stderr } = await runBare(pair, [], {
    module: "tests/support/dying.ts",
    env: { DIES_AT: `${call}` },
  });
  ok(code === 0 || code === KILLED, `${code}: ${stderr}`);
  return code === KILLED;
}

async function undisturbed(side: Side): Promise<Record<string, string>> {
  using pair = await edited(side);
  using _ = new FaultyFileSystem({});
  exits(0, await runPlainly(pair));
  const expected = sketch(pair, side);
  equal(sketch(pair, opposite(side)), expected);
  return expected;
}

/** @returns Whether the run was still on. */
async function dieAndMend(
  side: Side,
  call: number,
  expected: Record<string, string>,
): Promise<boolean> {
  using pair = await edited(side);
  const before = contents(pair);
  const died = await diesAt(pair, call);
  if (died) {
    counts.kills++;
    equal([...before.difference(contents(pair, { stage: true }))], []);
    const again = 1 + new Random(firstSeed() + call).below(call);
    if (await diesAt(pair, again)) counts["kills while recovering"]++;
    equal([...before.difference(contents(pair, { stage: true }))], []);
  }
  using _ = new FaultyFileSystem({});
  exits(0, await runPlainly(pair));
  for (const each of SIDES) equal(sketch(pair, each), expected);
  equal([...before.difference(contents(pair))], []);
  noLitter(pair);
  return died;
}

for (const [index, side] of SIDES.entries()) {
  Deno.test(`SIGKILL at any call while the ${side}'s changes travel, and again while the next run recovers`, async () => {
    const expected = await undisturbed(side);
    const first = 1 + (firstSeed() + index * STRIDE / 2) % STRIDE;
    for (let call = Math.floor(first);; call += STRIDE) {
      try {
        if (!await dieAndMend(side, call, expected)) break;
      } catch (error) {
        throw new Error(`Killed at call ${call}`, { cause: error });
      }
    }
  });
}

Deno.test("figures of SIGKILL", () => {
  reportFigures("sigkill", counts);
  ok(counts.kills > 5);
});
