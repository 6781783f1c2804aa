/** Colours of the terminal. */

import type { Line } from "./line.ts";

const CODES: Partial<Record<Line["level"], string>> = {
  critical: "1;33;41",
  error: "91",
  warning: "33",
};

/** Whether text for this stream may be coloured. */
export function hasColours(
  env: Readonly<Record<string, string>>,
  isTerminal: boolean,
): boolean {
  return isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}

/** The text in the colour of its level; notices have none. */
export function paint(level: Line["level"], text: string): string {
  const code = CODES[level];
  return code === undefined ? text : `\x1b[${code}m${text}\x1b[0m`;
}
