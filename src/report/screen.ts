/** Prints lines on standard output and standard error. */

import { isShown, oneLine } from "./line.ts";
import type { Line, LineSettings, Printer } from "./line.ts";
import { paint } from "./style.ts";

/** One of the two streams. */
export interface Stream {
  /** Writes text as it is. */
  readonly write: (text: string) => void;
  /** Whether it understands colours. */
  readonly colours: boolean;
}

/** What a screen printer needs. */
export interface ScreenTools {
  /** For notices. */
  readonly stdout: Stream;
  /** For warnings and errors. */
  readonly stderr: Stream;
  /** Seconds since the start. */
  readonly elapsed: () => number;
  /** Called before each line. */
  readonly erase: () => void;
}

const LABELS: Partial<Record<Line["level"], string>> = {
  critical: "Error: ",
  error: "Error: ",
  warning: "Warning: ",
};

/** A printer for the streams of the process. */
export function screenPrinter(
  output: LineSettings,
  tools: ScreenTools,
): Printer {
  return ({ level, text, bare }) => {
    if (output.silent || !isShown(level, output)) return;
    const label = LABELS[level];
    const { write, colours } = label === undefined
      ? tools.stdout
      : tools.stderr;
    const prefix = output.prefix && bare === undefined
      ? `TIME: ${Math.floor(tools.elapsed())} - `
      : "";
    const line = `${label ?? ""}${oneLine(text)}`;
    tools.erase();
    write(`${prefix}${colours ? paint(level, line) : line}\n`);
  };
}
