/**
 * Reads configuration files: text to assignments and faults, each with its
 * line. What is in a file is never run.
 *
 * ```sh
 * # a comment; [SECTIONS] are for people
 * [GENERAL]
 * BASE_DIR=/srv/data                     # helps the lines below
 * INITIATOR_SYNC_DIR="${BASE_DIR}/one"
 * RSYNC_EXCLUDE_PATTERN='*.tmp;a#b'
 * ```
 */

import { readConfValue } from "./conf_value.ts";

/** One `KEY=VALUE`. */
export interface ConfAssignment {
  /** As it stands there. */
  readonly key: string;
  /** Without quotes, with variables filled in. */
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

/** Something about one line. */
export interface ConfFault {
  /** Counted from 1. */
  readonly line: number;
  /** Whose value it is; absent if the line is no assignment. */
  readonly key?: string;
  /** What, why, and what to write instead. */
  readonly why: string;
}

/** What a file says. */
export interface ConfFile {
  /** In order; a key may be in it more than once. */
  readonly assignments: readonly ConfAssignment[];
  /** Every line that cannot be read. */
  readonly faults: readonly ConfFault[];
  /** Lines that name a variable nobody has set. */
  readonly doubts: readonly ConfFault[];
  /** The names of variables that values refer to. */
  readonly used: ReadonlySet<string>;
}

/** The parts of a line `KEY=VALUE`: before the value, the key, the value. */
const ASSIGNMENT =
  /^([ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*)(.*)$/s;
const NOTHING = /^[ \t]*(?:#.*|\[[^\]]*\][ \t]*(?:#.*)?)?$/s;

/** UTF-16 in either order, as its bytes are decoded. */
const WIDE = /^(?:\udcff\udcfe|\udcfe\udcff)/;

/**
 * Reads the text of a file; never fails.
 *
 * @param environment What variables mean that the file does not set.
 */
export function readConfFile(
  text: string,
  environment: Readonly<Record<string, string>>,
): ConfFile {
  if (WIDE.test(text)) {
    const why = "the file is UTF-16; save it as UTF-8";
    return {
      assignments: [],
      faults: [{ line: 1, why }],
      doubts: [],
      used: new Set(),
    };
  }
  const reader = new FileReader(environment);
  confLines(text).forEach((line, at) => reader.line(line, at + 1));
  return reader;
}

/** The lines of a file, without what ends them and without a byte order mark. */
export function confLines(text: string): string[] {
  return text.replace(/^\ufeff/, "").split("\n").map((line) =>
    line.endsWith("\r") ? line.slice(0, -1) : line
  );
}

/** Key and value of a line as they are written; `undefined` if it is no assignment. */
export function splitAssignment(
  line: string,
): { readonly key: string; readonly written: string } | undefined {
  const found = ASSIGNMENT.exec(line);
  if (found === null) return undefined;
  const [, before = "", key = "", rest = ""] = found;
  const hasBlank = /[ \t]$/.test(before);
  return { key, written: hasBlank && rest.startsWith("#") ? "" : rest };
}

class FileReader implements ConfFile {
  readonly assignments: ConfAssignment[] = [];
  readonly faults: ConfFault[] = [];
  readonly doubts: ConfFault[] = [];
  readonly used = new Set<string>();
  readonly #environment: Readonly<Record<string, string>>;
  readonly #values = new Map<string, string>();

  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
  }

  line(text: string, line: number): void {
    if (NOTHING.test(text)) return;
    const split = splitAssignment(text);
    if (split === undefined) {
      this.faults.push({
        line,
        why: "it is neither KEY=VALUE nor [SECTION] nor # COMMENT; " +
          "begin it with # if it is a comment",
      });
      return;
    }
    const { key, written } = split;
    try {
      const value = readConfValue(
        written,
        (name) => this.#lookup(name, { key, line }),
      );
      this.assignments.push({ key, text: value, line });
      this.#values.set(key, value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.faults.push({ line, key, why: error.message });
      this.#values.set(key, "");
    }
  }

  #lookup(name: string, place: { key: string; line: number }): string {
    this.used.add(name);
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    if (Object.hasOwn(this.#environment, name)) {
      return this.#environment[name] ?? "";
    }
    this.doubts.push({
      ...place,
      why: `$\{${name}} is set neither above nor in the environment, ` +
        "so nothing stands there",
    });
    return "";
  }
}
