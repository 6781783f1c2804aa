/** Reasons to stop before the first change: what people regret. Predicates over the plan. */

import type { Plan } from "./plan.ts";
import { opposite, type PerSide, type Side, SIDES } from "./side.ts";

/** Everything the guards look at. */
export interface GuardFacts {
  /** What would be done. */
  readonly plan: Plan;
  /** Non-directory entries the ancestor has. */
  readonly known: PerSide<number>;
  /** Non-directory entries the scan found. */
  readonly found: PerSide<number>;
  /** The other side has a state of this pair, this one has not. */
  readonly stateMissing: PerSide<boolean>;
  /** The root is another directory or filesystem than last time. */
  readonly rootChanged: PerSide<boolean>;
  /** From which amount on deletions are too many; a count of 0 is no limit. */
  readonly limits: {
    readonly maxDeletePercent: number;
    readonly maxDeleteCount: number;
  };
  /** What the user let pass. */
  readonly allow: { readonly massDeletion: boolean; readonly newRoot: boolean };
}

/** Why a plan is refused. */
export interface Hazard {
  /** Which guard. */
  readonly kind: "emptied-replica" | "mass-deletion" | "new-root";
  /** On which side. */
  readonly side: Side;
  /** What was found, for the user. */
  readonly message: string;
  /** The option that lets it pass. */
  readonly option: string;
}

/** Deleting a few of very few is everyday work. */
const FEWEST_DELETIONS = 10;

/** A replica of one or two files may well be emptied on purpose. */
const FEWEST_FILES = 3;

/** All hazards of a plan that the user did not let pass. */
export function findHazards(facts: GuardFacts): Hazard[] {
  const hazards: Hazard[] = [];
  for (const side of SIDES) {
    const root = facts.allow.newRoot ? undefined : newRoot(facts, side);
    if (root !== undefined) hazards.push(root);
    if (facts.allow.massDeletion) continue;
    const empty = emptiedReplica(facts, side);
    const mass = empty === undefined ? massDeletion(facts, side) : undefined;
    for (const hazard of [empty, mass]) {
      if (hazard !== undefined) hazards.push(hazard);
    }
  }
  return hazards;
}

function newRoot(facts: GuardFacts, side: Side): Hazard | undefined {
  const option = "--accept-new-root";
  if (facts.rootChanged[side]) {
    const message =
      `the ${side}'s root is on another filesystem, or is another directory, than at the last run`;
    return { kind: "new-root", side, message, option };
  }
  const before = facts.known[opposite(side)];
  if (facts.stateMissing[side] && facts.found[side] === 0 && before > 0) {
    return missingRoot(side);
  }
  return undefined;
}

/** The hazard of a root that is empty and has lost even osync's own folder. */
export function missingRoot(side: Side, path?: string): Hazard {
  const where = path === undefined ? "" : ` "${path}"`;
  const message =
    `the ${side}${where} is missing or empty and has lost osync's own folder, while the other replica remembers it (is it mounted?)`;
  return { kind: "new-root", side, message, option: "--accept-new-root" };
}

function emptiedReplica(facts: GuardFacts, side: Side): Hazard | undefined {
  const known = facts.known[side];
  if (known < FEWEST_FILES || facts.found[side] > 0) return undefined;
  // Where nothing would follow it, everything is hidden by a filter, say.
  if (countDeletions(facts.plan, opposite(side)) === 0) return undefined;
  return {
    kind: "emptied-replica",
    side,
    message: `all ${known} files are gone from the ${side}`,
    option: "--allow-mass-deletion",
  };
}

function massDeletion(facts: GuardFacts, side: Side): Hazard | undefined {
  const deletions = countDeletions(facts.plan, side);
  const { maxDeletePercent, maxDeleteCount } = facts.limits;
  const known = Math.max(facts.known[side], facts.known[opposite(side)]);
  const tooMany = maxDeleteCount > 0 && deletions > maxDeleteCount;
  const tooLarge = deletions >= FEWEST_DELETIONS &&
    deletions * 100 > known * maxDeletePercent;
  if (!tooMany && !tooLarge) return undefined;
  const limit = tooMany
    ? `${maxDeleteCount} files`
    : `${maxDeletePercent} percent`;
  return {
    kind: "mass-deletion",
    side,
    message:
      `${deletions} of ${known} files would be deleted on the ${side}; the limit is ${limit}`,
    option: "--allow-mass-deletion",
  };
}

/** Deletions, without pieces that only make room for something else. */
function countDeletions(plan: Plan, side: Side): number {
  let deletions = 0;
  for (const action of plan.actions[side]) {
    if (action.kind === "remove" && action.expect.kind !== "directory") {
      deletions++;
    }
  }
  return deletions;
}
