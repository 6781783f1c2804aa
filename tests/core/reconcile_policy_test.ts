import { deepStrictEqual as equal } from "node:assert/strict";
import { DEFAULT_POLICY } from "@/core/policy.ts";
import {
  assertCase,
  type Case,
  SKIPPING,
  targetHolds,
  worldOfCase,
} from "../support/cases.ts";
import { run } from "../support/run.ts";
import {
  dir,
  excluded,
  file,
  sketch,
  tree,
  unreadable,
} from "../support/trees.ts";

const A1 = { a: "1" };

/** Only the target may change. */
const BACKUP_COPY = { direction: "target" } as const;

const oneWay = (wanted: Case): Case => ({
  conflicts: "any",
  policy: BACKUP_COPY,
  ...wanted,
});

// deno-fmt-ignore: one line for each case
Deno.test.each<Case>([
  { name: "carries an edit over", base: A1, initiator: { a: "2@5" }, target: A1, want: ["-> put a backup"], ends: { a: "2@5" } },
  { name: "undoes an edit", base: A1, initiator: A1, target: { a: "2@5" }, want: ["-> put a backup"], ends: A1 },
  { name: "undoes the newer of two edits", base: A1, initiator: { a: "2@5" }, target: { a: "3@6" }, want: ["-> put a backup"], ends: { a: "2@5" } },
  { name: "undoes a deletion", base: A1, initiator: A1, target: {}, want: ["-> put a"], ends: A1 },
  { name: "carries a deletion over", base: A1, initiator: {}, target: A1, want: ["-> remove a *"], ends: {} },
  { name: "carries a deletion over against an edit", base: A1, initiator: {}, target: { a: "2@5" }, want: ["-> remove a backup"], ends: {} },
  { name: "sets aside what is new", base: {}, initiator: {}, target: { a: "1", d: { x: "1" } }, want: ["-> remove a backup", "-> remove d/x backup", "-> remove d backup"], ends: {} },
  { name: "sets aside what only one side has without an ancestor", initiator: {}, target: A1, want: ["-> remove a backup"], ends: {} },
  { name: "undoes new attributes", base: A1, initiator: A1, target: { a: file("1", { mode: 0o600, at: 5 }) }, want: ["-> set-meta a mode=644 at=1"], ends: A1 },
  { name: "undoes new attributes of a directory", base: { d: {} }, initiator: { d: {} }, target: { d: dir({}, { at: 5 }) }, want: ["-> set-meta d at=1"] },
  { name: "carries a new kind over", base: A1, initiator: { a: { x: "2@5" } }, target: A1, want: ["-> make-directory a *", "-> put a/x"] },
  { name: "undoes a new kind", base: A1, initiator: A1, target: { a: { x: "2@5" } }, want: ["-> remove a/x backup", "-> put a backup"], ends: A1 },
  { name: "agrees on equal edits", base: A1, initiator: { a: "2@5" }, target: { a: "2@5" }, want: [] },
  { name: "leaves alone what the copy cannot read", base: A1, initiator: { a: "2@5" }, target: { a: unreadable() }, want: [] },
  { name: "leaves alone what the original cannot read", base: A1, initiator: { a: unreadable() }, target: { a: "2@5" }, want: [] },
  { name: "leaves a deleted directory with something excluded", base: { d: { x: "1" } }, initiator: {}, target: { d: { x: "1", y: excluded() } }, want: ["-> remove d/x deleted"] },
  { name: "leaves alone a directory with something excluded in a file's place", base: A1, initiator: A1, target: { a: { x: "1", y: excluded() } }, want: [], verdicts: { a: "blocked" } },
  { name: "carries a directory over with something excluded in it", base: A1, initiator: { a: { x: "1", y: excluded() } }, target: A1, want: ["-> make-directory a backup", "-> put a/x"] },
  { name: "leaves alone what is excluded", base: A1, initiator: {}, target: { a: excluded() }, want: [] },
])("reconcile() one-way $name", (wanted) => assertCase(oneWay(wanted)));

// deno-fmt-ignore: one line for each case
Deno.test.each<Case>([
  { name: "holds a deletion back", base: A1, initiator: {}, target: A1, policy: SKIPPING, want: [], verdicts: { a: "skipped" }, apart: true },
  { name: "holds the deletion of a directory back", base: { d: { x: "1" } }, initiator: {}, target: { d: { x: "1" } }, policy: SKIPPING, want: [], verdicts: { d: "skipped", "d/x": "skipped" }, apart: true },
  { name: "holds the deletion of an empty directory back", base: { d: {} }, initiator: {}, target: { d: {} }, policy: SKIPPING, want: [], verdicts: { d: "skipped" }, apart: true },
  { name: "carries a deletion to the other side", base: A1, initiator: A1, target: {}, policy: SKIPPING, want: ["<- remove a deleted"] },
  { name: "lets an edit survive a deletion", base: A1, initiator: {}, target: { a: "2@5" }, policy: SKIPPING, want: ["<- put a"], conflicts: ["a <-"] },
  { name: "holds back what must go for a file", base: { d: { x: "1" } }, initiator: { d: "2@9" }, target: { d: { x: "1" } }, policy: SKIPPING, want: [], verdicts: { d: "skipped" }, apart: true },
  { name: "holds back what must go for a newer file, whatever else is new", base: { d: { x: "1", y: "1" } }, initiator: { d: "2@9" }, target: { d: { x: "2@5", y: "1" } }, policy: SKIPPING, want: [], verdicts: { d: "skipped" }, apart: true },
  { name: "lets a newer file take the place of what the other side never had", base: {}, initiator: { d: "2@9" }, target: { d: { x: "1" } }, policy: SKIPPING, want: ["-> remove d/x backup", "-> put d backup"], conflicts: ["d ->"], ends: { d: "2@9" } },
  { name: "lets a file take the place of an emptied directory", base: { d: { x: "1" } }, initiator: { d: "2@9" }, target: { d: {} }, policy: SKIPPING, want: ["-> put d deleted"], ends: { d: "2@9" } },
  { name: "forgets what both deleted", base: A1, initiator: {}, target: {}, policy: SKIPPING, want: [], verdicts: { a: "forget" } },
])("reconcile() with deletions skipped $name", assertCase);

Deno.test("reconcile() keeps the ancestor of what it skips", () => {
  const world = worldOfCase({
    name: "",
    base: A1,
    initiator: {},
    target: A1,
    want: [],
  });
  const policy = { ...DEFAULT_POLICY, ...SKIPPING };
  run(world, policy);
  equal(sketch(world.ancestor), sketch(tree(A1)));
  const again = run(world, policy).steps.filter(({ path }) => path === "a");
  equal(again.map(({ verdict }) => verdict), ["skipped"]);
});

// deno-fmt-ignore: one line for each case
Deno.test.each<Case>([
  { name: "a forced prevalence wins against the newer edit", base: A1, initiator: { a: "2@5" }, target: { a: "3@6" }, policy: { forcePrevalence: true }, want: ["-> put a backup"], conflicts: ["a ->"] },
  { name: "a forced prevalence wins with all its attributes", initiator: { a: "2@5" }, target: { a: file("3", { at: 6, mode: 0o600 }) }, policy: { forcePrevalence: true }, want: ["-> put a backup"], conflicts: ["a ->"], ends: { a: "2@5" } },
  { name: "a forced prevalence decides conflicts only", base: A1, initiator: A1, target: { a: "3@6" }, policy: { forcePrevalence: true }, want: ["<- put a backup"] },
  { name: "no soft deletion removes", base: A1, initiator: {}, target: A1, policy: { softDelete: false }, want: ["-> remove a none"] },
  { name: "no soft deletion removes directories", base: { d: { x: "1" } }, initiator: {}, target: { d: { x: "1" } }, policy: { softDelete: false }, want: ["-> remove d/x none", "-> remove d none"] },
  { name: "no backup replaces", base: A1, initiator: { a: "2@5" }, target: A1, policy: { keepBackup: false }, want: ["-> put a none"] },
  { name: "no backup still deletes softly", base: A1, initiator: {}, target: A1, policy: { keepBackup: false }, want: ["-> remove a deleted"] },
  { name: "no backup replaces the loser", base: A1, initiator: { a: "2@6" }, target: { a: "3@5" }, policy: { keepBackup: false }, want: ["-> put a none"], conflicts: ["a ->"] },
  { name: "no backup replaces the losing kind", base: {}, initiator: { d: "1@9" }, target: { d: { x: "2@5" } }, policy: { keepBackup: false }, want: ["-> remove d/x none", "-> put d none"], conflicts: ["d ->"] },
  { name: "mtimes within the window are equal", initiator: { a: file("1", { at: 3 }) }, target: { a: file("1", { at: 3.4 }) }, policy: { modifyWindow: 5e8 }, reading: "on demand", want: [], apart: true },
  { name: "mtimes beyond the window are not", base: { a: "1@3" }, initiator: { a: "2@4" }, target: { a: "1@3" }, policy: { modifyWindow: 5e8 }, want: ["-> put a backup"] },
  { name: "mtimes within the coarser resolution are equal", initiator: { a: "1@3" }, target: { a: "1@2" }, policy: targetHolds({ timeStep: 2e9 }), reading: "on demand", want: [], apart: true },
  { name: "contents of equal size and mtime are taken for equal", initiator: A1, target: { a: "2" }, reading: "on demand", want: [], apart: true },
  { name: "contents of equal size and mtime are compared when told so", initiator: A1, target: { a: "2" }, policy: { checksum: true }, reading: "on demand", want: ["-> put a backup"], conflicts: ["a ->"] },
])("reconcile(): $name", assertCase);

const keeping = (kept: Partial<typeof DEFAULT_POLICY.preserve>) => ({
  preserve: { ...DEFAULT_POLICY.preserve, ...kept },
});

// deno-fmt-ignore: one line for each case
Deno.test.each<Case>([
  { name: "modes", base: A1, initiator: { a: file("1", { mode: 0o600 }) }, target: A1, policy: keeping({ mode: false }), want: [], apart: true },
  { name: "executable bits", base: A1, initiator: { a: file("1", { mode: 0o755 }) }, target: A1, policy: keeping({ mode: false, executability: false }), want: [], apart: true },
  { name: "owners", base: A1, initiator: { a: file("1", { uid: 7 }) }, target: A1, policy: keeping({ owner: false }), want: [], apart: true },
  { name: "groups", base: A1, initiator: { a: file("1", { gid: 7 }) }, target: A1, policy: keeping({ group: false }), want: [], apart: true },
  { name: "times of directories", base: { d: {} }, initiator: { d: dir({}, { at: 9 }) }, target: { d: {} }, policy: keeping({ directoryTimes: false }), want: [], apart: true },
])("reconcile() carries no $name that need not be preserved", assertCase);

Deno.test("reconcile() takes executable bits away where the mode need not be preserved", () => {
  const executable = { a: file("1", { mode: 0o755 }) };
  assertCase({
    name: "",
    base: executable,
    initiator: A1,
    target: executable,
    policy: keeping({ mode: false }),
    want: ["-> set-meta a mode=644"],
  });
});

Deno.test("reconcile() carries executable bits where the mode need not be preserved", () => {
  assertCase({
    name: "",
    base: A1,
    initiator: { a: file("1", { mode: 0o755 }) },
    target: A1,
    policy: keeping({ mode: false }),
    want: ["-> set-meta a mode=755"],
  });
});

const OLD = { inode: 1, ctime: 1 };
const NEW = { inode: 1, ctime: 9 };

// deno-fmt-ignore: one line for each case
Deno.test.each<Case>([
  { name: "lets survive what may have changed", base: { a: file("1", { stamp: OLD }) }, initiator: {}, target: { a: file("1", { stamp: NEW }) }, reading: "on demand", want: ["<- put a"], conflicts: "any", ends: A1 },
  { name: "removes what did not change", base: { a: file("1", { stamp: OLD }) }, initiator: {}, target: { a: file("1", { stamp: OLD }) }, reading: "on demand", want: ["-> remove a none"], ends: {} },
])("reconcile() without soft deletion $name", (wanted) => {
  assertCase({ policy: { softDelete: false }, ...wanted });
});
