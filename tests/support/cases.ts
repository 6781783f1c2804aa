/** One line of a decision table, and what it takes to be true of it. */

import { deepStrictEqual as equal, ok } from "node:assert/strict";
import type { KnownEntry } from "@/core/entry.ts";
import { isBelow } from "@/core/path.ts";
import { DEFAULT_POLICY, type Policy } from "@/core/policy.ts";
import { type PerSide, perSide, SIDES } from "@/core/side.ts";
import type { Action, Step, Verdict } from "@/core/step.ts";
import { assertEqualWhereKnown } from "./claims.ts";
import { mirroredPolicy } from "./mirror.ts";
import { decide, run, type RunOptions } from "./run.ts";
import { type Literal, sketch, tree } from "./trees.ts";
import { type World, worldOf } from "./world.ts";

/** One line of a table; it is judged together with its mirror image. */
export interface Case {
  /** What happens, as the end of a sentence. */
  readonly name: string;
  /** What both sides agreed on; without it they never did. */
  readonly base?: Literal;
  /** What is there now. */
  readonly initiator: Literal;
  /** What is there now. */
  readonly target: Literal;
  /** Where it is not the default. */
  readonly policy?: Partial<Policy>;
  /** Whether contents are known without asking. */
  readonly reading?: RunOptions["reading"];
  /**
   * All actions, in any order: `-> put a backup` on the target, `<-` on the
   * initiator; `*` where any place to set aside will do.
   */
  readonly want: readonly string[];
  /** Paths and the way the winner goes: `a ->`; a conflict below counts for it. */
  readonly conflicts?: readonly string[] | "any";
  /** Verdicts of some paths. */
  readonly verdicts?: Readonly<Record<string, Verdict>>;
  /** What both sides hold afterwards. */
  readonly ends?: Literal;
  /** The sides stay different. */
  readonly apart?: boolean;
}

const ARROWS = { initiator: "<-", target: "->" } as const;

/** Judges a case and its mirror image. */
export function assertCase(wanted: Case): void {
  assertOneWayRound(wanted);
  assertOneWayRound(mirroredCase(wanted));
}

function assertOneWayRound(wanted: Case): void {
  const policy = { ...DEFAULT_POLICY, ...wanted.policy };
  const options = { reading: wanted.reading ?? "everything" };
  const world = worldOfCase(wanted);
  const { steps, plan } = run(world, policy, options);
  equal(
    lines(plan.actions, wanted.want).sort(),
    [...wanted.want].sort(),
  );
  assertConflicts(steps, wanted.conflicts ?? []);
  for (const [path, verdict] of Object.entries(wanted.verdicts ?? {})) {
    const found = steps.filter((step) => step.path === path);
    equal(new Set(found.map((step) => step.verdict)), new Set([verdict]));
  }
  if (wanted.ends) {
    const ends = sketch(tree(wanted.ends));
    equal(sketch(world.now.initiator), ends);
    equal(sketch(world.now.target), ends);
  }
  if (!wanted.apart) assertEqualWhereKnown(world, policy);
  const again = decide(world, policy, options).plan.actions;
  equal(again, { initiator: [], target: [] });
}

/** The world before the run. */
export function worldOfCase({ base, initiator, target }: Case): World {
  const now = { initiator: tree(initiator), target: tree(target) };
  const ancestor = base ? tree(base) : new Map();
  const stamped = SIDES.some((side) =>
    [...now[side].values()].some((entry) => "stamp" in entry)
  );
  return worldOf(ancestor, now, { stamped });
}

function mirroredCase(wanted: Case): Case {
  const policy = mirroredPolicy({ ...DEFAULT_POLICY, ...wanted.policy });
  const { initiator, target, want, conflicts = [], ...rest } = wanted;
  return {
    ...rest,
    initiator: target,
    target: initiator,
    policy,
    want: want.map(turned),
    conflicts: conflicts === "any" ? conflicts : conflicts.map(turned),
  };
}

function turned(line: string): string {
  return line.replace(/->|<-/, (arrow) => arrow === "->" ? "<-" : "->");
}

function lines(
  actions: PerSide<readonly Action[]>,
  wanted: readonly string[],
): string[] {
  return SIDES.flatMap((side) =>
    actions[side].map((action) => {
      const line = `${ARROWS[side]} ${action.kind} ${action.path}`;
      return wanted.includes(`${line} *`) ? `${line} *` : line + endOf(action);
    })
  );
}

function endOf(action: Action): string {
  switch (action.kind) {
    case "make-directory":
    case "put":
      return action.expect ? ` ${action.setAside}` : "";
    case "remove":
      return ` ${action.setAside}`;
    case "set-meta":
      return differences(action.expect, action.entry);
    default:
      return action satisfies never;
  }
}

function differences(from: KnownEntry, to: KnownEntry): string {
  const octal = (mode: number) => mode.toString(8);
  return [
    from.meta.mode === to.meta.mode ? "" : ` mode=${octal(to.meta.mode)}`,
    from.meta.uid === to.meta.uid ? "" : ` uid=${to.meta.uid}`,
    from.meta.gid === to.meta.gid ? "" : ` gid=${to.meta.gid}`,
    from.mtime === to.mtime ? "" : ` at=${Number(to.mtime) / 1e9}`,
  ].join("");
}

function assertConflicts(
  steps: readonly Step[],
  wanted: readonly string[] | "any",
): void {
  const against = steps.filter(({ conflict }) => conflict);
  equal(against.filter(({ verdict }) => verdict !== "conflict"), []);
  if (wanted === "any") return;
  const found = against.flatMap(({ conflict }) => conflict ?? []);
  const unexplained = new Set(found);
  for (const line of wanted) {
    const [path = "", arrow] = line.split(" ");
    const winner = arrow === "->" ? "initiator" : "target";
    const explained = found.filter((conflict) =>
      conflict.winner === winner &&
      (conflict.path === path || isBelow(conflict.path, path as Step["path"]))
    );
    ok(explained.length > 0, `no conflict ${line}`);
    for (const conflict of explained) unexplained.delete(conflict);
  }
  equal([...unexplained], []);
}

/** A policy that skips deletions on the target. */
export const SKIPPING: Partial<Policy> = {
  skipDeletion: { initiator: false, target: true },
};

/** A pair whose target cannot hold something. */
export function targetHolds(
  limits: Partial<Policy["holds"]["target"]>,
): Partial<Policy> {
  const holds = perSide((side) => ({
    ...DEFAULT_POLICY.holds[side],
    ...side === "target" && limits,
  }));
  return { holds };
}
