/** The user's own commands before and after a run: when they run, what they are told, what becomes of their failure. */

import type { Config } from "@/config/config.ts";
import { locationText } from "@/config/location.ts";
import { CommandError, InterruptedError } from "@/core/errors.ts";
import type { RunReport } from "@/report/events.ts";
import { changeCount } from "@/report/wording.ts";
import { type CommandEnd, runCommand } from "./command.ts";
import type { Tally } from "./tally.ts";

const BEFORE = "LOCAL_RUN_BEFORE_CMD";
const AFTER = "LOCAL_RUN_AFTER_CMD";

/** What commands need of a run. */
export interface HookParts {
  /** The run; its signal stops commands. */
  readonly tally: Tally;
  /** Aborted by the user alone. */
  readonly signal: AbortSignal;
  /** The log file, absolute; absent where there is none. */
  readonly log?: string | undefined;
}

/** Whether there is a command to be run before anything else; says why not, where that is no matter of course. */
export function hasBefore(
  { dry, hooks }: Config,
  { tally }: HookParts,
): boolean {
  for (const key of hooks.remote) {
    tally.warn(`${key} is not run: the target is on this machine`);
  }
  if (dry) {
    if (hooks.before !== "") tally.notice(`Dry run: ${BEFORE} is not run`);
    if (hooks.after !== "") tally.notice(`Dry run: ${AFTER} is not run`);
  }
  return hooks.before !== "" && !dry;
}

/**
 * Runs the command before a run.
 *
 * @throws {CommandError} If it failed and the run must not go on then.
 * @throws The signal's reason if that stopped it.
 */
export async function runBefore(
  config: Config,
  parts: HookParts,
): Promise<void> {
  const { before, beforeSeconds, stopOnError } = config.hooks;
  const { tally } = parts;
  tally.phase("before");
  const ended = await runCommand(before, {
    env: environment(config, parts),
    seconds: beforeSeconds,
    signal: tally.signal,
  });
  tellOutput(BEFORE, ended, tally);
  tally.signal.throwIfAborted();
  if (ended.failure === undefined) return;
  const text = `${BEFORE} failed: ${ended.failure}`;
  if (!stopOnError) return tally.fail(text);
  throw new CommandError(`Stopped before the first change: ${text}`, {
    hint: "With STOP_ON_CMD_ERROR=no, a run goes on in spite of it.",
  });
}

/**
 * Runs the command after a run, if it shall be.
 *
 * @param error What ended the run, if it did not come to its end.
 */
export async function runAfter(
  config: Config,
  parts: HookParts,
  error?: unknown,
): Promise<void> {
  const { after, afterSeconds, afterOnError } = config.hooks;
  const { tally } = parts;
  if (after === "" || config.dry) return;
  const outcome = outcomeOf(tally.report(), error);
  if (outcome !== "ok" && !afterOnError) {
    return tally.notice(
      `${AFTER} is not run, because not all went well (RUN_AFTER_CMD_ON_ERROR)`,
    );
  }
  tally.phase("after");
  // What stopped the run does not stop what is to follow it all the same.
  const signal = AbortSignal.any(
    [parts.signal, tally.signal].filter(({ aborted }) => !aborted),
  );
  const ended = await runCommand(after, {
    env: {
      ...environment(config, parts),
      ...figures(tally.report(), error !== undefined && outcome === "errors"),
      OSYNC_OUTCOME: outcome,
    },
    seconds: afterSeconds,
    signal,
  });
  tellOutput(AFTER, ended, tally);
  if (signal.aborted) return tally.stopped(signal.reason);
  if (ended.failure !== undefined) {
    tally.fail(`${AFTER} failed: ${ended.failure}`);
  }
}

function outcomeOf(
  report: RunReport,
  error: unknown,
): RunReport["result"] {
  if (error === undefined) return report.result;
  return error instanceof InterruptedError ? "interrupted" : "errors";
}

/** What every command is told; the names without OSYNC are those of osync 1.3. */
function environment(
  { instance, replicas, dry }: Config,
  { log }: HookParts,
): Record<string, string> {
  const initiator = locationText(replicas.initiator);
  const target = locationText(replicas.target);
  return {
    OSYNC_INSTANCE: instance,
    OSYNC_INITIATOR: initiator,
    OSYNC_TARGET: target,
    OSYNC_DRY: dry ? "yes" : "no",
    OSYNC_LOG: log ?? "",
    INSTANCE_ID: instance,
    INITIATOR_SYNC_DIR: initiator,
    TARGET_SYNC_DIR: target,
  };
}

function figures(
  report: RunReport,
  isFatal: boolean,
): Record<string, string> {
  const { done, conflicts, problems, warnings, errors } = report;
  const transient = problems.filter((problem) => problem.transient === true);
  const lasting = problems.length - transient.length;
  const numbers = {
    OSYNC_CHANGES_INITIATOR: changeCount(done.initiator),
    OSYNC_CHANGES_TARGET: changeCount(done.target),
    OSYNC_CONFLICTS: conflicts.length,
    OSYNC_WARNINGS: warnings + transient.length,
    OSYNC_ERRORS: errors + lasting + Number(isFatal),
  };
  return Object.fromEntries(
    Object.entries(numbers).map(([name, number]) => [name, String(number)]),
  );
}

/** What a command says is worth reading if it failed. */
function tellOutput(name: string, ended: CommandEnd, tally: Tally): void {
  const level = ended.failure === undefined ? "verbose" : "notice";
  for (const line of ended.output) {
    tally.sink({ kind: "message", level, text: `${name}: ${line}` });
  }
}
