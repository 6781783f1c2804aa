/** The whole configuration of a run, validated. */

import type { FilterSettings } from "@/core/filter.ts";
import type { Preserve } from "@/core/policy.ts";
import type { PerSide, Side } from "@/core/side.ts";
import type { Location } from "./location.ts";

/** What is printed, and where. */
export interface OutputSettings {
  /** Nothing on the screen; the log is still written. */
  readonly silent: boolean;
  /** Neither notices nor verbose lines, on the screen and in the log. */
  readonly errorsOnly: boolean;
  /** Lines begin with the time. */
  readonly prefix: boolean;
  /** A live progress line, on a terminal. */
  readonly interactive: boolean;
  /** All changes are listed at the end. */
  readonly summary: boolean;
  /** One line for each change. */
  readonly verbose: boolean;
  /** JSON instead of text. */
  readonly json: boolean;
  /** Absolute path of the log; `undefined` for the usual places. */
  readonly logFile: string | undefined;
  /** Stacks of unexpected errors are shown. */
  readonly debug: boolean;
}

/** Commands of the user's around a run, for the shell; empty for none. */
export interface HookSettings {
  /** Before anything is changed. */
  readonly before: string;
  /** When everything is over. */
  readonly after: string;
  /** Seconds the one before may take; 0 for any time. */
  readonly beforeSeconds: number;
  /** Seconds the one after may take; 0 for any time. */
  readonly afterSeconds: number;
  /** Nothing is done if the one before fails. */
  readonly stopOnError: boolean;
  /** The one after is run however the run ended. */
  readonly afterOnError: boolean;
  /** Settings with commands for the target's machine. */
  readonly remote: readonly string[];
}

/** Everything that decides a run; deeply frozen. */
export interface Config {
  /** Task name: at most 100 bytes, without slashes and control characters. */
  readonly instance: string;
  /** Where the replicas are. */
  readonly replicas: PerSide<Location>;
  /** Where state is kept, absolute; `undefined` for the replica's work directory. */
  readonly stateDirectories: PerSide<string | undefined>;
  /** Nothing is changed. */
  readonly dry: boolean;
  /** Only the state is recorded. */
  readonly initialize: boolean;
  /** Both replicas are locked. */
  readonly locks: boolean;
  /** A lock that somebody holds is taken over. */
  readonly forceUnlock: boolean;
  /** Missing replica directories are made. */
  readonly createDirectories: boolean;
  /** Bytes that must be free, or a warning follows; 0 for no check. */
  readonly minimumSpace: number;
  /** What is synchronised. */
  readonly filter: FilterSettings;
  /** `both`, or the only side that may change. */
  readonly direction: "both" | Side;
  /** Wins a conflict of equal times. */
  readonly prevalence: Side;
  /** Wins every conflict. */
  readonly forcePrevalence: boolean;
  /** Deletions are not carried to these sides. */
  readonly skipDeletion: PerSide<boolean>;
  /** What is deleted is kept. */
  readonly softDelete: boolean;
  /** For how many days; 0 for ever. */
  readonly softDeleteDays: number;
  /** What is overwritten is kept. */
  readonly conflictBackup: boolean;
  /** In every version. */
  readonly conflictBackupMultiple: boolean;
  /** For how many days; 0 for ever. */
  readonly conflictBackupDays: number;
  /** Which attributes travel. */
  readonly preserve: Preserve;
  /** Nanoseconds by which equal times may differ. */
  readonly modifyWindow: number;
  /** Contents are compared. */
  readonly checksum: boolean;
  /** Most that may be deleted of a replica, in percent: 1 to 100. */
  readonly maxDeletePercent: number;
  /** Most deletions in a replica; 0 for no limit. */
  readonly maxDeleteCount: number;
  /** Neither limit holds. */
  readonly allowMassDeletion: boolean;
  /** A replica may have become another directory or filesystem, or lost its work directory. */
  readonly acceptNewRoot: boolean;
  /** Conflicts are listed, not only counted. */
  readonly logConflicts: boolean;
  /** Incomplete transfers are kept to be continued. */
  readonly partial: boolean;
  /** Figures are printed at the end. */
  readonly stats: boolean;
  /** Seconds after which a run is warned of; 0 for never. */
  readonly softMaxSeconds: number;
  /** Seconds after which a run stops; 0 for never. */
  readonly hardMaxSeconds: number;
  /** Commands around it. */
  readonly hooks: HookSettings;
  /** What is printed. */
  readonly output: OutputSettings;
}
