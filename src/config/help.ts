/** What `osync --help` and `osync` print, made from the settings table. */

import { OPTIONS } from "./options.ts";
import type { Option } from "./options.ts";
import { OPTION_GROUPS } from "./setting.ts";
import { SECTIONS, settingOf } from "./settings.ts";
import type { SectionName, SettingKey } from "./settings.ts";
import { wrap } from "./wrap.ts";

const WIDTH = 80;

const EXIT_CODES: readonly (readonly [string, string])[] = [
  ["0", "All in sync, or nothing to do"],
  ["1", "Something was not synchronised, or the run could not start"],
  ["2", "Done, with warnings; what changed meanwhile waits for the next run"],
  ["64", "The command line is wrong; nothing was done"],
  [
    "130, 143",
    "Stopped by SIGINT, by SIGTERM; the next run completes the work",
  ],
];

const ENVIRONMENT_SECTIONS: readonly (readonly [SectionName, string])[] = [
  ["GENERAL", "Settings from file or environment: general"],
  ["MISC_OPTIONS", "Settings from file or environment: what travels"],
  [
    "BACKUP_DELETE_OPTIONS",
    "Settings from file or environment: conflicts, deletions",
  ],
  ["EXECUTION_HOOKS", "Settings from file or environment: commands"],
];

/** A few lines for somebody who typed `osync` alone. */
export function usageText(): string {
  return [
    "Usage: osync --initiator=DIR --target=DIR [OPTION]...",
    "       osync CONFIG.conf [OPTION]...",
    "       osync check CONFIG.conf [OPTION]...",
    "",
    "Keeps two directories the same, in both directions. What is overwritten or",
    "deleted is kept in .osync_workdir, in the directory where it was.",
    "",
    "osync --help lists the options, osync --version says which osync this is.",
    "",
  ].join("\n");
}

/** Everything, in sections that fit a screen each. */
export function helpText(): string {
  return [usageSection(), ...optionSections(), ...settingSections(), end()]
    .map((lines) => `${lines.join("\n")}\n`).join("\n");
}

function usageSection(): string[] {
  return [
    ...usageText().split("\n").slice(0, 6),
    "",
    "Options are written --key=value or --key value. Values not given as options",
    "come from the configuration file, else from the environment, else they are the",
    "defaults shown below. osync check says what is in force, and from where.",
  ];
}

function optionSections(): string[][] {
  const present = OPTIONS.filter((option) => !option.later);
  return [
    ...OPTION_GROUPS.map((group) => [
      `${group}:`,
      ...table(
        present.filter((option) => option.group === group)
          .map((option) => [spelling(option), option.doc]),
      ),
    ]),
    [
      "Information:",
      ...table([
        ["-h, --help", "Print this"],
        ["-v, --version", "Print the version"],
      ]),
    ],
    [
      "Not in this version yet:",
      ...wrap(
        OPTIONS.filter((option) => option.later).map(({ name }) => name)
          .join(" "),
        WIDTH - 2,
      ).map((line) => `  ${line}`),
    ],
  ];
}

function spelling({ name, value }: Option): string {
  return value === undefined ? name : `${name}=${value}`;
}

function settingSections(): string[][] {
  return ENVIRONMENT_SECTIONS.map(([section, heading]) => [
    `${heading}:`,
    ...table(
      (Object.keys(SECTIONS[section]) as SettingKey[])
        .filter(isSetByEnvironment)
        .map((key) => [`${key}=${settingOf(key).default}`, effectOf(key)]),
    ),
  ]);
}

function isSetByEnvironment(key: SettingKey): boolean {
  const { environment, status } = settingOf(key);
  return environment !== false && status === undefined;
}

function effectOf(key: SettingKey): string {
  const { doc, option } = settingOf(key);
  return option === undefined || option.doc !== undefined ||
      option.name === "--no-maxtime"
    ? doc
    : `Like ${option.name}`;
}

function end(): string[] {
  return [
    "Exit codes:",
    ...table(EXIT_CODES),
    "",
    "Example: two directories, deleted files kept for a year, all changes listed:",
    "",
    "  SOFT_DELETE_DAYS=365 osync --initiator=$HOME/photos --target=/mnt/usb/photos \\",
    "    --summary",
  ];
}

/** Two columns; the second one wraps, and starts below where the first one is too wide. */
function table(rows: readonly (readonly string[])[]): string[] {
  const indent = 32;
  return rows.flatMap(([left = "", right = ""]) => {
    const lines = wrap(right, WIDTH - indent);
    const first = `  ${left}`;
    const fits = first.length < indent;
    return [
      ...(fits ? [] : [first]),
      ...lines.map((line, at) =>
        `${(fits && at === 0 ? first : "").padEnd(indent)}${line}`
      ),
    ];
  });
}
