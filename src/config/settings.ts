/**
 * THE table of settings: options, environment, help, configuration files and
 * their example are all made from it.
 */

import type { Setting, ValueOf } from "./setting.ts";
import { GENERAL } from "./settings_general.ts";
import { THIS_RUN } from "./settings_run.ts";
import { BACKUP_DELETE_OPTIONS, MISC_OPTIONS } from "./settings_sync.ts";
import {
  ALERT_OPTIONS,
  EXECUTION_HOOKS,
  REMOTE_OPTIONS,
  RESUME_OPTIONS,
} from "./settings_task.ts";

/** Rows by key, by section, in the order of a configuration file; `THIS_RUN` is in no file. */
export const SECTIONS = {
  GENERAL,
  REMOTE_OPTIONS,
  MISC_OPTIONS,
  BACKUP_DELETE_OPTIONS,
  RESUME_OPTIONS,
  ALERT_OPTIONS,
  EXECUTION_HOOKS,
  THIS_RUN,
} as const;

/** The table's rows, with their literal types. */
export type Rows =
  & typeof GENERAL
  & typeof REMOTE_OPTIONS
  & typeof MISC_OPTIONS
  & typeof BACKUP_DELETE_OPTIONS
  & typeof RESUME_OPTIONS
  & typeof ALERT_OPTIONS
  & typeof EXECUTION_HOOKS
  & typeof THIS_RUN;

/** Name of a section. */
export type SectionName = keyof typeof SECTIONS;

/** Name of a setting. */
export type SettingKey = keyof Rows;

/** A value for every setting. */
export type Values = {
  readonly [K in SettingKey]: ValueOf<Rows[K]["type"]>;
};

const rows = new Map(
  Object.values(SECTIONS).flatMap((section) =>
    Object.entries(section) as [SettingKey, Setting][]
  ),
);

/** All keys, in the order of the table. */
export const SETTING_KEYS: readonly SettingKey[] = [...rows.keys()];

/** Whether a name is that of a setting. */
export function isSettingKey(name: string): name is SettingKey {
  return rows.has(name as SettingKey);
}

/** The row of a key. */
export function settingOf(key: SettingKey): Setting {
  return rows.get(key) as Setting;
}

/** The section a key stands in. */
export function sectionOf(key: SettingKey): SectionName {
  const [name] = Object.entries(SECTIONS).find(([, section]) =>
    key in section
  ) as [SectionName, unknown];
  return name;
}
