/** A directory on one side, something else on the other: decided when the whole subtree is known. */

import { winnerOf } from "./attributes.ts";
import { changeOf, isModified, isUnchanged } from "./change.ts";
import {
  backupAside,
  conflictOf,
  copyStep,
  deletedAside,
  only,
  placeAction,
  removeStep,
  still,
} from "./decide.ts";
import type { KnownEntry, Node } from "./entry.ts";
import type { Policy } from "./policy.ts";
import { opposite, perSide, type Side } from "./side.ts";
import type { Conflict, Row, SetAside, Step } from "./step.ts";

/** The directory's row and all rows below it. */
export interface Clash {
  /** Where the kinds differ. */
  readonly row: Row;
  /** The side that has the directory. */
  readonly side: Side;
  /** In tree order; the other side has nothing at any of them. */
  readonly below: readonly Row[];
}

/** What is decided, and whether the rows below now count as new on their side. */
export interface ClashResult {
  /** In tree order. */
  readonly steps: readonly Step[];
  /** The directory stands: what is below it is to be created on the other side. */
  readonly directoryStands: boolean;
}

/** Decides a clash of kinds by the same rules as any other change. */
export function resolveClash(clash: Clash, policy: Policy): ClashResult {
  const { row, side } = clash;
  const obstacle = obstacleIn(clash);
  if (obstacle === "unreadable") {
    return blocked(row, "not all of the directory in its place can be read");
  }
  const leaf = opposite(side);
  if (policy.direction === leaf) return directoryStands(clash, policy);
  if (policy.direction === side) {
    return obstacle === undefined
      ? leafStands(clash, policy, { setAside: backupAside(policy) })
      : blocked(row, "the directory in its place holds excluded entries");
  }
  const news = [row, ...clash.below].filter((one) => isNews(one, side, policy));
  if (news.length === 0 && obstacle === undefined) {
    return isHeldBack(clash, policy)
      ? skipped(row)
      : leafStands(clash, policy, { setAside: deletedAside(policy) });
  }
  if (!isModified(changeOf(row.base[leaf], row.now[leaf]))) {
    return directoryStands(clash, policy);
  }
  // What is excluded must not go, so the directory around it stays.
  const winner = obstacle === undefined ? newerOf(clash, news, policy) : side;
  const reason = "a directory on one side, something else on the other";
  const conflict = conflictOf(row, winner, reason);
  if (winner === side) return directoryStands(clash, policy, conflict);
  return isHeldBack(clash, policy)
    ? skipped(row)
    : leafStands(clash, policy, { setAside: backupAside(policy), conflict });
}

/** Whether something both knew would have to go from a side that keeps what was deleted. */
function isHeldBack({ side, below }: Clash, policy: Policy): boolean {
  return policy.skipDeletion[side] &&
    below.some(({ base, now }) =>
      base[side] !== undefined && now[side] !== undefined
    );
}

function obstacleIn(clash: Clash): "excluded" | "unreadable" | undefined {
  let found: "excluded" | undefined;
  for (const { now } of clash.below) {
    const node = now[clash.side];
    if (node?.kind !== "unknown") continue;
    if (node.reason !== "excluded") return "unreadable";
    found = "excluded";
  }
  return found;
}

function isNews(row: Row, side: Side, policy: Policy): boolean {
  const now: Node = row.now[side];
  if (now === undefined || now.kind === "unknown") return false;
  return !isUnchanged(row.base[side], now, policy);
}

function newerOf(clash: Clash, news: readonly Row[], policy: Policy): Side {
  const { row, side } = clash;
  let newest = (row.now[side] as KnownEntry).mtime;
  for (const one of news) {
    const { mtime } = one.now[side] as KnownEntry;
    if (mtime > newest) newest = mtime;
  }
  const leaf = (row.now[opposite(side)] as KnownEntry).mtime;
  const times = perSide((one) => one === side ? newest : leaf);
  return winnerOf(times, policy, (time) => time);
}

function directoryStands(
  clash: Clash,
  policy: Policy,
  conflict?: Conflict,
): ClashResult {
  const options = conflict === undefined ? { policy } : { policy, conflict };
  const step = copyStep(clash.row, clash.side, options);
  const known = clash.row.ancestor?.kind === "directory";
  return {
    steps: [known ? { ...step, forgetFirst: true } : step],
    directoryStands: true,
  };
}

function leafStands(
  clash: Clash,
  policy: Policy,
  options: { readonly setAside: SetAside; readonly conflict?: Conflict },
): ClashResult {
  const { row, side, below } = clash;
  const { setAside, conflict } = options;
  const action = { ...placeAction(row, side, policy), setAside };
  const placed = {
    ...still(row, "propagate", row.now[opposite(side)]),
    actions: only(side, action),
  };
  const steps: Step[] = [
    conflict === undefined
      ? placed
      : { ...placed, verdict: "conflict", conflict },
  ];
  for (const child of below) {
    steps.push(
      child.now[side] === undefined
        ? still(child, "forget", undefined)
        : removeStep(child, side, setAside),
    );
  }
  return { steps, directoryStands: false };
}

function blocked(row: Row, reason: string): ClashResult {
  return withoutActions({ ...still(row, "blocked", row.ancestor), reason });
}

function skipped(row: Row): ClashResult {
  return withoutActions(still(row, "skipped", row.ancestor));
}

function withoutActions(step: Step): ClashResult {
  return { steps: [step], directoryStands: false };
}
