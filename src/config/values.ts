/** Gathers a value for every setting: command line, else configuration file, else environment, else default. */

import { printableName } from "@/core/name.ts";
import { linePlace } from "./file_settings.ts";
import type { FileSettings } from "./file_settings.ts";
import { readRsyncArgs } from "./rsync_args.ts";
import type { RsyncArgs } from "./rsync_args.ts";
import { parseValue } from "./setting.ts";
import { SETTING_KEYS, settingOf } from "./settings.ts";
import type { SettingKey, Values } from "./settings.ts";

/** Where a value comes from. */
export type Origin = "option" | "file" | "environment" | "default";

/** One value as an option sets it. */
export interface Assignment {
  /** Which setting. */
  readonly key: SettingKey;
  /** The value. */
  readonly text: string;
  /** Which option sets it. */
  readonly option: string;
}

/** Everything that sets something. */
export interface Given {
  /** What the options set. */
  readonly options: readonly Assignment[];
  /** The configuration file, if there is one. */
  readonly file?: FileSettings | undefined;
  /** Environment variables. */
  readonly environment: Readonly<Record<string, string>>;
}

/** One thing wrong with the settings. */
export interface SettingError {
  /** Who has to be told. */
  readonly origin: Origin;
  /** What, and why, in one line. */
  readonly message: string;
  /** In the configuration file, counted from 1. */
  readonly line?: number | undefined;
}

/** Values, and what was wrong on the way to them. */
export interface ReadValues {
  /** The default stands in for what is wrong. */
  readonly values: Values;
  /** Everything wrong. */
  readonly errors: readonly SettingError[];
  /** What has no effect in this version, one line each. */
  readonly warnings: readonly string[];
  /** What has no effect in any, one line each. */
  readonly notices: readonly string[];
  /** A setting and its value as their origin has them, for messages. */
  readonly source: (key: SettingKey) => Source;
  /** What RSYNC_OPTIONAL_ARGS asks for. */
  readonly rsync: RsyncArgs;
}

/** A setting's text and where it was found. */
export interface Source {
  /** Where. */
  readonly origin: Origin;
  /** What stood there. */
  readonly text: string;
  /** `--target=x`, `KEY=x (line 3 of y.conf)` or `KEY=x (environment)`, fit for a terminal. */
  readonly label: string;
  /** Where, in a few words. */
  readonly place: string;
  /** In the configuration file, counted from 1. */
  readonly line?: number;
  /** The option of rsync that says it, in RSYNC_OPTIONAL_ARGS. */
  readonly argument?: string;
}

/** Reads all settings; never fails. */
export function readValues(given: Given): ReadValues {
  const errors: SettingError[] = [];
  const warnings: string[] = [];
  const optional = sourceOf("RSYNC_OPTIONAL_ARGS", given);
  const rsync = readRsyncArgs(optional.text);
  const source = (key: SettingKey): Source =>
    optionSource(key, given) ?? rsyncSource(key, rsync, optional) ??
      sourceOf(key, given);
  const separator = source("PATH_SEPARATOR_CHAR");
  if ([...separator.text].length !== 1) {
    errors.push(refused(separator, "it must be one character"));
  }
  const isFar = source("TARGET_SYNC_DIR").text.startsWith("ssh://");
  const values: Partial<Record<SettingKey, unknown>> = {};
  for (const key of SETTING_KEYS) {
    const { type, default: standard, status, remote } = settingOf(key);
    const from = source(key);
    const parsed = parseValue(type, from.text, separator.text);
    if (!parsed.ok) {
      errors.push(refused(from, `it must be ${parsed.expected}`));
    }
    const usable = parsed.ok ? parsed : parseValue(type, standard, ";");
    const isIdle = status === "later" && (isFar || remote !== true);
    if (
      isIdle && parsed.ok && isOther(parsed, parseValue(type, standard, ";"))
    ) {
      warnings.push(`${from.label} has no effect in this version`);
    }
    values[key] = usable.ok ? usable.value : undefined;
  }
  if (rsync.filters.length > 0) {
    warnings.push(
      `${
        inArgs(rsync.filters, optional)
      }: osync chooses files by --include and --exclude alone`,
    );
  }
  return {
    values: values as Values,
    errors,
    warnings,
    notices: rsync.idle.length > 0 ? [inArgs(rsync.idle, optional)] : [],
    source,
    rsync,
  };
}

function isOther(
  { value }: { readonly value: unknown },
  standard: ReturnType<typeof parseValue>,
): boolean {
  return !standard.ok || String(value) !== String(standard.value);
}

function inArgs(args: readonly string[], { place }: Source): string {
  return `Without effect in RSYNC_OPTIONAL_ARGS (${place}): ${
    printableName(args.join(" "))
  }`;
}

/** An error about a value. */
export function refused(source: Source, why: string): SettingError {
  return {
    origin: source.origin,
    message: `Cannot use ${source.label}: ${why}`,
    line: source.line,
  };
}

function optionSource(key: SettingKey, { options }: Given): Source | undefined {
  const given = options.find((assignment) => assignment.key === key);
  if (given === undefined) return undefined;
  const { text, option } = given;
  const label = settingOf(key).option?.value === undefined
    ? option
    : `${option}=${shown(key, text)}`;
  return { origin: "option", text, label, place: `option ${option}` };
}

function rsyncSource(
  key: SettingKey,
  { settings }: RsyncArgs,
  optional: Source,
): Source | undefined {
  const found = settings.findLast((setting) => setting.key === key);
  if (found === undefined) return undefined;
  const { text, argument } = found;
  const label = `${printableName(argument)} in RSYNC_OPTIONAL_ARGS`;
  const { place } = optional;
  return { ...optional, text, label: `${label} (${place})`, argument };
}

function sourceOf(
  key: SettingKey,
  { file, environment }: Given,
): Source {
  const { environment: mayBeThere, default: standard } = settingOf(key);
  const inFile = file?.settings.get(key);
  if (file !== undefined && inFile !== undefined) {
    const { name, text, line } = inFile;
    const place = linePlace(line, file.path);
    const label = `${name}=${shown(key, text)} (${place})`;
    return { origin: "file", text, label, place, line };
  }
  const found = mayBeThere === false || !Object.hasOwn(environment, key)
    ? ""
    : environment[key] ?? "";
  if (found === "") {
    return { origin: "default", text: standard, label: key, place: "default" };
  }
  const label = `${key}=${shown(key, found)} (environment)`;
  return { origin: "environment", text: found, label, place: "environment" };
}

/** A value as messages have it. */
function shown(key: SettingKey, text: string): string {
  return settingOf(key).secret === true && text !== ""
    ? "***"
    : printableName(text);
}
