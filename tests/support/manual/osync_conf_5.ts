/** The manual page osync.conf(5). */

import { FILE_SECTIONS, quoteValue } from "@/config/print_settings.ts";
import type { SettingType } from "@/config/setting.ts";
import { settingOf } from "@/config/settings.ts";
import type { SectionName, SettingKey } from "@/config/settings.ts";
import {
  bold,
  chapter,
  example,
  italic,
  item,
  page,
  paragraph,
  prose,
  section,
} from "./roff.ts";

/** The page, as roff. */
export function confPage(): string {
  return page(
    {
      name: "osync.conf",
      section: 5,
      about: "configuration files of osync",
    },
    [
      description(),
      settings(),
      chapter(
        "FILES",
        ...item(bold("/etc/osync/*.conf"), "Such files."),
        ...item(
          bold("/etc/osync/sync.conf.example"),
          "All settings, with what they are for.",
        ),
        ...item(bold("/etc/osync/exclude.list.example"), "A list of patterns."),
      ),
      examples(),
      chapter(
        "SEE ALSO",
        `${bold("osync")}(1), ${bold("rsync")}(1) for patterns`,
      ),
    ],
  );
}

function description(): string[] {
  return chapter(
    "DESCRIPTION",
    prose(
      "A configuration file describes two directories that osync keeps the same. Its name ends in .conf; the two directories are all that it must have.",
    ),
    ...paragraph(
      `A line is ${italic("KEY")}=${
        italic("VALUE")
      }. Values may stand in single quotes, in double quotes or in none, as long as they have no blank; ${
        bold("${NAME}")
      } stands for a variable of the environment or of a line above, but not in single quotes. ${
        bold("#")
      } begins a comment, at the beginning of a line or after a blank. ${
        bold("[SECTIONS]")
      } are for people. Nothing in a file is ever run.`,
    ),
    ...paragraph(
      prose(
        "What cannot be used ends a run before it begins, with all faults and their lines. osync check says what would be in force.",
      ),
    ),
  );
}

function settings(): string[] {
  return chapter(
    "SETTINGS",
    prose(
      "In parentheses: what a value may be, and the default if there is one.",
    ),
    ...FILE_SECTIONS.flatMap(([name, keys]) => {
      const shown = keys.filter(isShown);
      return shown.length === 0
        ? []
        : section(titleOf(name), ...shown.flatMap(setting));
    }),
    ...unused(),
  );
}

/** What files of osync 1 may have, and what is left of it. */
function unused(): string[] {
  const keys = FILE_SECTIONS.flatMap(([, keys]) => keys)
    .filter((key) => settingOf(key).status === "unused");
  return section(
    "Accepted",
    prose(
      `Files may have these, but there is nothing left for them to do: ${
        keys.join(", ")
      }.`,
    ),
  );
}

function titleOf(name: SectionName): string {
  return name === "THIS_RUN" ? "Elsewhere" : `[${name}]`;
}

function isShown(key: SettingKey): boolean {
  return settingOf(key).status !== "unused" && !key.startsWith("_DEBUG");
}

function setting(key: SettingKey): string[] {
  const { doc, type, default: standard, status } = settingOf(key);
  const facts = [
    typeText(type),
    ...(standard === "" ? [] : [`default ${quoteValue(standard)}`]),
  ];
  const later = status === "later" ? " Not in this version yet." : "";
  return item(
    `${bold(key)} (${prose(facts.join("; "))})`,
    prose(`${doc}.${later}`),
  );
}

function typeText(type: SettingType): string {
  switch (type.kind) {
    case "boolean":
      return "yes or no";
    case "integer":
      return type.unit;
    case "choice":
      return type.words.filter((word) => word !== "").join(", ")
        .replace(/, (\S+)$/, " or $1");
    case "list":
      return listText(type);
    case "path":
      return "path";
    case "text":
      return "text";
    default:
      return type satisfies never;
  }
}

function listText(
  { separator, words }: SettingType & { readonly kind: "list" },
): string {
  if (separator === "patterns") return "patterns";
  const between = separator === "comma" ? "commas" : "blanks";
  return `${words?.join(", ") ?? "words"}, with ${between} between`;
}

function examples(): string[] {
  return chapter(
    "EXAMPLES",
    ...example(
      "INSTANCE_ID=photos",
      'INITIATOR_SYNC_DIR="${HOME}/photos"',
      "TARGET_SYNC_DIR=/mnt/usb/photos",
      "RSYNC_EXCLUDE_PATTERN='*.tmp;/cache/'",
      "SOFT_DELETE_DAYS=365   # a year",
    ).slice(1),
  );
}
