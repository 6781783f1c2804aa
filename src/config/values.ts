/** Gathers a value for every setting: command line, else environment, else default. */

import { printableName } from "@/core/name.ts";
import { parseValue } from "./setting.ts";
import { SETTING_KEYS, settingOf } from "./settings.ts";
import type { SettingKey, Values } from "./settings.ts";

/** Where a value comes from. */
export type Origin = "option" | "environment" | "default";

/** One value as the user wrote it. */
export interface Assignment {
  /** Which setting. */
  readonly key: SettingKey;
  /** The value. */
  readonly text: string;
  /** Which option sets it. */
  readonly option: string;
}

/** One thing wrong with the settings. */
export interface SettingError {
  /** Who has to be told. */
  readonly origin: Origin;
  /** What, and why, in one line. */
  readonly message: string;
}

/** Values, and what was wrong on the way to them. */
export interface ReadValues {
  /** The default stands in for what is wrong. */
  readonly values: Values;
  /** Everything wrong. */
  readonly errors: readonly SettingError[];
  /** What has no effect in this version, one line each. */
  readonly warnings: readonly string[];
  /** A setting and its value as their origin has them, for messages. */
  readonly source: (key: SettingKey) => Source;
}

/** A setting's text and where it was found. */
export interface Source {
  /** Where. */
  readonly origin: Origin;
  /** What stood there. */
  readonly text: string;
  /** `--target=x`, or `KEY=x (environment)`, fit for a terminal. */
  readonly label: string;
}

/** Reads all settings; never fails. */
export function readValues(
  assignments: readonly Assignment[],
  environment: Readonly<Record<string, string>>,
): ReadValues {
  const errors: SettingError[] = [];
  const warnings: string[] = [];
  const source = (key: SettingKey) => sourceOf(key, assignments, environment);
  const separator = source("PATH_SEPARATOR_CHAR");
  if ([...separator.text].length !== 1) {
    errors.push(refused(separator, "it must be one character"));
  }
  const values: Partial<Record<SettingKey, unknown>> = {};
  for (const key of SETTING_KEYS) {
    const { type, default: standard, status } = settingOf(key);
    const from = source(key);
    const parsed = parseValue(type, from.text, separator.text);
    if (!parsed.ok) {
      errors.push(refused(from, `it must be ${parsed.expected}`));
    } else if (status === "later" && from.text !== standard) {
      warnings.push(`${from.label} has no effect in this version`);
    }
    const usable = parsed.ok ? parsed : parseValue(type, standard, ";");
    values[key] = usable.ok ? usable.value : undefined;
  }
  return { values: values as Values, errors, warnings, source };
}

/** An error about a value. */
export function refused(source: Source, why: string): SettingError {
  return {
    origin: source.origin,
    message: `Cannot use ${source.label}: ${why}`,
  };
}

function sourceOf(
  key: SettingKey,
  assignments: readonly Assignment[],
  environment: Readonly<Record<string, string>>,
): Source {
  const { environment: mayBeThere, option, default: standard } = settingOf(key);
  const given = assignments.find((assignment) => assignment.key === key);
  if (given !== undefined) {
    const label = option?.value === undefined
      ? given.option
      : `${given.option}=${printableName(given.text)}`;
    return { origin: "option", text: given.text, label };
  }
  const found = mayBeThere === false || !Object.hasOwn(environment, key)
    ? ""
    : environment[key] ?? "";
  return found === "" ? { origin: "default", text: standard, label: key } : {
    origin: "environment",
    text: found,
    label: `${key}=${printableName(found)} (environment)`,
  };
}
