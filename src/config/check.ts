/** What `osync check` prints: every setting, its value, and where it comes from. */

import { printableName } from "@/core/name.ts";
import { valueText } from "./print_settings.ts";
import { SECTIONS, settingOf } from "./settings.ts";
import type { SettingKey } from "./settings.ts";
import type { ReadValues, Source } from "./values.ts";

/** Where the comments begin. */
const COLUMN = 44;

/** The settings in force, as the lines of a configuration file. */
export function checkText(read: ReadValues): string {
  const sections = Object.entries(SECTIONS).map(([section, rows]) => {
    const shown = (Object.keys(rows) as SettingKey[]).filter((key) =>
      isShown(key, section, read)
    );
    return { section, lines: shown.map((key) => row(key, read)) };
  });
  return sections.filter(({ lines }) => lines.length > 0)
    .map(({ section, lines }) => `[${section}]\n${lines.join("\n")}\n`)
    .join("\n");
}

/** What has no effect, or is no setting of a task, is shown where somebody set it. */
function isShown(
  key: SettingKey,
  section: string,
  { source }: ReadValues,
): boolean {
  const isUsual = settingOf(key).status === undefined && section !== "THIS_RUN";
  return isUsual || source(key).origin !== "default";
}

function row(key: SettingKey, read: ReadValues): string {
  const { secret } = settingOf(key);
  const text = valueText(key, read.values);
  const shown = secret === true && text !== "" ? "***" : shownValue(text);
  return `${`${key}=${shown}`.padEnd(COLUMN)} # ${placeOf(read.source(key))}`;
}

function shownValue(text: string): string {
  const printable = printableName(text);
  return /[\s;&|<>()#'"`$]/.test(text) ? `'${printable}'` : printable;
}

function placeOf({ line, place, argument }: Source): string {
  const where = line === undefined ? place : `line ${line}`;
  return argument === undefined
    ? where
    : `${printableName(argument)} in RSYNC_OPTIONAL_ARGS, ${where}`;
}
