import { strictEqual as equal } from "node:assert/strict";
import { DEFAULT_POLICY, type Policy } from "@/core/policy.ts";
import { TOUCH_LIMIT } from "@/core/change.ts";
import type { Node } from "@/core/entry.ts";
import { isQuiet } from "@/core/plan.ts";
import { needsDigest, reconcile } from "@/core/reconcile.ts";
import { mapSides } from "@/core/side.ts";
import { run } from "../support/run.ts";
import type { Row } from "@/core/step.ts";
import { assertCase, type Case, targetHolds } from "../support/cases.ts";
import {
  dir,
  fifo,
  file,
  link,
  type Literal,
  type Tree,
  tree,
  unread,
} from "../support/trees.ts";
import { rowsOf, worldOf } from "../support/world.ts";

const A1 = { a: "1" };
const OLD = { inode: 1, ctime: 1 };
const NEW = { inode: 1, ctime: 9 };
const NEWER = { inode: 1, ctime: 10 };

// deno-fmt-ignore: one line for each case
Deno.test.each<Case>([
  { name: "does nothing where nothing changed", base: A1, initiator: A1, target: A1, want: [] },
  { name: "carries an edit over", base: A1, initiator: { a: "22@5" }, target: A1, want: ["-> put a backup"], ends: { a: "22@5" }, verdicts: { a: "propagate" } },
  { name: "carries an edit of equal size over", base: A1, initiator: { a: "2@5" }, target: A1, want: ["-> put a backup"], ends: { a: "2@5" } },
  { name: "carries an edit with an older mtime over", base: { a: "1@5" }, initiator: { a: "2@3" }, target: { a: "1@5" }, want: ["-> put a backup"], ends: { a: "2@3" } },
  { name: "carries an edit over that keeps size and mtime", base: { a: file("1", { stamp: OLD }) }, initiator: { a: file("2", { stamp: NEW }) }, target: { a: file("1", { stamp: OLD }) }, reading: "on demand", want: ["-> put a backup"], ends: { a: "2" }, conflicts: "any" },
  { name: "sees that a new ctime alone means nothing", base: { a: file("1", { stamp: OLD }) }, initiator: { a: file("1", { stamp: NEW }) }, target: { a: file("1", { stamp: OLD }) }, want: [] },
  { name: "carries a retargeted link over", base: { l: link("t") }, initiator: { l: link("u", { at: 5 }) }, target: { l: link("t") }, want: ["-> put l backup"], ends: { l: link("u", { at: 5 }) } },
  { name: "carries a file that became a link over", base: A1, initiator: { a: link("t", { at: 5 }) }, target: A1, want: ["-> put a backup"] },
  { name: "carries a file that became a pipe over", base: A1, initiator: { a: fifo({ at: 5 }) }, target: A1, want: ["-> put a backup"] },
  { name: "creates what is new", base: {}, initiator: A1, target: {}, want: ["-> put a"], ends: A1, verdicts: { a: "propagate" } },
  { name: "creates links and pipes", base: {}, initiator: { l: link("t"), p: fifo() }, target: {}, want: ["-> put l", "-> put p"] },
  { name: "deletes softly", base: A1, initiator: {}, target: A1, want: ["-> remove a deleted"], ends: {}, verdicts: { a: "propagate" } },
  { name: "deletes links and pipes", base: { l: link("t"), p: fifo() }, initiator: {}, target: { l: link("t"), p: fifo() }, want: ["-> remove l deleted", "-> remove p deleted"] },
  { name: "lets an edit survive a deletion", base: A1, initiator: {}, target: { a: "2@5" }, want: ["<- put a"], conflicts: ["a <-"], ends: { a: "2@5" } },
  { name: "lets a change of kind survive a deletion", base: A1, initiator: {}, target: { a: link("t", { at: 5 }) }, want: ["<- put a"], conflicts: ["a <-"] },
  { name: "deletes what changed in attributes only", base: A1, initiator: {}, target: { a: file("1", { mode: 0o600 }) }, want: ["-> remove a deleted"] },
  { name: "lets survive what was touched only", base: A1, initiator: {}, target: { a: "1@9" }, want: ["<- put a"], conflicts: ["a <-"], ends: { a: "1@9" } },
  { name: "deletes what most likely changed in attributes only, where deletions are kept", base: { a: file("1", { stamp: OLD }) }, initiator: {}, target: { a: file("1", { stamp: NEW }) }, reading: "on demand", want: ["-> remove a deleted"] },
  { name: "forgets what both deleted", base: A1, initiator: {}, target: {}, want: [], verdicts: { a: "forget" } },
  { name: "agrees on equal edits", base: A1, initiator: { a: "2@5" }, target: { a: "2@5" }, want: [], verdicts: { a: "agree" } },
  { name: "gives equal edits the newer mtime", base: A1, initiator: { a: "2@5" }, target: { a: "2@6" }, want: ["<- set-meta a at=6"], ends: { a: "2@6" } },
  { name: "lets the newer of two edits win", base: A1, initiator: { a: "2@6" }, target: { a: "3@5" }, want: ["-> put a backup"], conflicts: ["a ->"], ends: { a: "2@6" } },
  { name: "lets the prevalent side win equal mtimes", base: A1, initiator: { a: "2@5" }, target: { a: "33@5" }, want: ["-> put a backup"], conflicts: ["a ->"] },
  { name: "tells edits apart that share size and mtime", base: A1, initiator: { a: "22@5" }, target: { a: "33@5" }, reading: "on demand", want: ["-> put a backup"], conflicts: ["a ->"] },
  { name: "lets the other side prevail when told so", base: A1, initiator: { a: "2@5" }, target: { a: "33@5" }, policy: { prevalence: "target" }, want: ["<- put a backup"], conflicts: ["a <-"] },
  { name: "lets the newer of two kinds win", base: A1, initiator: { a: link("t", { at: 6 }) }, target: { a: "3@5" }, want: ["-> put a backup"], conflicts: ["a ->"] },
  { name: "lets the newer of two links win", base: { l: link("t") }, initiator: { l: link("u", { at: 6 }) }, target: { l: link("v", { at: 5 }) }, want: ["-> put l backup"], conflicts: ["l ->"] },
])("reconcile() $name", assertCase);

// deno-fmt-ignore: one line for each case
Deno.test.each<Case>([
  { name: "a mode over", base: A1, initiator: { a: file("1", { mode: 0o600 }) }, target: A1, want: ["-> set-meta a mode=600"] },
  { name: "owner and group over", base: A1, initiator: { a: file("1", { uid: 7, gid: 8 }) }, target: A1, want: ["-> set-meta a uid=7 gid=8"] },
  { name: "an mtime over", base: A1, initiator: { a: "1@9" }, target: A1, want: ["-> set-meta a at=9"] },
  { name: "an older mtime over", base: { a: "1@9" }, initiator: { a: "1@5" }, target: { a: "1@9" }, want: ["-> set-meta a at=5"] },
  { name: "the newer of two mtimes over", base: A1, initiator: { a: "1@9" }, target: { a: "1@8" }, want: ["-> set-meta a at=9"] },
  { name: "the prevalent of two modes over", base: A1, initiator: { a: file("1", { mode: 0o600 }) }, target: { a: file("1", { mode: 0o640 }) }, want: ["-> set-meta a mode=600"] },
  { name: "the mode of the newer ctime over", base: { a: file("1", { stamp: OLD }) }, initiator: { a: file("1", { mode: 0o600, stamp: NEW }) }, target: { a: file("1", { mode: 0o640, stamp: NEWER }) }, want: ["<- set-meta a mode=640"] },
  { name: "different attributes both ways", base: A1, initiator: { a: file("1", { mode: 0o600 }) }, target: { a: file("1", { uid: 7 }) }, want: ["-> set-meta a mode=600", "<- set-meta a uid=7"], verdicts: { a: "merge" } },
  { name: "content one way and a mode the other", base: A1, initiator: { a: "2@5" }, target: { a: file("1", { mode: 0o600 }) }, want: ["-> put a backup", "<- set-meta a mode=600"], ends: { a: file("2", { at: 5, mode: 0o600 }) } },
  { name: "the mtime of a directory over", base: { d: {} }, initiator: { d: dir({}, { at: 5 }) }, target: { d: {} }, want: ["-> set-meta d at=5"] },
  { name: "the newer mtime of a directory over", base: { d: {} }, initiator: { d: dir({}, { at: 5 }) }, target: { d: dir({}, { at: 6 }) }, want: ["<- set-meta d at=6"] },
  { name: "the mode of a directory over", base: { d: {} }, initiator: { d: dir({}, { mode: 0o700 }) }, target: { d: {} }, want: ["-> set-meta d mode=700"] },
  { name: "the owner of a link over", base: { l: link("t") }, initiator: { l: link("t", { uid: 7 }) }, target: { l: link("t") }, want: ["-> set-meta l uid=7"] },
  { name: "the owner of the prevalent of two new kinds over", base: { a: link("t") }, initiator: { a: "1@5" }, target: { a: file("1", { at: 5, uid: 7 }) }, want: ["-> set-meta a uid=0"] },
  { name: "no mode of a link over", base: { l: link("t") }, initiator: { l: link("t", { mode: 0o700 }) }, target: { l: link("t") }, want: [] },
  { name: "nothing where both changed alike", base: A1, initiator: { a: file("1", { mode: 0o600 }) }, target: { a: file("1", { mode: 0o600 }) }, want: [], verdicts: { a: "agree" } },
])("reconcile() carries $name", assertCase);

// deno-fmt-ignore: one line for each case
Deno.test.each<Case>([
  { name: "creates what either side has", initiator: A1, target: { b: "2", d: { x: "3" } }, want: ["-> put a", "<- put b", "<- make-directory d", "<- put d/x"] },
  { name: "agrees on what is the same", initiator: A1, target: A1, want: [], verdicts: { a: "agree" } },
  { name: "lets the newer of two files win", initiator: { a: "2@6" }, target: { a: "3@5" }, want: ["-> put a backup"], conflicts: ["a ->"] },
  { name: "lets the prevalent side win equal mtimes", initiator: { a: "2" }, target: { a: "33" }, want: ["-> put a backup"], conflicts: ["a ->"] },
  { name: "gives equal contents the attributes of the newer", initiator: { a: file("1", { at: 5, mode: 0o600 }) }, target: A1, want: ["-> set-meta a mode=600 at=5"] },
  { name: "gives equal files the attributes of the prevalent side", initiator: { a: file("1", { mode: 0o600 }) }, target: A1, want: ["-> set-meta a mode=600"] },
  { name: "gives directories the time and mode of the prevalent side", initiator: { d: dir({}, { at: 5, mode: 0o700 }) }, target: { d: dir({}, { at: 6 }) }, want: ["-> set-meta d mode=700 at=5"] },
  { name: "unites directories", initiator: { d: { x: "1" } }, target: { d: { y: "2" } }, want: ["-> put d/x", "<- put d/y"] },
])("reconcile() without an ancestor $name", assertCase);

const KNOWN = rowOf({ a: "1" }, { a: "1" }, { a: "1" });

// deno-fmt-ignore: one line for each case
Deno.test.each([
  { name: "nothing changed", row: KNOWN, want: false }, { name: "everything is to be compared", row: KNOWN, policy: { checksum: true }, want: true },
  { name: "everything is to be compared, but the sizes differ", row: rowOf({}, { a: "1" }, { a: "22" }), policy: { checksum: true }, want: false },
  { name: "a ctime changed", row: rowOf({ a: file("1", { stamp: OLD }) }, { a: file("1", { stamp: NEW }) }, { a: file("1", { stamp: OLD }) }), want: true },
  { name: "a ctime changed, but the other size did, too", row: rowOf({ a: file("1", { stamp: OLD }) }, { a: file("1", { stamp: NEW }) }, { a: file("22", { at: 5, stamp: NEW }) }), want: false },
  { name: "a ctime changed, but the other side has no file", row: rowOf({ a: file("1", { stamp: OLD }) }, { a: file("1", { stamp: NEW }) }, {}), want: false },
  { name: "both changed to one size and mtime", row: rowOf({ a: "1" }, { a: "22@5" }, { a: "22@5" }), want: true },
  { name: "both are new, of one size and mtime", row: rowOf({}, { a: "22@5" }, { a: "22@5" }), want: false },
  { name: "sizes differ", row: rowOf({ a: "1" }, { a: "22@5" }, { a: "333@6" }), want: false },
  { name: "one side is new", row: rowOf({}, { a: "1" }, {}), want: false }, { name: "there is a link", row: rowOf({}, { a: "1" }, { a: link("t") }), policy: { checksum: true }, want: false },
  { name: "a small file was touched", row: rowOf({ a: "1" }, { a: "1@5" }, { a: "1" }), want: true },
  { name: "a large file was touched", row: large({ a: "1" }, { a: "1@5" }, { a: "1" }), want: false },
  { name: "a large file was touched on both sides", row: large({ a: "1" }, { a: "1@5" }, { a: "1@6" }), want: true },
  { name: "a large file is new on both sides", row: large({}, { a: "1@5" }, { a: "1@6" }), want: true },
  { name: "there is a directory", row: rowOf({}, { a: {} }, { a: {} }), policy: { checksum: true }, want: false },
])("needsDigest() answers $want when $name", ({ row, policy, want }) => {
  equal(
    needsDigest(row, { ...DEFAULT_POLICY, ...policy as Partial<Policy> }),
    want,
  );
});

// deno-fmt-ignore: one line for each case
Deno.test.each([
  { name: "a suspect for changed", row: rowOf({ a: file("1", { stamp: OLD }) }, { a: file("1", { stamp: NEW }) }, { a: file("1", { stamp: OLD }) }), checksum: false },
  { name: "nothing for the same that must be compared", row: rowOf({}, { a: "1@5" }, { a: "1@5" }), checksum: true },
])("reconcile() takes $name when nobody read the contents", ({ row, checksum }) => {
  const steps = [...reconcile([row], { ...DEFAULT_POLICY, checksum })];
  equal(steps.map(({ actions }) => actions.target?.kind).join(), "put");
});

Deno.test("reconcile() trusts what both agreed on, however they hold it", () => {
  const base = { initiator: tree({ a: "1@3" }), target: tree({ a: "1@9" }) };
  const bare = mapSides(
    base,
    (entries) =>
      new Map([...entries].map(([path, entry]) => [path, unread(entry)])),
  );
  const world = worldOf(bare.initiator, bare, { base: bare });
  const { plan } = run(world, DEFAULT_POLICY, { reading: "on demand" });
  equal(isQuiet(plan), true);
});

Deno.test("reconcile() takes no attributes from a filesystem that has none", () => {
  const found = tree({ a: file("1", { mode: 0o777, uid: 7, gid: 7 }) });
  const world = worldOf(tree({}), { initiator: tree({}), target: found });
  const policy = { ...DEFAULT_POLICY, ...targetHolds({ mode: false }) };
  const [action] = run(world, policy).plan.actions.initiator;
  const meta = action?.kind === "put" ? action.entry.meta : undefined;
  equal(
    JSON.stringify(meta),
    JSON.stringify({ mode: 0o700, uid: -1, gid: -1 }),
  );
});

/** The row of `a`, of an entry that is too large to be read for a guess. */
function large(base: Literal, initiator: Literal, target: Literal): Row {
  const { ancestor, ...row } = rowOf(base, initiator, target);
  const size = TOUCH_LIMIT + 1;
  const grown = (node: Node): Node =>
    node?.kind === "file" ? { ...node, size } : node;
  return {
    ...row,
    ancestor: grown(ancestor),
    base: mapSides(row.base, grown),
    now: mapSides(row.now, grown),
  };
}

/** The row of `a`, its contents unread. */
function rowOf(base: Literal, initiator: Literal, target: Literal): Row {
  const now = { initiator: bare(initiator), target: bare(target) };
  const rows = rowsOf(worldOf(bare(base), now));
  return rows.find(({ path }) => path === "a") as Row;
}

function bare(root: Literal): Tree {
  return new Map([...tree(root)].map(([path, entry]) => [path, unread(entry)]));
}
