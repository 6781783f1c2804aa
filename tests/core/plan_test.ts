import { deepStrictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import type {
  DirectoryEntry,
  FileEntry,
  KnownEntry,
  SymlinkEntry,
} from "@/core/entry.ts";
import { isBelow, type RelPath } from "@/core/path.ts";
import {
  type ChangeVerb,
  count,
  type Counters,
  isQuiet,
  makePlan,
  NO_CHANGES,
  verbOf,
} from "@/core/plan.ts";
import { DEFAULT_POLICY } from "@/core/policy.ts";
import { SIDES } from "@/core/side.ts";
import { type Action, LEAVE } from "@/core/step.ts";
import { dir, file, link, tree } from "../support/trees.ts";
import { worldOf } from "../support/world.ts";
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
          const paths = wanted.map(({ path }) => path);
          equal(new Set(paths).size, paths.length);
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

const FILE = file("1").entry as FileEntry;
const LINK = link("t").entry as KnownEntry;
const FOLDER = dir({}).entry as DirectoryEntry;
const aside = { path: "a" as RelPath, setAside: "backup" } as const;
const source = FILE;

// deno-fmt-ignore: one line for each case
Deno.test.each<{ action: Action; verb: ChangeVerb; adds: Partial<Counters> }>([
  { action: { kind: "put", ...aside, expect: undefined, entry: { ...FILE, size: 5 }, source }, verb: "create", adds: { created: 1, bytes: 5 } },
  { action: { kind: "put", ...aside, expect: FILE, entry: { ...FILE, size: 5 }, source }, verb: "update", adds: { updated: 1, bytes: 5 } },
  { action: { kind: "put", ...aside, expect: FOLDER, entry: LINK as SymlinkEntry, source: LINK }, verb: "update", adds: { updated: 1 } },
  { action: { kind: "make-directory", ...aside, expect: undefined, entry: FOLDER }, verb: "create", adds: { created: 1 } },
  { action: { kind: "make-directory", ...aside, expect: FILE, entry: FOLDER }, verb: "update", adds: { updated: 1 } },
  { action: { kind: "remove", ...aside, expect: { ...FILE, size: 5 } }, verb: "delete", adds: { deleted: 1 } },
  { action: { kind: "set-meta", ...aside, expect: FILE, entry: { ...FILE, mtime: 9n } }, verb: "timestamp", adds: { attributes: 1 } },
  { action: { kind: "set-meta", ...aside, expect: FILE, entry: { ...FILE, mtime: 9n, meta: { ...FILE.meta, uid: LEAVE, gid: LEAVE } } }, verb: "timestamp", adds: { attributes: 1 } },
  { action: { kind: "set-meta", ...aside, expect: FILE, entry: { ...FILE, meta: { ...FILE.meta, mode: 0o600 } } }, verb: "attributes", adds: { attributes: 1 } },
  { action: { kind: "set-meta", ...aside, expect: FILE, entry: { ...FILE, meta: { ...FILE.meta, uid: 7 } } }, verb: "attributes", adds: { attributes: 1 } },
  { action: { kind: "set-meta", ...aside, expect: FILE, entry: { ...FILE, meta: { ...FILE.meta, gid: 7 } } }, verb: "attributes", adds: { attributes: 1 } },
])("count() calls $action.kind $verb", ({ action, verb, adds }) => {
  const before = { created: 10, updated: 10, deleted: 10, attributes: 10, bytes: 10 };
  const after = { ...before };
  for (const [name, more] of Object.entries(adds)) after[name as keyof Counters] += more;
  equal(verbOf(action), verb);
  equal(count(before, action), after);
});

Deno.test("makePlan() counts what each side does, and lists conflicts in tree order", () => {
  const world = worldOf(tree({ gone: "1" }), {
    initiator: tree({ a: "22@5", "a-": "1", z: "22@5" }),
    target: tree({ a: "333@6", gone: "1", z: "333@4", new: "4444" }),
  });
  const { plan } = decide(world, DEFAULT_POLICY);
  equal(plan.conflicts.map(({ path }) => path), ["a", "z"]);
  equal(plan.planned.initiator, {
    ...NO_CHANGES,
    created: 1,
    updated: 1,
    bytes: 7,
  });
  equal(plan.planned.target, {
    ...NO_CHANGES,
    created: 1,
    updated: 1,
    deleted: 1,
    bytes: 3,
  });
  equal(isQuiet(plan), false);
  equal(isQuiet(makePlan([])), true);
});
