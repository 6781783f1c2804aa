/** Shows what a batch itself says: on the screen, and in its log. */

import type { Printer } from "./line.ts";
import { logPrinter } from "./logfile.ts";
import type { LogSystem } from "./logfile.ts";
import { screenPrinter } from "./screen.ts";
import { hasColours } from "./style.ts";

/** Where a batch prints. */
export interface BatchScreen extends Pick<LogSystem, "env" | "openLog"> {
  /** Writes to standard output. */
  readonly stdout: (text: string) => void;
  /** Writes to standard error. */
  readonly stderr: (text: string) => void;
  /** Which of the two are terminals. */
  readonly isTerminal: { readonly stdout: boolean; readonly stderr: boolean };
  /** The clock. */
  readonly now: () => Date;
}

/**
 * A printer for what a batch says itself.
 *
 * @param options The options of osync, some of which hold for the batch too.
 */
export function batchPrinter(
  options: readonly string[],
  world: BatchScreen,
): Printer {
  const { env, isTerminal, now } = world;
  const settings = {
    silent: options.includes("--silent"),
    errorsOnly: options.includes("--errors-only"),
    prefix: !options.includes("--no-prefix"),
    verbose: options.includes("--verbose"),
  };
  const stderr = {
    write: world.stderr,
    colours: hasColours(env, isTerminal.stderr),
  };
  const stdout = {
    write: world.stdout,
    colours: hasColours(env, isTerminal.stdout),
  };
  const started = now().getTime();
  const screen = screenPrinter(settings, {
    // There, standard output is for JSON alone.
    stdout: options.includes("--json") ? stderr : stdout,
    stderr,
    elapsed: () => (now().getTime() - started) / 1000,
    erase: () => {},
  });
  const write = openBatchLog(world);
  if (write === undefined) return screen;
  const logged = logPrinter(settings, {
    write,
    now,
    onFailure: (text) => screen({ level: "warning", text }),
  });
  return (line) => {
    screen(line);
    logged(line);
  };
}

/** Each run has a log of its own, so there is none of the batch where it cannot be written. */
function openBatchLog(
  { openLog }: BatchScreen,
): ((text: string) => void) | undefined {
  try {
    return openLog("/var/log/osync-batch.log");
  } catch {
    return undefined;
  }
}
