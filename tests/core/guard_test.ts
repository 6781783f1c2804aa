import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { findHazards, type GuardFacts } from "@/core/guard.ts";
import { DEFAULT_POLICY } from "@/core/policy.ts";
import type { Side } from "@/core/side.ts";
import { decide } from "../support/run.ts";
import { type Literal, tree } from "../support/trees.ts";
import { worldOf } from "../support/world.ts";

/** Deletions of which the target hears. */
const DELETING = { maxDeletePercent: 50, maxDeleteCount: 0 };

/** One line of the table: the hazards of a run in which the initiator changed. */
interface Line {
  readonly name: string;
  /** How many files both had; 0 by default. */
  readonly had?: number;
  /** What the initiator has left of them; all by default. */
  readonly left?: Literal;
  readonly facts?: Partial<GuardFacts>;
  readonly want: readonly string[];
}

// deno-fmt-ignore: one line for each case
Deno.test.each<Line>([
  { name: "nothing in a run without deletions", had: 20, want: [] },
  { name: "nothing in a first run", facts: { known: { initiator: 0, target: 0 }, found: { initiator: 0, target: 5 } }, want: [] },
  { name: "a replica that lost all its files", had: 3, left: {}, want: ["emptied-replica initiator"] },
  { name: "no replica that lost two files of two", had: 2, left: {}, want: [] },
  { name: "no replica that has something left", had: 4, left: files(1), want: [] },
  { name: "a replica that lost all its files, though its directories are left", had: 3, left: { d: { e: {} } }, want: ["emptied-replica initiator"] },
  { name: "no emptied replica when that is allowed", had: 3, left: {}, facts: { allow: { massDeletion: true, newRoot: false } }, want: [] },
  { name: "an emptied replica, whatever the root", had: 3, left: {}, facts: { allow: { massDeletion: false, newRoot: true } }, want: ["emptied-replica initiator"] },
  { name: "more deletions than the percentage", had: 20, left: files(9), want: ["mass-deletion target"] },
  { name: "no deletions up to the percentage", had: 20, left: files(10), want: [] },
  { name: "no deletions of fewer than ten", had: 12, left: files(3), want: [] },
  { name: "ten deletions", had: 12, left: files(2), want: ["mass-deletion target"] },
  { name: "no percentage of a hundred", had: 20, left: files(1), facts: limits(100, 0), want: [] },
  { name: "no percentage of a state that knows fewer files", had: 15, left: files(3), facts: { known: { initiator: 40, target: 15 } }, want: [] },
  { name: "more deletions than the count", had: 20, left: files(14), facts: limits(100, 5), want: ["mass-deletion target"] },
  { name: "no deletions up to the count", had: 20, left: files(15), facts: limits(100, 5), want: [] },
  { name: "no mass deletion when that is allowed", had: 20, left: files(1), facts: { allow: { massDeletion: true, newRoot: false } }, want: [] },
  { name: "no files that became directories", had: 20, left: files(20, { x: "1" }), want: [] },
  { name: "no files that were edited", had: 20, left: files(20, "2@5"), want: [] },
  { name: "another root", facts: { rootChanged: { initiator: false, target: true } }, want: ["new-root target"] },
  { name: "another root on both sides", facts: { rootChanged: { initiator: true, target: true } }, want: ["new-root initiator", "new-root target"] },
  { name: "no other root when that is allowed", facts: { rootChanged: { initiator: true, target: true }, allow: { massDeletion: false, newRoot: true } }, want: [] },
  { name: "another root, whatever the deletions", facts: { rootChanged: { initiator: false, target: true }, allow: { massDeletion: true, newRoot: false } }, want: ["new-root target"] },
  { name: "an empty root without the state the other one has", facts: { stateMissing: { initiator: false, target: true }, known: { initiator: 1, target: 0 }, found: { initiator: 1, target: 0 } }, want: ["new-root target"] },
  { name: "no root without a state that has files", facts: { stateMissing: { initiator: false, target: true }, known: { initiator: 1, target: 0 }, found: { initiator: 1, target: 1 } }, want: [] },
  { name: "no empty root when the other state knew nothing", facts: { stateMissing: { initiator: false, target: true }, known: { initiator: 0, target: 0 }, found: { initiator: 0, target: 0 } }, want: [] },
  { name: "no empty root when no side has a state", facts: { stateMissing: { initiator: false, target: false }, known: { initiator: 0, target: 0 }, found: { initiator: 1, target: 0 } }, want: [] },
])("findHazards() finds $name", ({ had = 0, left = files(had), facts, want }) => {
  for (const loser of ["initiator", "target"] as const) {
    const found = findHazards(factsOf(loser, { had, left, facts: facts ?? {} }));
    const seen = found.map(({ kind, side }) => `${kind} ${side}`);
    equal(seen.sort(), want.map((line) => seenFrom(loser, line)).sort());
  }
});

Deno.test("findHazards() finds both that a replica was emptied and that much is deleted", () => {
  const facts = factsOf("target", { had: 20, left: {}, facts: {} });
  const found = findHazards(facts).map(({ kind, side }) => `${kind} ${side}`);
  ok(found.includes("emptied-replica target"));
});

Deno.test("findHazards() counts no directories", () => {
  const literal = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [`d${n}`, {}]),
  );
  const plan = planOf({ ...literal, ...files(12) }, files(12));
  const facts = {
    ...factsOf("initiator", { had: 12, left: files(12), facts: {} }),
    plan,
  };
  equal(findHazards(facts), []);
});

Deno.test("findHazards() counts deletions that are not soft", () => {
  const plan = planOf(files(20), files(2), { softDelete: false });
  const facts = {
    ...factsOf("initiator", { had: 20, left: files(2), facts: {} }),
    plan,
  };
  equal(findHazards(facts).map(({ kind }) => kind), ["mass-deletion"]);
});

Deno.test("findHazards() says what is wrong and which option lets it pass", () => {
  const emptied = factsOf("initiator", {
    had: 20,
    left: {},
    facts: { rootChanged: { initiator: true, target: false } },
  });
  for (const { kind, message, option } of findHazards(emptied)) {
    equal(
      option,
      kind === "new-root" ? "--accept-new-root" : "--allow-mass-deletion",
    );
    ok(message.length > 0 && !message.endsWith("."));
  }
  ok(findHazards(emptied).length >= 2);
});

function files(count: number, each: string | Literal = "1"): Literal {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`f${n}`, each]),
  );
}

function limits(
  maxDeletePercent: number,
  maxDeleteCount: number,
): Partial<GuardFacts> {
  return { limits: { maxDeletePercent, maxDeleteCount } };
}

function planOf(
  base: Literal,
  left: Literal,
  changes: Partial<typeof DEFAULT_POLICY> = {},
) {
  const now = { initiator: tree(left), target: tree(base) };
  return decide(worldOf(tree(base), now), { ...DEFAULT_POLICY, ...changes })
    .plan;
}

/** The facts of a run in which `loser` has only `left` of the files both had. */
function factsOf(
  loser: Side,
  { had, left, facts }: Required<Omit<Line, "name" | "want">>,
): GuardFacts {
  const base = tree(files(had));
  const other = loser === "initiator" ? "target" : "initiator";
  const now = { initiator: base, target: base, [loser]: tree(left) };
  const kept = [...tree(left).values()].filter(({ kind }) =>
    kind !== "directory"
  );
  const mine: GuardFacts = {
    plan: decide(worldOf(base, now), DEFAULT_POLICY).plan,
    known: { initiator: had, target: had },
    found: { initiator: kept.length, target: kept.length, [other]: had },
    stateMissing: { initiator: false, target: false },
    rootChanged: { initiator: false, target: false },
    limits: DELETING,
    allow: { massDeletion: false, newRoot: false },
  };
  return { ...mine, ...(loser === "initiator" ? facts : turned(facts)) };
}

function turned(facts: Partial<GuardFacts>): Partial<GuardFacts> {
  const pairs = Object.entries(facts).map(([name, value]) => [
    name,
    "initiator" in value
      ? { initiator: value.target, target: value.initiator }
      : value,
  ]);
  return Object.fromEntries(pairs);
}

function seenFrom(loser: Side, line: string): string {
  if (loser === "initiator") return line;
  return line.endsWith("target")
    ? line.replace("target", "initiator")
    : line.replace("initiator", "target");
}
