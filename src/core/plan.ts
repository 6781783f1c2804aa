/** The list of everything a run will do, in a safe order, with totals. */

import type { KnownEntry } from "./entry.ts";
import { comparePaths, isBelow, parentPath, type RelPath } from "./path.ts";
import { mapSides, type PerSide, perSide, type Side, SIDES } from "./side.ts";
import { type Action, type Conflict, LEAVE, type Step } from "./step.ts";

/** What a change does, in one word. */
export type ChangeVerb =
  | "create"
  | "update"
  | "delete"
  | "attributes"
  | "timestamp";

/** Files, links, pipes and directories together. */
export interface Counters {
  /** Entries made. */
  readonly created: number;
  /** Entries whose content was replaced. */
  readonly updated: number;
  /** Entries removed. */
  readonly deleted: number;
  /** Entries of which only attributes or times changed. */
  readonly attributes: number;
  /** Bytes of content. */
  readonly bytes: number;
}

/** Nothing counted yet. */
export const NO_CHANGES: Counters = {
  created: 0,
  updated: 0,
  deleted: 0,
  attributes: 0,
  bytes: 0,
};

/** Decided, ordered and counted; `--dry` prints it. */
export interface Plan {
  /** Every decision in tree order. */
  readonly steps: readonly Step[];
  /** What each side does, in an order that is safe after every prefix. */
  readonly actions: PerSide<readonly Action[]>;
  /**
   * How many of each side's actions make room, directories and contents: they
   * come before the rest of either side, since contents are read from sources
   * whose attributes may be about to change.
   */
  readonly contents: PerSide<number>;
  /** By the side that changes. */
  readonly planned: PerSide<Counters>;
  /** Decided against one side, in tree order. */
  readonly conflicts: readonly Conflict[];
}

/** Orders and counts steps. */
export function makePlan(steps: Iterable<Step>): Plan {
  const sorted = [...steps].sort((a, b) => comparePaths(a.path, b.path));
  const phases = perSide((side) => phasesOf(actionsOf(sorted, side)));
  const actions = mapSides(phases, (lists) => lists.flat());
  const conflicts: Conflict[] = [];
  for (const { conflict } of sorted) {
    if (conflict !== undefined) conflicts.push(conflict);
  }
  return {
    steps: sorted,
    actions,
    contents: mapSides(
      phases,
      (lists) => lists.slice(0, CONTENT_PHASES).flat().length,
    ),
    planned: perSide((side) => actions[side].reduce(count, NO_CHANGES)),
    conflicts,
  };
}

function actionsOf(steps: readonly Step[], side: Side): Action[] {
  const actions: Action[] = [];
  for (const step of steps) {
    const action = step.actions[side];
    if (action !== undefined) actions.push(action);
  }
  return actions;
}

/**
 * Room is made first (bottom-up), then come new directories top-down, each with
 * the contents directly in it, the other contents, attributes, deletions
 * bottom-up, and attributes of directories last: whatever is created below
 * changes their times.
 */
function phasesOf(actions: readonly Action[]): Action[][] {
  const phases: Action[][] = [[], [], [], [], [], []];
  const homes = new Map<RelPath, Action[]>();
  // In tree order, what is in a directory follows it without a gap.
  let replaced: RelPath | undefined;
  for (const action of actions) {
    if (action.kind === "put" && action.expect?.kind === "directory") {
      replaced = action.path;
    }
    const home = homeOf(action, homes);
    if (home === undefined) phases[phaseOf(action, replaced)]?.push(action);
    else home.push(action);
  }
  phases[DIRECTORIES] = [...homes.values()].flat();
  for (const phase of BOTTOM_UP) phases[phase]?.reverse();
  return phases;
}

const BOTTOM_UP: readonly number[] = [0, 4, 5];

/** Room, directories, contents. */
const CONTENT_PHASES = 3;
const DIRECTORIES = 1;

/** The new directory an action makes, or puts something into, with what is to be done there. */
function homeOf(
  action: Action,
  homes: Map<RelPath, Action[]>,
): Action[] | undefined {
  if (action.kind === "make-directory") {
    const home: Action[] = [];
    homes.set(action.path, home);
    return home;
  }
  if (action.kind !== "put" || homes.size === 0) return undefined;
  return homes.get(parentPath(action.path));
}

/** @param replaced The last directory in whose place a leaf comes. */
function phaseOf(action: Action, replaced: RelPath | undefined): number {
  switch (action.kind) {
    case "remove":
      return replaced !== undefined && isBelow(action.path, replaced) ? 0 : 4;
    case "make-directory":
      return DIRECTORIES;
    case "put":
      return 2;
    case "set-meta":
      return action.entry.kind === "directory" ? 5 : 3;
    default:
      return action satisfies never;
  }
}

/** Adds one action to the counters. */
export function count(counters: Counters, action: Action): Counters {
  const bytes = counters.bytes + bytesOf(action);
  switch (verbOf(action)) {
    case "create":
      return { ...counters, bytes, created: counters.created + 1 };
    case "update":
      return { ...counters, bytes, updated: counters.updated + 1 };
    case "delete":
      return { ...counters, deleted: counters.deleted + 1 };
    default:
      return { ...counters, attributes: counters.attributes + 1 };
  }
}

/** Bytes of content an action brings. */
export function bytesOf(action: Action): number {
  return action.kind === "put" && action.entry.kind === "file"
    ? action.entry.size
    : 0;
}

/** What an action does, in one word. */
export function verbOf(action: Action): ChangeVerb {
  switch (action.kind) {
    case "remove":
      return "delete";
    case "set-meta":
      return sameMeta(action.expect, action.entry) ? "timestamp" : "attributes";
    default:
      return action.expect === undefined ? "create" : "update";
  }
}

function sameMeta(before: KnownEntry, after: KnownEntry): boolean {
  const same = (was: number, is: number): boolean => is === LEAVE || was === is;
  return before.meta.mode === after.meta.mode &&
    same(before.meta.uid, after.meta.uid) &&
    same(before.meta.gid, after.meta.gid);
}

/** Whether a plan has nothing to change on either side. */
export function isQuiet(plan: Plan): boolean {
  return SIDES.every((side) => plan.actions[side].length === 0);
}
