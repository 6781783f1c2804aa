/**
 * One side of a synchronisation, wherever it is. Plain data in and out: the
 * wire protocol of a remote replica is this interface.
 */

import type { EntryBatch } from "@/core/batch.ts";
import type { FilterSettings } from "@/core/filter.ts";
import type { Edit } from "@/core/fold.ts";
import type { KeptArea } from "@/core/kept.ts";
import type { Holds } from "@/core/policy.ts";
import type { Side } from "@/core/side.ts";
import type { StateHeader } from "@/core/state_format.ts";
import type { Action, Outcome } from "@/core/step.ts";
import type { DigestRequest, DigestResult } from "./digest.ts";

/** What a replica tells about itself. Reading it changes nothing. */
export interface Description {
  /** Absolute path with all links resolved. */
  readonly path: string;
  /** The machine it is on. */
  readonly host: string;
  /** Identities of the root and all directories above it: `device:inode`, or the path of one that does not exist yet. */
  readonly identities: readonly string[];
  /** The filesystem. */
  readonly volume: string;
  /** What it can hold. */
  readonly holds: Holds;
  /** Bytes that can still be written. */
  readonly free: number;
  /** The root is missing or holds nothing, not even osync's own folder. */
  readonly empty: boolean;
}

/** The states of a task on one side. */
export interface States {
  /** Usable ones, newest first. */
  readonly headers: readonly StateHeader[];
  /** The others, and what is wrong with each. */
  readonly unusable: readonly {
    /** Its run. */
    readonly run: number;
    /** For the user. */
    readonly message: string;
  }[];
}

/** How to take the lock. */
export interface LockRequest {
  /** Take it whoever holds it. */
  readonly force: boolean;
}

/** What a replica does while it holds its lock. All methods may throw `SyncError`s and `SysError`s. */
export interface Replica {
  /** Which side of the pair. */
  readonly side: Side;
  /** What it is. */
  describe(): Promise<Description>;
  /** States of this task found here. */
  states(): Promise<States>;
  /**
   * Creates what is missing (root if allowed, work directory), takes the lock
   * and puts in order what a crash left. A dry replica only looks.
   *
   * @returns What the user should know.
   * @throws {LockedError} If another run holds it.
   */
  lock(request: LockRequest): Promise<readonly string[]>;
  /** Everything there is, in tree order. */
  scan(request: ScanRequest): AsyncIterable<EntryBatch>;
  /** How everything looked when both agreed, in tree order. */
  base(run: number): AsyncIterable<EntryBatch>;
  /** Reads contents. */
  digest(
    requests: readonly DigestRequest[],
    signal: AbortSignal,
  ): AsyncIterable<DigestResult>;
  /**
   * Does actions in order, contents coming from `source`. Stops between two of
   * them when the signal is aborted. Outcomes come in the order of the
   * actions, in groups.
   */
  perform(
    actions: readonly Action[],
    source: Replica,
    options: PerformOptions,
  ): AsyncIterable<readonly Outcome[]>;
  /** Waits until everything performed is on the disk. */
  sync(): Promise<void>;
  /** Writes the next state; `publish` makes it the current one. */
  prepareState(header: StateHeader, change: StateChange): Promise<void>;
  /** See {@linkcode Replica.prepareState}. */
  publishState(run: number, base: number | undefined): Promise<void>;
  /** Renames a state that proved unusable; returns where it is now. */
  setAsideState(run: number): Promise<string>;
  /** Removes kept versions older than these days (0: never); returns how many. */
  purge(days: Readonly<Record<KeptArea, number>>): Promise<number>;
  /** Releases the lock and everything open. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a scan is asked for. */
export interface ScanRequest {
  /** Rules of exclusion. */
  readonly filter: FilterSettings;
  /** Directories (`device:inode`) that must not be inside: the other root. */
  readonly forbidden: readonly string[];
}

/** How to perform. */
export interface PerformOptions {
  /** Stops between two actions. */
  readonly signal: AbortSignal;
  /** Told about bytes of large files on their way. */
  readonly onBytes: (bytes: number) => void;
}

/** From one state to the next. */
export interface StateChange {
  /** The run whose state is continued; `undefined` starts an empty one. */
  readonly base: number | undefined;
  /** In tree order. */
  readonly edits: readonly Edit[];
}
