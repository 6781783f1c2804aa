import { deepStrictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { parentPath } from "@/core/path.ts";
import { reconcile } from "@/core/reconcile.ts";
import { opposite, perSide, type Side, SIDES } from "@/core/side.ts";
import type { Action, Row, Step } from "@/core/step.ts";
import {
  arbAnyPolicy,
  arbOneWay,
  arbPolicy,
  arbSide,
  arbWorld,
} from "../support/arbitrary_worlds.ts";
import {
  assertConverged,
  assertEqualWhereKnown,
  assertNothingLost,
  isUntouchable,
} from "../support/claims.ts";
import {
  decisions,
  mirroredPolicy,
  mirroredRow,
  mirroredStep,
} from "../support/mirror.ts";
import { decide, run, type RunOptions } from "../support/run.ts";
import { sketch } from "../support/trees.ts";
import { copyOf, rowsOf, worldOf } from "../support/world.ts";

const RUNS = { numRuns: 500 };

const NO_ACTIONS = { initiator: [], target: [] };

const arbReading = fc.constantFrom<NonNullable<RunOptions["reading"]>>(
  "everything",
  "on demand",
);

/** A whole run, its two sides interleaved in any way. */
const arbRun: fc.Arbitrary<RunOptions> = fc.record({
  reading: arbReading,
  turns: fc.array(fc.boolean(), { maxLength: 6 }),
});

Deno.test("reconcile() makes both sides and the ancestor equal, then rests", () => {
  const arbKeeping = fc.boolean().chain((kept) =>
    arbPolicy({ keepBackup: kept, softDelete: kept })
  );
  fc.assert(
    fc.property(arbWorld(), arbKeeping, arbRun, (world, policy, how) => {
      const after = copyOf(world);
      run(after, policy, how);
      assertConverged(after);
      equal(decide(after, policy, how).plan.actions, NO_ACTIONS);
    }),
    RUNS,
  );
});

Deno.test("reconcile() makes equal what can be known, then rests", () => {
  const arbBlindWorld = arbWorld({ unknowns: true });
  fc.assert(
    fc.property(arbBlindWorld, arbPolicy(), arbRun, (world, policy, how) => {
      const after = copyOf(world);
      run(after, policy, how);
      assertEqualWhereKnown(after, policy);
      equal(decide(after, policy, how).plan.actions, NO_ACTIONS);
    }),
    RUNS,
  );
});

Deno.test("reconcile() loses nothing, whatever the policy", () => {
  const arbBlindWorld = arbWorld({ unknowns: true });
  const arbKeeping = arbAnyPolicy().map((policy) => ({
    ...policy,
    keepBackup: true,
    softDelete: true,
  }));
  fc.assert(
    fc.property(arbBlindWorld, arbKeeping, arbRun, (world, policy, how) => {
      const after = copyOf(world);
      run(after, policy, how);
      assertNothingLost(world, after);
    }),
    RUNS,
  );
});

Deno.test("reconcile() treats both sides alike", () => {
  const arbBlindWorld = arbWorld({ unknowns: true });
  fc.assert(
    fc.property(arbBlindWorld, arbAnyPolicy(), (world, policy) => {
      const rows = rowsOf(world);
      equal(
        decisions(reconcile(rows.map(mirroredRow), mirroredPolicy(policy))),
        decisions([...reconcile(rows, policy)].map(mirroredStep)),
      );
    }),
    RUNS,
  );
});

Deno.test("reconcile() copies what changed on one side only", () => {
  const arbKnown = arbWorld({ known: true });
  fc.assert(
    fc.property(
      arbKnown,
      arbPolicy(),
      arbSide(),
      arbRun,
      (world, policy, side, how) => {
        const one = worldOf(
          world.ancestor,
          perSide((at) => at === side ? world.now[at] : world.ancestor),
          { stamped: world.stamped },
        );
        const { steps, plan } = run(one, policy, how);
        equal(plan.actions[side], []);
        equal(steps.filter(({ conflict }) => conflict), []);
        assertConverged(one);
        equal(sketch(one.now[side]), sketch(world.now[side]));
      },
    ),
    RUNS,
  );
});

Deno.test("reconcile() leaves alone what is unknown, and all below it", () => {
  const arbBlindWorld = arbWorld({ unknowns: true });
  fc.assert(
    fc.property(
      arbBlindWorld,
      arbAnyPolicy(),
      arbReading,
      (world, policy, reading) => {
        const { actions } = decide(world, policy, { reading }).plan;
        const touched = SIDES.flatMap((side) =>
          actions[side].map(({ path }) => path)
        );
        equal(touched.filter((path) => isUntouchable(world, path, policy)), []);
      },
    ),
    RUNS,
  );
});

Deno.test("reconcile() changes one side only when told so, whatever is unknown", () => {
  const arbBlindWorld = arbWorld({ unknowns: true });
  fc.assert(
    fc.property(arbBlindWorld, arbOneWay(), arbRun, (world, policy, how) => {
      const after = copyOf(world);
      const { plan } = run(after, policy, how);
      equal(plan.actions[opposite(policy.direction as Side)], []);
      equal(decide(after, policy, how).plan.actions, NO_ACTIONS);
    }),
    RUNS,
  );
});

Deno.test("reconcile() changes one side only when told so, and makes it equal", () => {
  fc.assert(
    fc.property(arbWorld(), arbOneWay(), arbRun, (world, policy, how) => {
      const after = copyOf(world);
      const side = policy.direction as Side;
      const { plan } = run(after, policy, how);
      const other = side === "initiator" ? "target" : "initiator";
      equal(plan.actions[other], []);
      equal(sketch(after.now[side]), sketch(world.now[other]));
      equal(decide(after, policy, how).plan.actions, NO_ACTIONS);
    }),
    RUNS,
  );
});

Deno.test("reconcile() holds deletions back on the sides that skip them, again and again", () => {
  const arbSkipping = arbSide().chain((side) =>
    arbPolicy({
      skipDeletion: perSide((at) => at === side),
      forcePrevalence: false,
    })
  );
  fc.assert(
    fc.property(arbWorld(), arbSkipping, arbRun, (world, policy, how) => {
      const after = copyOf(world);
      const { plan } = run(after, policy, how);
      for (const side of SIDES) {
        if (policy.skipDeletion[side]) {
          equal(deletionsIn(plan.actions[side]), []);
        }
      }
      equal(decide(after, policy, how).plan.actions, NO_ACTIONS);
      run(after, policy, how);
      equal(decide(after, policy, how).plan.actions, NO_ACTIONS);
    }),
    RUNS,
  );
});

Deno.test("reconcile() decides the same without the rows in which nothing differs", () => {
  fc.assert(
    fc.property(
      arbWorld({ unknowns: true }),
      arbAnyPolicy(),
      (world, policy) => {
        const rows = rowsOf(world);
        const lean = rows.filter((row) => !isQuiet(row));
        equal(
          acting([...reconcile(lean, policy)]),
          acting([...reconcile(rows, policy)]),
        );
      },
    ),
    RUNS,
  );
});

/** Removals that do not make room for something else, nor go with a directory that does. */
function deletionsIn(actions: readonly Action[]): Action[] {
  const made = new Set(
    actions.filter(({ kind }) => kind === "put" || kind === "make-directory")
      .map(({ path }) => path),
  );
  const isReplaced = (path: Action["path"]): boolean =>
    made.has(path) || (path !== "" && isReplaced(parentPath(path)));
  return actions.filter(({ kind, path }) =>
    kind === "remove" && !isReplaced(path)
  );
}

function isQuiet({ ancestor, base, now }: Row): boolean {
  return ancestor !== undefined &&
    SIDES.every((side) => now[side] === base[side] && now[side] === ancestor);
}

function acting(steps: Step[]) {
  return decisions(
    steps.filter(({ actions }) => actions.initiator ?? actions.target),
  );
}
