/** Who wins, what is compared, what is kept: settings as the engine sees them. */

import type { PerSide, Side } from "./side.ts";

/** Which attributes travel. */
export interface Preserve {
  /** Permission bits. */
  readonly mode: boolean;
  /** Owner. */
  readonly owner: boolean;
  /** Group. */
  readonly group: boolean;
  /** The executable bits, where the mode does not travel. */
  readonly executability: boolean;
  /** The times of directories that are on both sides. */
  readonly directoryTimes: boolean;
}

/** What a replica's filesystem and user can hold; what it cannot is not taken from it either. */
export interface Holds {
  /** Permission bits of their own. */
  readonly mode: boolean;
  /** Any owner (root on a filesystem with owners). */
  readonly owner: boolean;
  /** Groups. */
  readonly group: boolean;
  /** Smallest step of mtime, in nanoseconds. */
  readonly timeStep: number;
}

/** Decides every comparison and every conflict. Plain data. */
export interface Policy {
  /** `both`, or the only side that may be changed. */
  readonly direction: "both" | Side;
  /** Wins a conflict of equal mtimes. */
  readonly prevalence: Side;
  /** Wins every conflict, whatever the mtimes. */
  readonly forcePrevalence: boolean;
  /** Deletions are not carried to these sides. */
  readonly skipDeletion: PerSide<boolean>;
  /** Removed entries go to `deleted`; else they are gone. */
  readonly softDelete: boolean;
  /** Replaced versions go to `backup`; else they are gone. */
  readonly keepBackup: boolean;
  /** Which attributes travel. */
  readonly preserve: Preserve;
  /** What each side can hold. */
  readonly holds: PerSide<Holds>;
  /** mtimes closer than this (nanoseconds) are equal; on top of what `holds` demands. */
  readonly modifyWindow: number;
  /** Contents are compared by digest, always. */
  readonly checksum: boolean;
}

/** An ordinary filesystem used by root. */
export const HOLDS_ALL: Holds = {
  mode: true,
  owner: true,
  group: true,
  timeStep: 1,
};

/** Two-way, initiator prevails, everything kept: the defaults of the command line. */
export const DEFAULT_POLICY: Policy = {
  direction: "both",
  prevalence: "initiator",
  forcePrevalence: false,
  skipDeletion: { initiator: false, target: false },
  softDelete: true,
  keepBackup: true,
  preserve: {
    mode: true,
    owner: true,
    group: true,
    executability: true,
    directoryTimes: true,
  },
  holds: { initiator: HOLDS_ALL, target: HOLDS_ALL },
  modifyWindow: 0,
  checksum: false,
};
