/** What RSYNC_OPTIONAL_ARGS means to a program that is not rsync. */

import type { SettingKey } from "./settings.ts";

/** An option of rsync that is a setting here. */
export interface RsyncSetting {
  /** The option, with its value. */
  readonly argument: string;
  /** The setting. */
  readonly key: SettingKey;
  /** Its value. */
  readonly text: string;
}

/** The lists of patterns that options of rsync add to. */
export type PatternOption =
  | "--include"
  | "--exclude"
  | "--include-from"
  | "--exclude-from";

/** What options of rsync ask for. */
export interface RsyncArgs {
  /** Options that are settings; the last one of a setting counts. */
  readonly settings: readonly RsyncSetting[];
  /** Patterns, and files with patterns, in order. */
  readonly patterns: Readonly<Record<PatternOption, readonly string[]>>;
  /** Options that choose files in ways osync does not know. */
  readonly filters: readonly string[];
  /** Options that mean nothing here. */
  readonly idle: readonly string[];
}

const YES: ReadonlyMap<string, SettingKey> = new Map<string, SettingKey>([
  ["--checksum", "CHECKSUM"],
  ["-c", "CHECKSUM"],
  ["--acls", "PRESERVE_ACL"],
  ["-A", "PRESERVE_ACL"],
  ["--xattrs", "PRESERVE_XATTR"],
  ["-X", "PRESERVE_XATTR"],
  ["--hard-links", "PRESERVE_HARDLINKS"],
  ["-H", "PRESERVE_HARDLINKS"],
  ["--copy-links", "COPY_SYMLINKS"],
  ["-L", "COPY_SYMLINKS"],
  ["--keep-dirlinks", "KEEP_DIRLINKS"],
  ["-K", "KEEP_DIRLINKS"],
  ["--executability", "PRESERVE_EXECUTABILITY"],
  ["-E", "PRESERVE_EXECUTABILITY"],
  ["--partial", "PARTIAL"],
  ["--dry-run", "DRY"],
  ["-n", "DRY"],
]);

const NO: ReadonlyMap<string, SettingKey> = new Map<string, SettingKey>([
  ["--no-perms", "PRESERVE_PERMISSIONS"],
  ["--no-p", "PRESERVE_PERMISSIONS"],
  ["--no-owner", "PRESERVE_OWNER"],
  ["--no-o", "PRESERVE_OWNER"],
  ["--no-group", "PRESERVE_GROUP"],
  ["--no-g", "PRESERVE_GROUP"],
]);

const VALUED: ReadonlyMap<string, SettingKey> = new Map<string, SettingKey>([
  ["--modify-window", "MODIFY_WINDOW"],
  ["-@", "MODIFY_WINDOW"],
  ["--bwlimit", "BANDWIDTH"],
]);

const FILTERS: ReadonlySet<string> = new Set([
  "--filter",
  "-f",
  "-F",
  "--cvs-exclude",
  "-C",
  "--files-from",
  "--min-size",
  "--max-size",
  "--existing",
  "--ignore-existing",
  "--size-only",
  "--ignore-times",
  "-I",
]);

/** Options whose value may be the next word. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  ...VALUED.keys(),
  "--include",
  "--exclude",
  "--include-from",
  "--exclude-from",
  "--filter",
  "-f",
  "--files-from",
  "--min-size",
  "--max-size",
  "--timeout",
  "--contimeout",
  "--compress-level",
  "--temp-dir",
  "-T",
  "--rsh",
  "-e",
  "--block-size",
  "-B",
  "--chmod",
  "--chown",
  "--log-file",
  "--port",
]);

/** Reads options of rsync; never fails. */
export function readRsyncArgs(text: string): RsyncArgs {
  const settings: RsyncSetting[] = [];
  const patterns: Record<PatternOption, string[]> = {
    "--include": [],
    "--exclude": [],
    "--include-from": [],
    "--exclude-from": [],
  };
  const filters: string[] = [];
  const idle: string[] = [];
  for (const { name, value } of optionsIn(wordsOf(text))) {
    const argument = value === undefined ? name : `${name}=${value}`;
    const [yes, no, valued] = [YES.get(name), NO.get(name), VALUED.get(name)];
    if (yes !== undefined) settings.push({ argument, key: yes, text: "yes" });
    else if (no !== undefined) settings.push({ argument, key: no, text: "no" });
    else if (valued !== undefined) {
      // A window of -1 compares nanoseconds, which osync always does.
      const text = value === "-1" ? "0" : value ?? "";
      settings.push({ argument, key: valued, text });
    } else if (Object.hasOwn(patterns, name) && value !== undefined) {
      patterns[name as PatternOption].push(value);
    } else (FILTERS.has(name) ? filters : idle).push(argument);
  }
  return { settings, patterns, filters, idle };
}

interface RsyncOption {
  readonly name: string;
  readonly value: string | undefined;
}

function* optionsIn(words: readonly string[]): Generator<RsyncOption> {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const isBundle = /^-[A-Za-z@]./.test(word);
    if (isBundle && !WITH_VALUE.has(word.slice(0, 2))) {
      for (const letter of word.slice(1)) {
        yield { name: `-${letter}`, value: undefined };
      }
      continue;
    }
    const equals = isBundle ? 2 : word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    if (equals >= 0) {
      yield { name, value: word.slice(equals).replace(/^=/, "") };
    } else if (WITH_VALUE.has(name) && at + 1 < words.length) {
      yield { name, value: words[++at] };
    } else yield { name, value: undefined };
  }
}

/** Splits at blanks; quotes and backslashes keep them in words, as in a shell. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  const word = /(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"\\]|['"\\])+/gs;
  for (const [found] of text.matchAll(word)) words.push(unquoted(found));
  return words;
}

function unquoted(word: string): string {
  return word.replace(
    /\\(.)|'([^']*)'|"((?:\\.|[^"\\])*)"/gs,
    (_, escaped?: string, single?: string, double?: string) =>
      escaped ?? single ?? (double ?? "").replace(/\\(["\\$`])/g, "$1"),
  );
}
