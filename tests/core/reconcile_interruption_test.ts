import { deepStrictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { SIDES } from "@/core/side.ts";
import {
  arbAnyPolicy,
  arbMeddling,
  arbPolicy,
  arbWorld,
} from "../support/arbitrary_worlds.ts";
import {
  assertAncestorHonest,
  assertConverged,
  assertNothingLost,
} from "../support/claims.ts";
import { run, type RunOptions } from "../support/run.ts";
import { sketch } from "../support/trees.ts";
import { copyOf } from "../support/world.ts";

const RUNS = { numRuns: 500 };

const arbReading = fc.constantFrom<NonNullable<RunOptions["reading"]>>(
  "everything",
  "on demand",
);

/** A run that ends early, with or without a chance to write the state. */
const arbCutRun: fc.Arbitrary<RunOptions> = fc.record({
  reading: arbReading,
  turns: fc.array(fc.boolean(), { maxLength: 6 }),
  stopAfter: fc.nat(12),
  commit: fc.boolean(),
});

Deno.test("reconcile() recovers from an interruption after any action", () => {
  fc.assert(
    fc.property(arbWorld(), arbPolicy(), arbCutRun, (world, policy, cut) => {
      const after = copyOf(world);
      run(after, policy, cut);
      assertNothingLost(world, after);
      run(after, policy);
      assertConverged(after);
      assertNothingLost(world, after);
    }),
    { numRuns: 2 * RUNS.numRuns },
  );
});

Deno.test("reconcile() ends after interruptions where a whole run ends", () => {
  const arbBlindWorld = arbWorld({ unknowns: true });
  const arbCuts = fc.array(arbCutRun, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(
      arbBlindWorld,
      arbAnyPolicy(),
      arbCuts,
      (world, policy, cuts) => {
        const reading = cuts[0]?.reading ?? "everything";
        const whole = copyOf(world);
        run(whole, policy, { reading });
        const after = copyOf(world);
        for (const cut of cuts) run(after, policy, { ...cut, reading });
        run(after, policy, { reading });
        for (const side of SIDES) {
          equal(sketch(after.now[side]), sketch(whole.now[side]));
        }
      },
    ),
    RUNS,
  );
});

Deno.test("reconcile() never lets the ancestor claim what one side does not hold", () => {
  const arbHow = fc.tuple(arbAnyPolicy(), arbCutRun);
  fc.assert(
    fc.property(
      arbWorld({ unknowns: true }),
      arbHow,
      (world, [policy, cut]) => {
        const after = copyOf(world);
        run(after, policy, { ...cut, commit: true });
        assertAncestorHonest(world, after);
      },
    ),
    RUNS,
  );
});

Deno.test("reconcile() loses nothing when somebody edits during the run", () => {
  const arbHow = fc.tuple(arbCutRun, arbMeddling());
  fc.assert(
    fc.property(
      arbWorld(),
      arbPolicy(),
      arbHow,
      (world, policy, [how, meddle]) => {
        const expected = copyOf(world);
        const after = copyOf(world);
        const before: RunOptions["before"] = (now, count) =>
          meddle(now, expected, count);
        run(after, policy, { ...how, before, lenient: true });
        assertNothingLost(expected, after);
        run(after, policy);
        assertNothingLost(expected, after);
        assertConverged(after);
      },
    ),
    RUNS,
  );
});
