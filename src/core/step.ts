/** What reconcile decides and what replicas do about it. */

import type {
  DirectoryEntry,
  FifoEntry,
  FileEntry,
  KnownEntry,
  Node,
  SymlinkEntry,
} from "./entry.ts";
import type { RelPath } from "./path.ts";
import type { PerSide, Side } from "./side.ts";

/**
 * Everything known about one path: what both sides last agreed on, how each
 * side looked when they did, and how it looks now.
 */
export interface Row {
  /** The path, the same on both sides. */
  readonly path: RelPath;
  /** What both agreed on; `undefined` if they never did. */
  readonly ancestor: Node;
  /**
   * How each side's own entry looked right after they agreed (a filesystem
   * may hold less than what was agreed); `undefined` if they never did.
   */
  readonly base: PerSide<Node>;
  /** What the scans found. */
  readonly now: PerSide<Node>;
}

/** Owner or group in an action: whatever the system gives, or what is there already. */
export const LEAVE: -1 = -1;

/** Where the piece that an action takes out of the replica goes. */
export type SetAside = "none" | "backup" | "deleted";

/** Creates a directory, in place of a file, link or pipe if one is expected. */
export interface MakeDirectory {
  /** Discriminates the union. */
  readonly kind: "make-directory";
  /** Where. */
  readonly path: RelPath;
  /** What the scan saw there: nothing, or something that is no directory. */
  readonly expect: Node;
  /** Attributes and time it ends with; {@linkcode LEAVE} where they do not travel. */
  readonly entry: DirectoryEntry;
  /** What becomes of the old piece. */
  readonly setAside: SetAside;
}

/** Creates or replaces a file, link or pipe with what the other side has at the same path. */
export interface Put {
  /** Discriminates the union. */
  readonly kind: "put";
  /** Where. */
  readonly path: RelPath;
  /** What the scan saw there; a directory must be empty by then. */
  readonly expect: Node;
  /** What is there afterwards; owner or group is {@linkcode LEAVE} where it does not travel. */
  readonly entry: FileEntry | SymlinkEntry | FifoEntry;
  /** What the scan saw on the other side, where the content comes from. */
  readonly source: KnownEntry;
  /** What becomes of the old piece. */
  readonly setAside: SetAside;
}

/** Removes one entry; a directory must be empty by then. */
export interface Remove {
  /** Discriminates the union. */
  readonly kind: "remove";
  /** Where. */
  readonly path: RelPath;
  /** What the scan saw there. */
  readonly expect: KnownEntry;
  /** What becomes of it. */
  readonly setAside: SetAside;
}

/** Changes mode, ownership or mtime, never the content. */
export interface SetMeta {
  /** Discriminates the union. */
  readonly kind: "set-meta";
  /** Where. */
  readonly path: RelPath;
  /** What the scan saw there. */
  readonly expect: KnownEntry;
  /** The same entry with the attributes it ends with; {@linkcode LEAVE} where they do not travel. */
  readonly entry: KnownEntry;
}

/** One change of one replica; none exists without an expectation. */
export type Action = MakeDirectory | Put | Remove | SetMeta;

/** A disagreement that was decided against one side. */
export interface Conflict {
  /** The path. */
  readonly path: RelPath;
  /** Which side's version stays. */
  readonly winner: Side;
  /** What each side had. */
  readonly nodes: PerSide<Node>;
  /** In a few words, why they clash: `edited on both sides`, `deleted and edited`, … */
  readonly reason: string;
}

/**
 * - `agree`: both hold `result` already; only the ancestor has to learn it.
 * - `forget`: both no longer hold it.
 * - `propagate`: one side changed; the other one follows.
 * - `merge`: attributes from both sides.
 * - `conflict`: both changed; one was chosen.
 * - `skipped`: a deletion that the settings hold back.
 * - `blocked`: something unknown is in the way; nothing happens.
 */
export type Verdict =
  | "agree"
  | "forget"
  | "propagate"
  | "merge"
  | "conflict"
  | "skipped"
  | "blocked";

/** The decision about one path. At most one action for each side. */
export interface Step {
  /** The path. */
  readonly path: RelPath;
  /** What was decided. */
  readonly verdict: Verdict;
  /** What each side has to do; `undefined` for nothing. */
  readonly actions: PerSide<Action | undefined>;
  /** What both hold once all actions are done; `undefined` for nothing. */
  readonly result: Node;
  /** What the scans found. */
  readonly now: PerSide<Node>;
  /** Set when the verdict went against one side. */
  readonly conflict?: Conflict;
  /** Why a step is blocked, for the user. */
  readonly reason?: string;
  /**
   * The ancestor must forget this path and what is below it before anything
   * is done: half of what follows would look like deletions.
   */
  readonly forgetFirst?: true;
}

/** One thing that could not be synchronised; the run goes on. */
export interface Problem {
  /** On which side; absent when it concerns both. */
  readonly side?: Side;
  /** Where. */
  readonly path: RelPath;
  /** Short and stable, for programs: `EACCES`, `ENOSPC`, `changed`, … */
  readonly code: string;
  /** What happened and why, for people; does not repeat the path. */
  readonly message: string;
  /** Set if the next run will most likely manage: the path was being changed. */
  readonly transient?: true;
}

/** What became of an action. */
export type Outcome =
  | {
    /** Discriminates the union. */
    readonly kind: "done";
    /** What is there now, as the filesystem shows it. */
    readonly node: Node;
  }
  | {
    /** Somebody changed the path meanwhile; it was left alone. */
    readonly kind: "stale";
    /** What was found instead, for people. */
    readonly found: string;
  }
  | {
    /** The system refused; it was left alone. */
    readonly kind: "failed";
    /** Why. */
    readonly problem: Problem;
  };
