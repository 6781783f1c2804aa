import { deepStrictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { SIDES } from "@/core/side.ts";
import { arbPoorWorld } from "../support/arbitrary_worlds.ts";
import { assertNothingLost } from "../support/claims.ts";
import { decide, run } from "../support/run.ts";
import { contentOf, type Tree } from "../support/trees.ts";
import { copyOf } from "../support/world.ts";

const RUNS = { numRuns: 500 };

Deno.test("reconcile() rests after a run, whatever is preserved and can be held", () => {
  fc.assert(
    fc.property(arbPoorWorld(), ([world, policy]) => {
      const after = copyOf(world);
      run(after, policy);
      const again = decide(after, policy).plan.actions;
      equal(again, { initiator: [], target: [] });
    }),
    RUNS,
  );
});

Deno.test("reconcile() makes contents equal, whatever is preserved and can be held", () => {
  fc.assert(
    fc.property(arbPoorWorld(), fc.nat(8), ([world, given], stopAfter) => {
      const policy = {
        ...given,
        direction: "both",
        skipDeletion: { initiator: false, target: false },
        keepBackup: true,
        softDelete: true,
      } as const;
      const after = copyOf(world);
      run(after, policy, { stopAfter, commit: false });
      run(after, policy);
      equal(contentsOf(after.now.initiator), contentsOf(after.now.target));
      assertNothingLost(world, after);
    }),
    RUNS,
  );
});

Deno.test("reconcile() changes no attribute that need not be preserved", () => {
  fc.assert(
    fc.property(arbPoorWorld(), ([world, policy]) => {
      const after = copyOf(world);
      run(after, policy);
      const { mode, owner, group, executability, directoryTimes } =
        policy.preserve;
      const bits = executability ? 0o666 : 0o777;
      for (const side of SIDES) {
        for (const [path, entry] of after.now[side]) {
          const before = world.now[side].get(path);
          if (entry.kind === "unknown" || before?.kind !== entry.kind) continue;
          const [was, is] = [before.meta, entry.meta];
          if (!mode) equal(is.mode & bits, was.mode & bits, path);
          if (!owner) equal(is.uid, was.uid, path);
          if (!group) equal(is.gid, was.gid, path);
          if (entry.kind !== "directory" || directoryTimes) continue;
          equal(entry.mtime, before.mtime, path);
        }
      }
    }),
    RUNS,
  );
});

function contentsOf(entries: Tree): Record<string, string> {
  return Object.fromEntries(
    [...entries].map(([path, entry]) => [
      path,
      entry.kind === "unknown" ? entry.reason : contentOf(entry),
    ]),
  );
}
