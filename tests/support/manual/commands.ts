/** The commands of osync, as `osync` alone lists them, and what they do. */

import { usageText } from "@/config/help.ts";

const DOCS: Readonly<Record<string, string>> = {
  batch: "Run many configuration files, and again those that failed",
  check: "Say what is in force and where it comes from; run nothing",
  upgrade: "Rewrite a file of osync 1, and take over what osync 1 remembers",
};

/** How osync is called, a line for each way. */
export const USAGES: readonly string[] = (usageText().split("\n\n")[0] ?? "")
  .split("\n").map((line) => line.replace(/^Usage:/, "").trim());

/** One command. */
export interface Command {
  /** The word after `osync`. */
  readonly name: string;
  /** What it does, in one line. */
  readonly doc: string;
}

/** The commands, by name. */
export const COMMANDS: readonly Command[] = USAGES
  .map((line) => /^osync ([a-z]+)\b/.exec(line)?.[1])
  .filter((name) => name !== undefined)
  .sort()
  .map((name) => ({ name, doc: docOf(name) }));

function docOf(name: string): string {
  const doc = DOCS[name];
  if (doc === undefined) {
    throw new TypeError(`Cannot describe the command "${name}": add it here`);
  }
  return doc;
}
