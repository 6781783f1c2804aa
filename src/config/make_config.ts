/** From what the user said to the configuration of a run. */

import { perSide } from "@/core/side.ts";
import type { Config, HookSettings } from "./config.ts";
import type { FileSettings } from "./file_settings.ts";
import { pathParser } from "./paths.ts";
import type { ConfigWorld } from "./paths.ts";
import type { Values } from "./settings.ts";
import { readValues, refused } from "./values.ts";
import type { Assignment, ReadValues, SettingError } from "./values.ts";

/** A configuration, or everything that is wrong with it. */
export type ConfigResult =
  | {
    /** Discriminates the union. */
    readonly ok: true;
    /** The configuration. */
    readonly config: Config;
    /** What is probably not meant, or will have no effect, one line each. */
    readonly warnings: readonly string[];
    /** What is written differently now, or needs no effect, one line each. */
    readonly notices: readonly string[];
    /** The settings themselves, and where they come from. */
    readonly read: ReadValues;
  }
  | {
    /** Discriminates the union. */
    readonly ok: false;
    /** At least one. */
    readonly errors: readonly SettingError[];
  };

/**
 * Makes the configuration of a run: options, else the configuration file, else
 * environment, else defaults.
 */
export function makeConfig(
  options: readonly Assignment[],
  world: ConfigWorld,
  file?: FileSettings,
): ConfigResult {
  const read = readValues({ options, file, environment: world.env });
  const { values } = read;
  const { patterns } = read.rsync;
  const errors = [...fileErrors(file), ...read.errors];
  const parse = pathParser(read, errors, { ...world, file });
  const config: Config = {
    instance: instanceName(read, errors),
    replicas: perSide((side) => parse.replica(side)),
    stateDirectories: parse.stateDirectories(),
    dry: values.DRY,
    initialize: values.INITIALIZE,
    locks: values.LOCKS,
    forceUnlock: values.FORCE_UNLOCK,
    createDirectories: values.CREATE_DIRS,
    minimumSpace: values.MINIMUM_SPACE * 1024,
    filter: {
      include: [...values.RSYNC_INCLUDE_PATTERN, ...patterns["--include"]],
      exclude: [...values.RSYNC_EXCLUDE_PATTERN, ...patterns["--exclude"]],
      includeFrom: parse.patternFiles("RSYNC_INCLUDE_FROM", "--include-from"),
      excludeFrom: parse.patternFiles("RSYNC_EXCLUDE_FROM", "--exclude-from"),
      first: values.RSYNC_PATTERN_FIRST,
    },
    ...conflictSettings(values),
    preserve: {
      mode: values.PRESERVE_PERMISSIONS,
      owner: values.PRESERVE_OWNER,
      group: values.PRESERVE_GROUP,
      executability: values.PRESERVE_EXECUTABILITY,
    },
    modifyWindow: values.MODIFY_WINDOW * 1e9,
    checksum: values.CHECKSUM,
    maxDeletePercent: values.MAX_DELETE_PERCENT,
    maxDeleteCount: values.MAX_DELETE_COUNT,
    allowMassDeletion: values.ALLOW_MASS_DELETION,
    acceptNewRoot: values.ACCEPT_NEW_ROOT,
    logConflicts: values.LOG_CONFLICTS,
    partial: values.PARTIAL,
    stats: values.STATS,
    softMaxSeconds: values.SOFT_MAX_EXEC_TIME,
    hardMaxSeconds: values.HARD_MAX_EXEC_TIME,
    hooks: hookSettings(values),
    output: {
      silent: values.SILENT,
      errorsOnly: values.ERRORS_ONLY,
      prefix: values.PREFIX,
      interactive: values.INTERACTIVE,
      summary: values.SUMMARY,
      verbose: values.VERBOSE,
      json: values.JSON,
      logFile: parse.path("LOGFILE"),
      debug: values._DEBUG,
    },
  };
  if (errors.length > 0) return { ok: false, errors: byLine(errors) };
  return {
    ok: true,
    config: deepFreeze(config),
    warnings: [...file?.warnings ?? [], ...read.warnings],
    notices: [...file?.notices ?? [], ...read.notices],
    read,
  };
}

function fileErrors(file: FileSettings | undefined): SettingError[] {
  return (file?.errors ?? []).map(({ line, text }) => ({
    origin: "file",
    message: text,
    line,
  }));
}

function byLine(errors: readonly SettingError[]): readonly SettingError[] {
  return errors.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

type ConflictSettings = Pick<
  Config,
  | "direction"
  | "prevalence"
  | "forcePrevalence"
  | "skipDeletion"
  | "softDelete"
  | "softDeleteDays"
  | "conflictBackup"
  | "conflictBackupMultiple"
  | "conflictBackupDays"
>;

const DIRECTIONS = {
  "": "both",
  initiator2target: "target",
  target2initiator: "initiator",
} as const;

function conflictSettings(values: Values): ConflictSettings {
  return {
    direction: DIRECTIONS[values.SYNC_TYPE],
    prevalence: values.CONFLICT_PREVALANCE,
    forcePrevalence: values.FORCE_CONFLICT_PREVALANCE,
    skipDeletion: perSide((side) => values.SKIP_DELETION.includes(side)),
    softDelete: values.SOFT_DELETE,
    softDeleteDays: values.SOFT_DELETE_DAYS,
    conflictBackup: values.CONFLICT_BACKUP,
    conflictBackupMultiple: values.CONFLICT_BACKUP_MULTIPLE,
    conflictBackupDays: values.CONFLICT_BACKUP_DAYS,
  };
}

function hookSettings(values: Values): HookSettings {
  const remote = ["REMOTE_RUN_BEFORE_CMD", "REMOTE_RUN_AFTER_CMD"] as const;
  return {
    before: values.LOCAL_RUN_BEFORE_CMD.trim(),
    after: values.LOCAL_RUN_AFTER_CMD.trim(),
    beforeSeconds: values.MAX_EXEC_TIME_PER_CMD_BEFORE,
    afterSeconds: values.MAX_EXEC_TIME_PER_CMD_AFTER,
    stopOnError: values.STOP_ON_CMD_ERROR,
    afterOnError: values.RUN_AFTER_CMD_ON_ERROR,
    remote: remote.filter((key) => values[key].trim() !== ""),
  };
}

const encoder = new TextEncoder();

/** The task's name goes into names of files. */
function instanceName(read: ReadValues, errors: SettingError[]): string {
  const name = read.values.INSTANCE_ID;
  if (
    name === "" || /[/\p{Cc}]/u.test(name) || name === "." || name === ".." ||
    encoder.encode(name).length > 100
  ) {
    errors.push(refused(
      read.source("INSTANCE_ID"),
      "it must have 1 to 100 bytes, no slash and no control characters",
    ));
  }
  return name;
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === "object" && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
