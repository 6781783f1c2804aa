/** Lines of text between what happened and where it is shown. */

import type { OutputSettings } from "@/config/config.ts";
import type { Level } from "./events.ts";

/** A line for people. */
export interface Line {
  /** `always` is a notice that nothing suppresses. */
  readonly level: Level | "always";
  /** May hold anything but is one line; the printer makes it safe. */
  readonly text: string;
  /** Set where it is part of a list, which has no prefix. */
  readonly bare?: true;
}

/** Shows a line, or not. */
export type Printer = (line: Line) => void;

/** What decides whether and how lines are shown. */
export type LineSettings = Pick<
  OutputSettings,
  "silent" | "errorsOnly" | "prefix" | "verbose"
>;

/** Whether the settings let a line of this level through. */
export function isShown(level: Line["level"], output: LineSettings): boolean {
  if (level === "verbose") return output.verbose && !output.errorsOnly;
  return level !== "notice" || !output.errorsOnly;
}

/** The text with every character escaped that could move a cursor or start a line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, (found) => {
    const code = found.charCodeAt(0);
    if (found === "\n") return "\\n";
    if (found === "\t") return "\\t";
    return code <= 0xff
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16)}`;
  });
}
