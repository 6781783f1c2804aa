import { deepStrictEqual as equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { isBelow } from "@/core/path.ts";
import { SIDES } from "@/core/side.ts";
import { arbAnyPolicy, arbWorld } from "../support/arbitrary_worlds.ts";
import { decide } from "../support/run.ts";

const RUNS = { numRuns: 500 };

Deno.test("makePlan() plans every action of every step, and one for each path", () => {
  fc.assert(
    fc.property(
      arbWorld({ unknowns: true }),
      arbAnyPolicy(),
      (world, policy) => {
        const { steps, plan } = decide(world, policy);
        equal(new Set(plan.steps), new Set(steps));
        for (const side of SIDES) {
          const wanted = steps.flatMap((step) => step.actions[side] ?? []);
          equal(new Set(plan.actions[side]), new Set(wanted));
          equal(plan.actions[side].length, wanted.length);
          const kinds = Map.groupBy(plan.actions[side], ({ path }) => path);
          for (const [path, [first, second, ...more]] of kinds) {
            const madeRoom = first?.kind === "remove" &&
              second?.kind !== "set-meta" && second?.kind !== "remove";
            ok(second === undefined || madeRoom, `two actions for "${path}"`);
            equal(more, []);
          }
        }
      },
    ),
    RUNS,
  );
});

Deno.test("makePlan() sets the attributes of a directory when nothing more changes in it", () => {
  fc.assert(
    fc.property(
      arbWorld({ unknowns: true }),
      arbAnyPolicy(),
      (world, policy) => {
        const { actions } = decide(world, policy).plan;
        for (const side of SIDES) {
          for (const [at, action] of actions[side].entries()) {
            if (
              action.kind !== "set-meta" || action.entry.kind !== "directory"
            ) {
              continue;
            }
            const later = actions[side].slice(at);
            equal(later.filter(({ path }) => isBelow(path, action.path)), []);
          }
        }
      },
    ),
    RUNS,
  );
});
