/** Rows of the settings table: what only the command line says about one run. */

import { BOOLEAN } from "./setting.ts";
import type { Settings } from "./setting.ts";

/** Neither in a configuration file nor, but for `_DEBUG`, in the environment. */
export const THIS_RUN = {
  DRY: {
    type: BOOLEAN,
    default: "no",
    doc: "Say what would be done, and change nothing",
    option: { name: "--dry", sets: "yes", group: "What is synchronised" },
    environment: false,
  },
  INITIALIZE: {
    type: BOOLEAN,
    default: "no",
    doc: "Record what both replicas hold now, and synchronise nothing",
    option: {
      name: "--initialize",
      sets: "yes",
      group: "What is synchronised",
    },
    environment: false,
  },
  ALLOW_MASS_DELETION: {
    type: BOOLEAN,
    default: "no",
    doc: "Delete however much; see MAX_DELETE_PERCENT",
    option: {
      name: "--allow-mass-deletion",
      sets: "yes",
      group: "How it runs",
    },
    environment: false,
  },
  ACCEPT_NEW_ROOT: {
    type: BOOLEAN,
    default: "no",
    doc:
      "Go on if a replica is suddenly another directory or filesystem, or has lost its .osync_workdir",
    option: { name: "--accept-new-root", sets: "yes", group: "How it runs" },
    environment: false,
  },
  LOCKS: {
    type: BOOLEAN,
    default: "yes",
    doc: "Lock both replicas",
    option: {
      name: "--no-locks",
      sets: "no",
      doc: "Take no locks; nothing else may use the replicas meanwhile",
      group: "How it runs",
    },
    environment: false,
  },
  FORCE_UNLOCK: {
    type: BOOLEAN,
    default: "no",
    doc: "Take over any lock, even that of a run still going",
    option: { name: "--force-unlock", sets: "yes", group: "How it runs" },
    environment: false,
  },
  SILENT: {
    type: BOOLEAN,
    default: "no",
    doc: "Print nothing; the log is still written",
    option: { name: "--silent", sets: "yes", group: "What it prints" },
    environment: false,
  },
  ERRORS_ONLY: {
    type: BOOLEAN,
    default: "no",
    doc: "Print and log only warnings, errors and lists asked for",
    option: { name: "--errors-only", sets: "yes", group: "What it prints" },
    environment: false,
  },
  PREFIX: {
    type: BOOLEAN,
    default: "yes",
    doc: "Begin each line with the time",
    option: {
      name: "--no-prefix",
      sets: "no",
      doc: "No time at the beginning of lines",
      group: "What it prints",
    },
    environment: false,
  },
  INTERACTIVE: {
    type: BOOLEAN,
    default: "yes",
    doc: "Show the progress, on a terminal",
    option: {
      name: "--non-interactive",
      sets: "no",
      doc: "No progress line; there is never one but on a terminal",
      group: "What it prints",
    },
    environment: false,
  },
  SUMMARY: {
    type: BOOLEAN,
    default: "no",
    doc: "List all changes at the end",
    option: { name: "--summary", sets: "yes", group: "What it prints" },
    environment: false,
  },
  VERBOSE: {
    type: BOOLEAN,
    default: "no",
    doc: "One line for each change as it is made",
    option: { name: "--verbose", sets: "yes", group: "What it prints" },
    environment: false,
  },
  STATS: {
    type: BOOLEAN,
    default: "no",
    doc: "Entries, bytes and seconds at the end",
    option: { name: "--stats", sets: "yes", group: "What it prints" },
    environment: false,
  },
  JSON: {
    type: BOOLEAN,
    default: "no",
    doc: "One JSON object per line instead of text",
    option: { name: "--json", sets: "yes", group: "What it prints" },
    environment: false,
  },
  ON_CHANGES: {
    type: BOOLEAN,
    default: "no",
    doc: "Keep running, and synchronise when something changes",
    option: { name: "--on-changes", sets: "yes", group: "How it runs" },
    environment: false,
    status: "later",
  },
  ON_CHANGES_TARGET: {
    type: BOOLEAN,
    default: "no",
    doc: "Keep running, and tell the initiator of changes",
    option: { name: "--on-changes-target", sets: "yes", group: "How it runs" },
    environment: false,
    status: "later",
  },
  _DEBUG: {
    type: BOOLEAN,
    default: "no",
    doc: "Show where in the program an unexpected error arose",
  },
} as const satisfies Settings;
