/** Rows of the settings table: what travels, who wins, and what is kept. */

import { BOOLEAN, LONGEST, SECONDS, TEXT } from "./setting.ts";
import type { Settings } from "./setting.ts";

const DAYS = { kind: "integer", unit: "days", least: 0, most: 36500 } as const;
const SIDE_WORDS = ["initiator", "target"] as const;

/** Section MISC_OPTIONS. */
export const MISC_OPTIONS = {
  RSYNC_OPTIONAL_ARGS: {
    type: TEXT,
    default: "",
    doc: "Options of rsync; what they mean here counts",
  },
  PRESERVE_PERMISSIONS: {
    type: BOOLEAN,
    default: "yes",
    doc: "Permissions are synchronised",
  },
  PRESERVE_OWNER: {
    type: BOOLEAN,
    default: "yes",
    doc: "Owners are synchronised, where osync may set them",
  },
  PRESERVE_GROUP: {
    type: BOOLEAN,
    default: "yes",
    doc: "Groups are synchronised, where osync may set them",
  },
  PRESERVE_EXECUTABILITY: {
    type: BOOLEAN,
    default: "yes",
    doc: "Executable bits are, where permissions are not",
  },
  PRESERVE_ACL: {
    type: BOOLEAN,
    default: "no",
    doc: "Access control lists are synchronised",
    status: "later",
  },
  PRESERVE_XATTR: {
    type: BOOLEAN,
    default: "no",
    doc: "Extended attributes are synchronised",
    status: "later",
  },
  COPY_SYMLINKS: {
    type: BOOLEAN,
    default: "no",
    doc: "Copy what links point to",
    status: "later",
  },
  KEEP_DIRLINKS: {
    type: BOOLEAN,
    default: "no",
    doc: "Treat a link to a directory as that directory",
    status: "later",
  },
  PRESERVE_HARDLINKS: {
    type: BOOLEAN,
    default: "no",
    doc: "Hard links are synchronised",
    status: "later",
  },
  CHECKSUM: {
    type: BOOLEAN,
    default: "no",
    doc: "Compare contents, not sizes and times",
    option: { name: "--checksum", sets: "yes", group: "What is synchronised" },
  },
  MODIFY_WINDOW: {
    type: { kind: "integer", unit: "seconds", least: 0, most: 86400 },
    default: "0",
    doc: "Times this many seconds apart are still equal",
    option: {
      name: "--modify-window",
      value: "SECONDS",
      group: "What is synchronised",
    },
  },
  RSYNC_COMPRESS: {
    type: BOOLEAN,
    default: "yes",
    doc: "Compress what goes over a connection",
    status: "unused",
  },
  SOFT_MAX_EXEC_TIME: {
    type: SECONDS,
    default: "0",
    doc: "Warn after this many seconds; 0 = never",
    example: "7200",
    option: {
      name: "--no-maxtime",
      sets: "0",
      doc: "No time limits, whatever SOFT_ and HARD_MAX_EXEC_TIME say",
      group: "How it runs",
    },
  },
  HARD_MAX_EXEC_TIME: {
    type: SECONDS,
    default: "0",
    doc: "Stop after this many seconds; 0 = never",
    example: "10600",
    option: { name: "--no-maxtime", sets: "0", group: "How it runs" },
  },
  KEEP_LOGGING: {
    type: SECONDS,
    default: "1801",
    doc: "Say that a run is still going this often, in seconds",
    status: "unused",
  },
  MIN_WAIT: {
    type: SECONDS,
    default: "60",
    doc: "Quiet seconds before changes are synchronised",
    status: "later",
  },
  MAX_WAIT: {
    type: SECONDS,
    default: "7200",
    doc: "Seconds after which to synchronise without changes",
    status: "later",
  },
} as const satisfies Settings;

/** Section BACKUP_DELETE_OPTIONS. */
export const BACKUP_DELETE_OPTIONS = {
  LOG_CONFLICTS: {
    type: BOOLEAN,
    default: "no",
    doc: "List the conflicts at the end, not only their number",
    option: { name: "--log-conflicts", sets: "yes", group: "What it prints" },
    environment: false,
  },
  ALERT_CONFLICTS: {
    type: BOOLEAN,
    default: "no",
    doc: "Mail the list of conflicts",
    option: { name: "--alert-conflicts", sets: "yes", group: "What it prints" },
    environment: false,
    status: "later",
  },
  CONFLICT_BACKUP: {
    type: BOOLEAN,
    default: "yes",
    doc: "Keep what is overwritten in .osync_workdir/backup",
  },
  CONFLICT_BACKUP_MULTIPLE: {
    type: BOOLEAN,
    default: "no",
    doc: "Versions kept there have their time in the name",
  },
  CONFLICT_BACKUP_DAYS: {
    type: DAYS,
    default: "30",
    doc: "Days an overwritten version is kept; 0 = for ever",
  },
  CONFLICT_PREVALANCE: {
    type: { kind: "choice", words: SIDE_WORDS },
    default: "initiator",
    doc: "Who wins a conflict of equal times: initiator or target",
  },
  FORCE_CONFLICT_PREVALANCE: {
    type: BOOLEAN,
    default: "no",
    doc: "That side wins every conflict, whatever the times",
  },
  SOFT_DELETE: {
    type: BOOLEAN,
    default: "yes",
    doc: "Keep what is deleted in .osync_workdir/deleted",
  },
  SOFT_DELETE_DAYS: {
    type: DAYS,
    default: "30",
    doc: "Days a deleted file is kept; 0 = for ever",
  },
  SKIP_DELETION: {
    type: { kind: "list", separator: "comma", words: SIDE_WORDS },
    default: "",
    doc:
      "Delete nothing on this side: initiator, target or both with a comma between",
    option: {
      name: "--skip-deletion",
      value: "SIDES",
      group: "What is synchronised",
    },
  },
  SYNC_TYPE: {
    type: {
      kind: "choice",
      words: ["", "initiator2target", "target2initiator"],
    },
    default: "",
    doc: "Change one side only: initiator2target or target2initiator",
    option: {
      name: "--sync-type",
      value: "TYPE",
      group: "What is synchronised",
    },
  },
  MAX_DELETE_PERCENT: {
    type: { kind: "integer", unit: "percent", least: 1, most: 100 },
    default: "50",
    doc: "Most of a side that a run may delete, in percent",
  },
  MAX_DELETE_COUNT: {
    type: { kind: "integer", unit: "deletions", least: 0, most: LONGEST },
    default: "0",
    doc: "Most deletions in a run; 0 = any number",
  },
} as const satisfies Settings;
