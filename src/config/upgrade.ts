/** Rewrites the text of an older configuration file to what it is called today. */

import { confLines, readConfFile, splitAssignment } from "./conf_file.ts";
import type { ConfAssignment } from "./conf_file.ts";
import { readFileSettings } from "./file_settings.ts";
import {
  IDLE_NAMES,
  newValue,
  OLD_NAMES,
  REMOTE_PARTS,
  RSYNC_KEYS,
} from "./old_names.ts";
import { explain, FILE_SECTIONS, quoteValue } from "./print_settings.ts";
import { settingOf } from "./settings.ts";
import type { SettingKey } from "./settings.ts";

/** The newest revision that osync 1.3 takes: it can still read our files. */
const REVISION = settingOf("CONFIG_FILE_REVISION").example ?? "";

/** What osync 1.0 to 1.2 put above each section. */
const HEADINGS: readonly (readonly [RegExp, string])[] = [
  [/^GENERAL/, "GENERAL"],
  [/^REMOTE/, "REMOTE_OPTIONS"],
  [/^MISC/, "MISC_OPTIONS"],
  [/^BACKUP/, "BACKUP_DELETE_OPTIONS"],
  [/^RESUME/, "RESUME_OPTIONS"],
  [/^ALERT/, "ALERT_OPTIONS"],
  [/^EXECUTION/, "EXECUTION_HOOKS"],
];

/**
 * The text as this osync would have written it: new names and values,
 * sections, and the settings it lacks as comments. Comments stay, and the
 * settings mean what they meant. The same text if there is nothing to do.
 *
 * @param text Of a file without errors.
 * @param environment What variables mean that the file does not set.
 * @throws {RangeError} If the settings would not mean what they meant.
 */
export function upgradeConf(
  text: string,
  environment: Readonly<Record<string, string>>,
): string {
  const file = readConfFile(text, environment);
  const byLine = new Map(file.assignments.map((each) => [each.line, each]));
  const { settings } = readFileSettings(text, "", environment);
  const target = settings.get("TARGET_SYNC_DIR");
  const hasRevision = settings.has("CONFIG_FILE_REVISION");
  const lines = confLines(text).map((line, at) => {
    const assignment = byLine.get(at + 1);
    if (assignment === undefined) return upgradeComment(line, hasRevision);
    return upgradeAssignment(line, assignment, {
      used: file.used,
      target: target?.line === at + 1 ? target.text : undefined,
    });
  });
  const upgraded = withMissing(lines.join("\n"));
  refuseAnother(text, upgraded, environment);
  return upgraded;
}

function upgradeComment(line: string, hasRevision: boolean): string {
  if (!hasRevision && /^#+ *Config file rev\b/i.test(line)) {
    return `CONFIG_FILE_REVISION=${REVISION}`;
  }
  const heading = /^##+ *-{3,} *(.*)$/.exec(line)?.[1] ?? "";
  const section = HEADINGS.find(([pattern]) => pattern.test(heading))?.[1];
  return section === undefined ? line : `[${section}]`;
}

function upgradeAssignment(
  line: string,
  { key: name, text }: ConfAssignment,
  { used, target }: {
    readonly used: ReadonlySet<string>;
    readonly target: string | undefined;
  },
): string {
  const idle: readonly string[] = [
    ...IDLE_NAMES,
    ...REMOTE_PARTS,
    ...RSYNC_KEYS,
    "REMOTE_RSYNC_PATH",
  ];
  if (idle.includes(name) && !used.has(name)) return `#${line}`;
  const key = OLD_NAMES.get(name) ?? name as SettingKey;
  if (key === "CONFIG_FILE_REVISION") {
    return isOlder(text, REVISION) ? `${key}=${REVISION}` : line;
  }
  if (target !== undefined && target !== text) {
    return `${key}=${quoteValue(target)}`;
  }
  const modern = newValue(key, text);
  if (modern !== undefined) return `${key}=${modern}`;
  const written = splitAssignment(line)?.written ?? "";
  const before = line.slice(0, line.length - written.length);
  return before.replace(name, key) + withNewNames(written);
}

/** Values refer to what other lines set. */
function withNewNames(written: string): string {
  return written.replace(
    /\$(\{?)([A-Za-z_]\w*)/g,
    (all, brace: string, name: string) => {
      const renamed = OLD_NAMES.get(name);
      return renamed === undefined ? all : `$${brace}${renamed}`;
    },
  );
}

function isOlder(revision: string, than: string): boolean {
  if (!/^\d+(\.\d+)*$/.test(revision)) return true;
  const [ours, theirs] = [revision, than].map((text) =>
    text.split(".").map(Number)
  ) as [number[], number[]];
  const at = theirs.findIndex((number, at) => number !== (ours[at] ?? 0));
  return at >= 0 && (ours[at] ?? 0) < (theirs[at] as number);
}

/** Adds the settings that the file does not mention, as comments. */
function withMissing(text: string): string {
  const named = new Set(
    [...text.matchAll(/^[ \t#]*(?:export[ \t]+)?(\w+)[ \t]*=/gm)]
      .map(([, name]) => name),
  );
  const sections = FILE_SECTIONS.map(([section, keys]) => {
    const missing = keys.filter((key) =>
      section !== "THIS_RUN" && !named.has(key) && isWorthNaming(key)
    );
    if (missing.length === 0) return [];
    return [
      `[${section}]\n`,
      ...missing.map((key) =>
        explain(key, key === "CONFIG_FILE_REVISION" ? "example" : "comment")
      ),
    ];
  });
  const added = sections.flat();
  if (added.length === 0) return text;
  const end = text === "" || text.endsWith("\n") ? "" : "\n";
  return `${text}${end}\n# Settings this file did not have, with their defaults\n\n${
    added.join("\n")
  }`;
}

function isWorthNaming(key: SettingKey): boolean {
  const isReplica = key === "INITIATOR_SYNC_DIR" || key === "TARGET_SYNC_DIR";
  return key === "CONFIG_FILE_REVISION" ||
    settingOf(key).status === undefined && !isReplica;
}

function refuseAnother(
  text: string,
  upgraded: string,
  environment: Readonly<Record<string, string>>,
): void {
  const [before, after] = [text, upgraded].map((each) =>
    meaning(each, environment)
  ) as [Map<string, string>, Map<string, string>];
  const other = [...new Set([...before.keys(), ...after.keys()])].find((key) =>
    before.get(key) !== after.get(key)
  );
  if (other !== undefined) {
    throw new RangeError(
      `${other} would not mean what it means now; write it in its new form by hand`,
    );
  }
}

/** What counts of a file: its settings, but for those that have no effect. */
function meaning(
  text: string,
  environment: Readonly<Record<string, string>>,
): Map<string, string> {
  const { settings } = readFileSettings(text, "", environment);
  const idle: readonly SettingKey[] = ["CONFIG_FILE_REVISION", ...RSYNC_KEYS];
  return new Map(
    [...settings.values()].filter(({ key }) => !idle.includes(key))
      .map(({ key, text }) => [key, text]),
  );
}
