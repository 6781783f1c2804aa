/** What happens in a run, in order: the only thing that text, JSON, log and mail see. */

import type { RelPath } from "@/core/path.ts";
import type { ChangeVerb, Counters } from "@/core/plan.ts";
import type { PerSide, Side } from "@/core/side.ts";
import type { Action, Conflict, Outcome, Problem } from "@/core/step.ts";

/** Severity of a message, as the log shows it. */
export type Level = "critical" | "error" | "warning" | "notice" | "verbose";

/** Parts of a run. */
export type Phase =
  | "open"
  | "before"
  | "scan"
  | "compare"
  | "perform"
  | "commit"
  | "purge"
  | "after";

/** The value of a run. */
export interface RunReport {
  /** Task name. */
  readonly instance: string;
  /** Whether nothing was to be changed. */
  readonly dry: boolean;
  /** Ended how: all in sync; with warnings; with errors; stopped by a signal. */
  readonly result: "ok" | "warnings" | "errors" | "interrupted";
  /** Start, ISO 8601. */
  readonly started: string;
  /** Wall time. */
  readonly seconds: number;
  /** Entries each scan found. */
  readonly scanned: PerSide<number>;
  /** What was planned, by the side that changes. */
  readonly planned: PerSide<Counters>;
  /** What was done, by the side that changed. */
  readonly done: PerSide<Counters>;
  /** Decided against one side. */
  readonly conflicts: readonly Conflict[];
  /** Not synchronised. */
  readonly problems: readonly Problem[];
  /** Deletions that SKIP_DELETION holds back. */
  readonly skipped: number;
  /** Warnings that are not about one path. */
  readonly warnings: number;
  /** Errors that are not about one path. */
  readonly errors: number;
}

/** Numbers of the progress line. */
export interface Progress {
  /** In which part of the run. */
  readonly phase: Phase;
  /** Entries done so far. */
  readonly files: number;
  /** Entries in all, where known. */
  readonly totalFiles?: number;
  /** Bytes done so far. */
  readonly bytes: number;
  /** Bytes in all, where known. */
  readonly totalBytes?: number;
}

/** One thing that happened. */
export type SyncEvent =
  | {
    /** Discriminates the union. */
    readonly kind: "started";
    /** Task name. */
    readonly instance: string;
    /** Whether nothing will be changed. */
    readonly dry: boolean;
    /** Absolute path or URI of each replica. */
    readonly replicas: PerSide<string>;
  }
  | {
    /** Discriminates the union. */
    readonly kind: "message";
    /** Severity. */
    readonly level: Level;
    /** One line, for people. */
    readonly text: string;
  }
  | {
    /** The first one of a phase says that it begins. */
    readonly kind: "progress";
    /** The numbers. */
    readonly progress: Progress;
  }
  | {
    /** Discriminates the union. */
    readonly kind: "planned";
    /** By the side that changes. */
    readonly planned: PerSide<Counters>;
    /** How many conflicts. */
    readonly conflicts: number;
  }
  | {
    /** An action was done (or, in a dry run, would be). */
    readonly kind: "changed";
    /** On which side. */
    readonly side: Side;
    /** What. */
    readonly verb: ChangeVerb;
    /** The action. */
    readonly action: Action;
    /** How it went; absent in a dry run. */
    readonly outcome?: Outcome;
  }
  | {
    /** Discriminates the union. */
    readonly kind: "conflict";
    /** Which. */
    readonly conflict: Conflict;
  }
  | {
    /** Discriminates the union. */
    readonly kind: "problem";
    /** Which. */
    readonly problem: Problem;
  }
  | {
    /** A deletion that SKIP_DELETION holds back. */
    readonly kind: "skipped";
    /** On which side it would have happened. */
    readonly side: Side;
    /** Where. */
    readonly path: RelPath;
  }
  | {
    /** The last one of a run that has a report. */
    readonly kind: "finished";
    /** Everything in figures. */
    readonly report: RunReport;
  }
  | {
    /** The last one of a run that ended without a report. */
    readonly kind: "failed";
    /** Class of the error: `LockedError`, `HazardError`, …; `Error` for an unexpected one. */
    readonly error: string;
    /** What happened, to what, and why. */
    readonly message: string;
    /** What the user can do about it. */
    readonly hint?: string;
    /** What the process exits with. */
    readonly exitCode: number;
  };

/** Where events go. */
export type Sink = (event: SyncEvent) => void;
