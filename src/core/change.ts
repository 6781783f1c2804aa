/** How one side changed since both agreed, and whether two contents are the same. */

import type { Entry, Node, Stamp, Time } from "./entry.ts";
import type { Policy } from "./policy.ts";
import { type PerSide, type Side, SIDES } from "./side.ts";
import type { Row } from "./step.ts";

/**
 * - `absent`: not there, and was not.
 * - `same`: content as it was.
 * - `suspect`: the inode was changed but size and mtime were not: attributes,
 *   or an edit that put the mtime back. Only the digest can tell.
 * - `uncertain`: size and mtime are as they were, and when both agreed the file
 *   had changed so recently that its inode could not tell of another change.
 * - `touched`: a file of the same size with another mtime.
 * - `changed`: another content, or another kind.
 */
export type Change =
  | "absent"
  | "created"
  | "deleted"
  | "same"
  | "suspect"
  | "uncertain"
  | "touched"
  | "changed"
  | "unknown";

/** Stands for a ctime in which the file may have changed again without a trace. */
export const NO_CTIME: Time = 0n;

/** Largest file that is read on both sides to find out whether it was only touched. */
export const TOUCH_LIMIT = 8 * 1024 * 1024;

/** How a side's entry changed from `base` to `now`. */
export function changeOf(base: Node, now: Node): Change {
  if (now?.kind === "unknown") return "unknown";
  if (now === undefined) return base === undefined ? "absent" : "deleted";
  if (base === undefined) return "created";
  if (base.kind !== now.kind) return "changed";
  if (now.kind === "symlink") {
    return base.kind === "symlink" && base.target === now.target
      ? "same"
      : "changed";
  }
  if (now.kind !== "file" || base.kind !== "file") return "same";
  if (base.size !== now.size) return "changed";
  if (base.mtime !== now.mtime) return "touched";
  return changeOfStamp(base.stamp, now.stamp);
}

function changeOfStamp(
  base: Stamp | undefined,
  now: Stamp | undefined,
): Change {
  if (base === undefined || now === undefined) return "same";
  if (base.ctime === NO_CTIME) return "uncertain";
  return base.ctime === now.ctime ? "same" : "suspect";
}

/** Whether only the digest can tell if the content changed. */
export function isDoubtful(change: Change): boolean {
  return change === "suspect" || change === "uncertain";
}

/** The sides that made two contents differ: a sure sign counts more than a doubtful one. */
export function changedSides(changes: PerSide<Change>): Side[] {
  const signs: readonly ((change: Change) => boolean)[] = [
    isModified,
    (change) => change === "suspect",
    (change) => change === "uncertain",
  ];
  for (const isSign of signs) {
    const sides = SIDES.filter((side) => isSign(changes[side]));
    if (sides.length > 0) return sides;
  }
  return [];
}

/**
 * Whether a deletion on the other side may take this one along. A file of
 * which only the inode changed (a chmod, most likely) goes where deleted files
 * are kept; where they are not, it might hold an edit that would be lost.
 */
export function isUnchanged(base: Node, now: Node, policy: Policy): boolean {
  const change = changeOf(base, now);
  return change === "same" || change === "uncertain" ||
    (change === "suspect" && policy.softDelete);
}

/** Whether a side's content differs from what both agreed on, as far as one can tell. */
export function isModified(change: Change): boolean {
  return change === "created" || change === "deleted" || change === "changed" ||
    change === "touched";
}

/**
 * Whether two entries hold the same content.
 *
 * @returns `undefined` if only their digests could tell.
 */
export function sameContent(
  a: Entry,
  b: Entry,
  policy: Policy,
): boolean | undefined {
  if (a.kind !== b.kind || a.kind === "unknown" || b.kind === "unknown") {
    return false;
  }
  if (a.kind === "symlink") {
    return b.kind === "symlink" && a.target === b.target;
  }
  if (a.kind !== "file" || b.kind !== "file") return true;
  if (a.size !== b.size) return false;
  if (a.digest !== undefined && b.digest !== undefined) {
    return a.digest === b.digest;
  }
  if (policy.checksum) return undefined;
  return sameTime(a.mtime, b.mtime, policy) ? true : undefined;
}

/** Whether two mtimes are equal as far as both filesystems and the user care. */
export function sameTime(a: bigint, b: bigint, policy: Policy): boolean {
  if (a === b) return true;
  const { initiator, target } = policy.holds;
  const step = Math.max(initiator.timeStep, target.timeStep);
  const window = Math.max(policy.modifyWindow, step - 1);
  const distance = a > b ? a - b : b - a;
  return distance <= BigInt(window);
}

/**
 * Whether both contents must be read before this row can be decided; the
 * caller then fills `digest` in on both sides.
 */
export function needsDigest(row: Row, policy: Policy): boolean {
  const { initiator: a, target: b } = row.now;
  if (a?.kind !== "file" || b?.kind !== "file" || a.size !== b.size) {
    return false;
  }
  if (a.digest !== undefined && b.digest !== undefined) return false;
  if (policy.checksum) return true;
  const changes = changesOf(row);
  const both = [changes.initiator, changes.target];
  if (both.some(isDoubtful)) return true;
  if (both.every((change) => change === "same")) return false;
  // Without a base, size and time have to do, or each first run would read everything.
  if (sameTime(a.mtime, b.mtime, policy)) return row.ancestor !== undefined;
  return both.every(isModified) || a.size <= TOUCH_LIMIT;
}

/** How both sides changed. */
export function changesOf(row: Row): PerSide<Change> {
  return {
    initiator: changeOf(row.base.initiator, row.now.initiator),
    target: changeOf(row.base.target, row.now.target),
  };
}
