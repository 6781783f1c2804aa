/** Settings as text of a configuration file: what is printed is read back as it was. */

import { wrap } from "./wrap.ts";
import { SECTIONS, settingOf } from "./settings.ts";
import type { SectionName, SettingKey, Values } from "./settings.ts";

/** Sections of a configuration file, and the settings that can be in each. */
export const FILE_SECTIONS: readonly (readonly [
  SectionName,
  readonly SettingKey[],
])[] = (Object.keys(SECTIONS) as SectionName[]).map((section) => [
  section,
  (Object.keys(SECTIONS[section]) as SettingKey[]).filter((key) =>
    settingOf(key).file !== false
  ),
]);

/**
 * All settings that a file can have, by section.
 *
 * @throws {RangeError} If a value has a line break, which no file can hold.
 */
export function printSettings(values: Values): string {
  return FILE_SECTIONS.map(([section, keys]) =>
    [
      `[${section}]`,
      ...keys.map((key) => `${key}=${quoteValue(valueText(key, values))}`),
    ].join("\n")
  ).join("\n\n") + "\n";
}

/** What begins the example of a configuration file. */
const PREAMBLE = `\
# A configuration file of osync, with all its settings.
#
# Copy it to /etc/osync/NAME.conf, change what you like, leave out what you do
# not need: the two directories are all that must be there. What a file leaves
# out comes from the environment, or is the default.
#
#   osync check /etc/osync/NAME.conf     says what will be done with it
#   osync /etc/osync/NAME.conf           does it
#
# A line is KEY=VALUE. Values with blanks or any of ;&|<>()#$ stand in quotes:
# in "double" ones \${NAME} is a variable, of the environment or set above, in
# 'single' ones everything stands for itself. Nothing in this file is ever run.
`;

/** The example of a configuration file: all settings, and what they are for. */
export function exampleText(): string {
  const sections = FILE_SECTIONS.filter(([name]) => name !== "THIS_RUN").map(
    ([name, keys]) => [`[${name}]\n`, ...keys.filter(isExplained).map(explain)],
  );
  return [PREAMBLE, ...sections.flat()].join("\n");
}

function isExplained(key: SettingKey): boolean {
  const { status, example } = settingOf(key);
  return status !== "unused" || example !== undefined;
}

/** A setting with its documentation, as the example has it. */
function explain(key: SettingKey): string {
  const { doc, default: standard, example, status } = settingOf(key);
  const value = example ?? standard;
  const notes = [
    `${doc}.`,
    ...(value === standard || standard === "" ? [] : [`Default: ${standard}.`]),
    ...(status === "later" ? ["Not in this version yet."] : []),
  ];
  const lines = wrap(notes.join(" "), 78).map((line) => `# ${line}\n`);
  return `${lines.join("")}${key}=${quoteValue(value)}\n`;
}

/** The text that means the value of a setting. */
export function valueText(key: SettingKey, values: Values): string {
  const { type } = settingOf(key);
  const value = values[key];
  switch (type.kind) {
    case "boolean":
      return value === true ? "yes" : "no";
    case "list":
      return (value as readonly string[]).join(
        type.separator === "patterns"
          ? values.PATH_SEPARATOR_CHAR
          : type.separator === "comma"
          ? ","
          : " ",
      );
    case "integer":
    case "choice":
    case "path":
    case "text":
      return String(value);
    default:
      return type satisfies never;
  }
}

/**
 * A value as a line of a file has it, in quotes where it needs them.
 *
 * @throws {RangeError} If it has a line break.
 */
export function quoteValue(text: string): string {
  if (/\n|\r$/.test(text)) {
    throw new RangeError("Cannot print a value: it has a line break");
  }
  if (/^[\w@%+=:,./~-]+$/.test(text)) return text;
  return `"${text.replace(/["\\$`]/g, "\\$&")}"`;
}
