/** Why the system refused something, in its own words. */

import { printableName } from "@/core/name.ts";

/** The message of an error without its number and call: `permission denied`. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const words = message.replace(/ \(os error \d+\).*$/s, "");
  return printableName(
    words.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase()),
  );
}
