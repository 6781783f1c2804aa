/** Which entries of a replica take part: include and exclude rules as rsync reads them. */

import { encodeName } from "./name.ts";
import { baseName, PUSH_FILE, type RelPath, WORK_DIRECTORY } from "./path.ts";
import { compileWildcard } from "./wildmatch.ts";

/** One include or exclude pattern. */
export interface FilterRule {
  /** What happens to an entry that matches. */
  readonly action: "include" | "exclude";
  /** What an entry has to look like, in rsync's pattern language. */
  readonly pattern: string;
}

/**
 * The patterns a user gave, four lists of them.
 *
 * A pattern that starts with `+ ` or `- ` is an include or an exclude whatever
 * list it is in; `!` alone takes back all that stand before it.
 */
export interface FilterSettings {
  /** Patterns to include. */
  readonly include: readonly string[];
  /** Patterns to exclude. */
  readonly exclude: readonly string[];
  /** Patterns of the include file; they follow `include`. */
  readonly includeFrom: readonly string[];
  /** Patterns of the exclude file; they follow `exclude`. */
  readonly excludeFrom: readonly string[];
  /** Which two lists come first. */
  readonly first: FilterRule["action"];
}

/** Compiled rules: the first that matches decides, what none matches is included. */
export interface Filter {
  /** Whether the user gave no rule. */
  readonly empty: boolean;
  /** The user's rules in order, as text: equal if and only if the rules are. */
  readonly fingerprint: string;
  /**
   * Whether the entry is left out, osync's own files always being so.
   *
   * Looks only at `path`: below an excluded directory there is nothing to ask.
   */
  excludes(path: RelPath, isDirectory: boolean): boolean;
}

/** Compiles the rules in the order that `settings.first` says. */
export function compileFilter(settings: FilterSettings): Filter {
  const rules = rulesInOrder(settings);
  const compiled = rules.map(({ action, pattern }) => ({
    excludes: action === "exclude",
    matches: compilePattern(byteText(pattern)),
  }));
  return {
    empty: rules.length === 0,
    fingerprint: JSON.stringify(
      rules.map(({ action, pattern }) =>
        `${action === "include" ? "+" : "-"} ${pattern}`
      ),
    ),
    excludes(path, isDirectory) {
      const name = baseName(path);
      if (name === WORK_DIRECTORY || name === PUSH_FILE) return true;
      if (compiled.length === 0 || path === "") return false;
      const candidate = { text: byteText(path), isDirectory };
      const decisive = compiled.find(({ matches }) => matches(candidate));
      return decisive?.excludes ?? false;
    },
  };
}

/** Splits a list of patterns; empty pieces do not count. */
export function parsePatternList(text: string, separator: string): string[] {
  const pieces = separator === "" ? [text] : text.split(separator);
  return pieces.filter((piece) => piece !== "");
}

/** The patterns in the text of a list file: its lines but for empty ones and comments (`#`, `;`). */
export function parsePatternFile(text: string): string[] {
  return text.replace(/^\ufeff/, "").split(/[\r\n]/)
    .filter((line) => line !== "" && !/^[#;]/.test(line));
}

function rulesInOrder(settings: FilterSettings): FilterRule[] {
  const lists = {
    include: [...settings.include, ...settings.includeFrom],
    exclude: [...settings.exclude, ...settings.excludeFrom],
  };
  const order = settings.first === "include"
    ? ["include", "exclude"] as const
    : ["exclude", "include"] as const;
  const rules: FilterRule[] = [];
  for (const action of order) {
    for (const line of lists[action]) {
      if (line === "!") rules.length = 0;
      else rules.push(parseRule(line, action));
    }
  }
  return rules.filter(({ pattern }) => pattern !== "");
}

function parseRule(line: string, action: FilterRule["action"]): FilterRule {
  const pattern = line.slice(2);
  if (line.startsWith("+ ")) return { action: "include", pattern };
  if (line.startsWith("- ")) return { action: "exclude", pattern };
  return { action, pattern: line };
}

/** An entry to match: its path, one character per byte, and its kind. */
interface Candidate {
  readonly text: string;
  readonly isDirectory: boolean;
}

type Matcher = (candidate: Candidate) => boolean;

function compilePattern(pattern: string): Matcher {
  if (pattern.length > 1 && pattern.endsWith("/")) {
    const matches = compileShape(pattern.slice(0, -1));
    return (candidate) => candidate.isDirectory && matches(candidate);
  }
  return compileShape(pattern);
}

function compileShape(pattern: string): Matcher {
  if (!/[*?[]/.test(pattern)) return compileLiteral(pattern);
  return pattern.includes("**") ? compileDeep(pattern) : compileFlat(pattern);
}

function compileLiteral(pattern: string): Matcher {
  if (pattern.startsWith("/")) {
    const path = pattern.slice(1);
    return ({ text }) => text === path;
  }
  return ({ text }) =>
    text.endsWith(pattern) &&
    (text.length === pattern.length || text.at(-pattern.length - 1) === "/");
}

/** Wildcards that stay inside a name: as many names as the pattern has. */
function compileFlat(pattern: string): Matcher {
  if (pattern.startsWith("/")) {
    const fits = compileWildcard(pattern.slice(1));
    return ({ text }) => fits(text, 0);
  }
  const fits = compileWildcard(pattern);
  // As rsync counts: even a slash in brackets, which nothing can match.
  const names = pattern.split("/").length;
  return ({ text }) => {
    const start = tailStart(text, names);
    return start >= 0 && fits(text, start);
  };
}

/** Wildcards that cross slashes: tried from the root or, unanchored, below any directory. */
function compileDeep(pattern: string): Matcher {
  const isAnchored = pattern.startsWith("/");
  const startsDeep = pattern.startsWith("**");
  const fits = compileWildcard(isAnchored ? pattern.slice(1) : pattern);
  // A leading "**/" also matches at the root, a final "/***" the directory itself.
  const before = startsDeep ? "/" : "";
  const after = pattern.endsWith("***") ? "/" : "";
  return ({ text, isDirectory }) => {
    const path = before + text + (isDirectory ? after : "");
    if (fits(path, 0)) return true;
    if (isAnchored || startsDeep) return false;
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      if (fits(path, at + 1)) return true;
    }
    return false;
  };
}

/** Where the last `names` names of a path start; -1 if it has fewer. */
function tailStart(path: string, names: number): number {
  let start = path.length + 1;
  for (let left = names; left > 0; left--) {
    if (start === 0) return -1;
    start = path.lastIndexOf("/", start - 2) + 1;
  }
  return start;
}

/** A path or pattern with one character for each of its bytes. */
function byteText(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  let bytes = "";
  for (const byte of encodeName(text)) bytes += String.fromCharCode(byte);
  return bytes;
}
