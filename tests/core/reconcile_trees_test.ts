import { deepStrictEqual as equal } from "node:assert/strict";
import { DEFAULT_POLICY } from "@/core/policy.ts";
import { assertCase, type Case, worldOfCase } from "../support/cases.ts";
import { run } from "../support/run.ts";
import {
  dir,
  excluded,
  file,
  link,
  sketch,
  tree,
  unreadable,
} from "../support/trees.ts";
import { worldOf } from "../support/world.ts";

const DEEP = { d: { e: { y: "1" }, x: "1" } };
const TWO = { d: { x: "1", y: "1" } };

// deno-fmt-ignore: one line for each case
Deno.test.each<Case>([
  { name: "is created with all that is in it", base: {}, initiator: DEEP, target: {}, want: ["-> make-directory d", "-> make-directory d/e", "-> put d/e/y", "-> put d/x"], ends: DEEP },
  { name: "is deleted with all that was in it", base: DEEP, initiator: {}, target: DEEP, want: ["-> remove d deleted", "-> remove d/e deleted", "-> remove d/e/y deleted", "-> remove d/x deleted"], ends: {} },
  { name: "is deleted in spite of new attributes", base: { d: {} }, initiator: {}, target: { d: dir({}, { at: 5, mode: 0o700 }) }, want: ["-> remove d deleted"] },
  { name: "is forgotten when both deleted it", base: DEEP, initiator: {}, target: {}, want: [], verdicts: { d: "forget", "d/x": "forget" } },
  { name: "is agreed on when both created it", base: {}, initiator: { d: { x: "1" } }, target: { d: { y: "2" } }, want: ["-> put d/x", "<- put d/y"] },
  { name: "survives with what is new in it", base: TWO, initiator: {}, target: { d: { x: "1", y: "1", new: "2" } }, want: ["<- make-directory d", "<- put d/new", "-> remove d/x deleted", "-> remove d/y deleted"], conflicts: "any", ends: { d: { new: "2" } } },
  { name: "survives with what changed in it", base: TWO, initiator: {}, target: { d: { x: "2@5", y: "1" } }, want: ["<- make-directory d", "<- put d/x", "-> remove d/y deleted"], conflicts: ["d <-"], ends: { d: { x: "2@5" } } },
  { name: "survives for what is new deep in it", base: DEEP, initiator: {}, target: { d: { e: { y: "1", new: "2" }, x: "1" } }, want: ["<- make-directory d", "<- make-directory d/e", "<- put d/e/new", "-> remove d/e/y deleted", "-> remove d/x deleted"], conflicts: "any" },
  { name: "survives for a new empty directory in it", base: TWO, initiator: {}, target: { d: { x: "1", y: "1", new: {} } }, want: ["<- make-directory d", "<- make-directory d/new", "-> remove d/x deleted", "-> remove d/y deleted"], conflicts: "any" },
  { name: "goes when the rest was deleted already", base: TWO, initiator: {}, target: { d: { x: "1" } }, want: ["-> remove d/x deleted", "-> remove d deleted"], verdicts: { "d/y": "forget" } },
])("reconcile(): a directory $name", assertCase);

// deno-fmt-ignore: one line for each case
Deno.test.each<Case>([
  { name: "a file replaces an unchanged directory", base: DEEP, initiator: { d: "1@5" }, target: DEEP, want: ["-> remove d/e/y deleted", "-> remove d/e deleted", "-> remove d/x deleted", "-> put d deleted"], ends: { d: "1@5" } },
  { name: "a link replaces an unchanged directory", base: TWO, initiator: { d: link("t") }, target: TWO, want: ["-> remove d/x deleted", "-> remove d/y deleted", "-> put d deleted"] },
  { name: "a directory replaces an unchanged file", base: { a: "1" }, initiator: { a: { x: "2@5" } }, target: { a: "1" }, want: ["-> make-directory a *", "-> put a/x"], ends: { a: { x: "2@5" } } },
  { name: "a directory replaces an unchanged file in spite of its older mtime", base: { a: "1@9" }, initiator: { a: {} }, target: { a: "1@9" }, want: ["-> make-directory a *"] },
  { name: "what is gone already is forgotten with a directory that a file replaces", base: TWO, initiator: { d: "1@5" }, target: { d: { x: "1" } }, want: ["-> remove d/x deleted", "-> put d deleted"], verdicts: { "d/y": "forget" } },
  { name: "a newer file wins against a new directory", base: {}, initiator: { d: "1@9" }, target: { d: { x: "2@5" } }, want: ["-> remove d/x backup", "-> put d backup"], conflicts: ["d ->"], ends: { d: "1@9" } },
  { name: "a newer file wins without an ancestor", initiator: { d: "1@9" }, target: { d: { x: "2@5" } }, want: ["-> remove d/x backup", "-> put d backup"], conflicts: ["d ->"] },
  { name: "a directory with something newer wins against a new file", base: {}, initiator: { d: "1@3" }, target: { d: { x: "2@5" } }, want: ["<- make-directory d backup", "<- put d/x"], conflicts: ["d <-"], ends: { d: { x: "2@5" } } },
  { name: "a directory wins with all that is in it", base: TWO, initiator: { d: "1@3" }, target: { d: { x: "2@5", y: "1" } }, want: ["<- make-directory d backup", "<- put d/x", "<- put d/y"], conflicts: ["d <-"], ends: { d: { x: "2@5", y: "1" } } },
  { name: "a directory loses with all that is in it", base: TWO, initiator: { d: "1@9" }, target: { d: { x: "2@5", y: "1" } }, want: ["-> remove d/x backup", "-> remove d/y backup", "-> put d backup"], conflicts: ["d ->"] },
  { name: "what did not change in a directory does not make it newer", base: { d: { x: "1", y: "1@20" } }, initiator: { d: "1@9" }, target: { d: { x: "2@5", y: "1@20" } }, want: ["-> remove d/x backup", "-> remove d/y backup", "-> put d backup"], conflicts: ["d ->"] },
  { name: "the prevalent kind wins equal mtimes", base: {}, initiator: { d: "1@5" }, target: { d: { x: "2@5" } }, want: ["-> remove d/x backup", "-> put d backup"], conflicts: ["d ->"] },
  { name: "the prevalent directory wins equal mtimes", base: {}, initiator: { d: "1@5" }, target: { d: { x: "2@5" } }, policy: { prevalence: "target" }, want: ["<- make-directory d backup", "<- put d/x"], conflicts: ["d <-"] },
  { name: "a forced prevalence wins against a newer kind", base: {}, initiator: { d: "1@3" }, target: { d: { x: "2@5" } }, policy: { forcePrevalence: true }, want: ["-> remove d/x backup", "-> put d backup"], conflicts: ["d ->"] },
  { name: "something unknown in the directory blocks both", base: {}, initiator: { d: "1@9" }, target: { d: { e: { u: unreadable() }, x: "2@5" } }, want: [], verdicts: { d: "blocked" } },
  { name: "a directory with something excluded in it stands", base: TWO, initiator: { d: "1@9" }, target: { d: { x: "1", y: excluded() } }, want: ["<- make-directory d backup", "<- put d/x"], conflicts: ["d <-"] },
  { name: "a directory with something excluded in it stands, whoever prevails", initiator: { d: "1@9" }, target: { d: { x: "1", y: excluded() } }, policy: { forcePrevalence: true }, want: ["<- make-directory d backup", "<- put d/x"], conflicts: ["d <-"] },
  { name: "a directory with something excluded in it replaces an unchanged file", base: { d: "1" }, initiator: { d: "1" }, target: { d: { y: excluded() } }, want: ["<- make-directory d backup"] },
  { name: "something unknown and something excluded in the directory blocks both", initiator: { d: "1@9" }, target: { d: { x: excluded(), y: unreadable(), z: excluded() } }, want: [], verdicts: { d: "blocked" } },
])("reconcile(): $name", assertCase);

// deno-fmt-ignore: one line for each case
Deno.test.each<Case>([
  { name: "a file that cannot be read", base: { a: "1" }, initiator: { a: unreadable() }, target: { a: "2@5" }, want: [], verdicts: { a: "blocked" } },
  { name: "what cannot be read and was deleted", base: { a: "1" }, initiator: { a: unreadable() }, target: {}, want: [], verdicts: { a: "blocked" } },
  { name: "a new thing that cannot be read", base: {}, initiator: { a: unreadable() }, target: {}, want: [] },
  { name: "what neither side can read", base: { a: "1" }, initiator: { a: unreadable() }, target: { a: unreadable() }, want: [], verdicts: { a: "blocked" } },
  { name: "what is excluded", base: { a: "1" }, initiator: { a: excluded() }, target: { a: "2@5" }, want: [], verdicts: { a: "forget" } },
  { name: "what is excluded and absent on the other side", base: { a: "1" }, initiator: { a: excluded() }, target: {}, want: [], verdicts: { a: "forget" } },
  { name: "what is below a directory that cannot be read", base: { d: { x: "1" } }, initiator: { d: unreadable() }, target: { d: { x: "2@5", new: "1" } }, want: [], verdicts: { d: "blocked" } },
  { name: "what was deleted below a directory that cannot be read", base: DEEP, initiator: { d: unreadable() }, target: { d: {} }, want: [] },
  { name: "a directory, clashing with something unknown", base: DEEP, initiator: { d: excluded() }, target: DEEP, want: [] },
  { name: "what cannot be read in a deleted directory", base: TWO, initiator: {}, target: { d: { x: "1", y: unreadable() } }, want: ["-> remove d/x deleted"], verdicts: { "d/y": "blocked" } },
  { name: "what cannot be read deep in a deleted directory", base: DEEP, initiator: {}, target: { d: { e: { y: unreadable() }, x: "1" } }, want: ["-> remove d/x deleted"], verdicts: { "d/e/y": "blocked" } },
  { name: "what is excluded in a deleted directory, which survives", base: TWO, initiator: {}, target: { d: { x: "1", y: excluded() } }, want: ["<- make-directory d", "-> remove d/x deleted"], conflicts: "any" },
  { name: "what cannot be read beside something new in a deleted directory", base: TWO, initiator: {}, target: { d: { x: "2@5", y: unreadable() } }, want: ["<- make-directory d", "<- put d/x"], conflicts: "any" },
  { name: "what cannot be read in a new directory", base: {}, initiator: { d: { u: unreadable(), x: "1" } }, target: {}, want: ["-> make-directory d", "-> put d/x"] },
])("reconcile() leaves alone $name", assertCase);

Deno.test("reconcile() tells of an unreadable directory once, whatever is below it", () => {
  const world = worldOfCase({
    name: "",
    base: DEEP,
    initiator: { d: unreadable() },
    target: { d: { e: unreadable(), x: unreadable() } },
    want: [],
  });
  const { steps } = run(world, DEFAULT_POLICY);
  const told = steps.filter(({ verdict }) => verdict === "blocked");
  equal(told.map(({ path, reason }) => [path, reason]), [["d", "unreadable"]]);
});

Deno.test("reconcile() forgets what is excluded, so that it is united later", () => {
  const world = worldOfCase({
    name: "",
    base: DEEP,
    initiator: { d: excluded() },
    target: DEEP,
    want: [],
  });
  run(world, DEFAULT_POLICY);
  equal(sketch(world.ancestor), sketch(tree({})));
});

Deno.test("reconcile() keeps the ancestor of what cannot be read", () => {
  const base = { a: "1", d: { x: "1" } };
  const world = worldOfCase({
    name: "",
    base,
    initiator: { a: unreadable(), d: unreadable() },
    target: { d: {} },
    want: [],
  });
  run(world, DEFAULT_POLICY);
  equal(sketch(world.ancestor), sketch(tree(base)));
});

Deno.test("reconcile() does not blame a side for what it cannot hold", () => {
  const ancestor = tree({ a: "1" });
  const poor = tree({ a: file("1", { mode: 0o777 }) });
  const holds = {
    ...DEFAULT_POLICY.holds,
    target: { ...DEFAULT_POLICY.holds.target, mode: false },
  };
  const policy = { ...DEFAULT_POLICY, holds };
  const base = { initiator: ancestor, target: poor };
  const quiet = worldOf(ancestor, base, { base });
  equal(run(quiet, policy).plan.actions, { initiator: [], target: [] });

  const edited = tree({ a: file("2", { at: 5, mode: 0o777 }) });
  const world = worldOf(ancestor, { initiator: ancestor, target: edited }, {
    base,
  });
  run(world, policy);
  equal(sketch(world.now.initiator), sketch(tree({ a: "2@5" })));
});
