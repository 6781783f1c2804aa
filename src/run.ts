/** READ THIS FIRST: one synchronisation, phase by phase. */

import type { Config } from "@/config/config.ts";
import { HazardError, ReplicaError } from "@/core/errors.ts";
import { findHazards } from "@/core/guard.ts";
import { makePlan, type Plan } from "@/core/plan.ts";
import { type PerSide, SIDES } from "@/core/side.ts";
import { StateError } from "@/core/state_format.ts";
import type { RunReport, Sink } from "@/report/events.ts";
import { bytesText } from "@/report/wording.ts";
import { SysError } from "@/sys/fs.ts";
import { commit, forgetFirst } from "./commit.ts";
import { compare, type Comparison } from "./compare.ts";
import { hasBefore, type HookParts, runAfter, runBefore } from "./hooks.ts";
import { startTimeLimits } from "./limits.ts";
import { performPlan } from "./propagate.ts";
import {
  checkReplicas,
  openSession,
  type Session,
  type SessionTools,
} from "./session.ts";
import { Tally } from "./tally.ts";

/** What a run needs besides its configuration. */
export interface RunTools {
  /** Where events go. */
  readonly sink: Sink;
  /** Aborted with an `InterruptedError` when the run shall stop. */
  readonly signal: AbortSignal;
  /** The clock. */
  readonly now: () => Date;
  /** The program's main module, where it can be started as a thread. */
  readonly module?: string;
  /** The log file, absolute; absent where there is none. */
  readonly log?: string;
}

/**
 * Makes both replicas the same.
 *
 * @returns What happened, also if not everything could be done.
 * @throws {SyncError} If the run could not begin; nothing was changed then.
 */
export async function runSync(
  config: Config,
  tools: RunTools,
): Promise<RunReport> {
  try {
    return await synchronise(config, tools);
  } catch (thrown) {
    const error = firstOf(thrown);
    if (!(error instanceof SysError)) throw error;
    throw new ReplicaError(error.message, { cause: error });
  }
}

/** What went wrong first: what made a run fail often makes its cleaning up fail too. */
function firstOf(error: unknown): unknown {
  return error instanceof SuppressedError ? firstOf(error.suppressed) : error;
}

async function synchronise(
  config: Config,
  tools: RunTools,
): Promise<RunReport> {
  using limits = startTimeLimits(config, tools.signal, (text) => {
    tally.warn(text);
  });
  const { signal } = limits;
  const tally = new Tally(config, { ...tools, signal });
  const { sink } = tally;
  const around: HookParts = { tally, signal: tools.signal, log: tools.log };
  tally.start();
  tally.phase("open");
  try {
    if (hasBefore(config, around)) {
      await checkReplicas(config, { ...tools, sink });
      await runBefore(config, around);
    }
    await synchroniseReplicas(config, { ...tools, sink }, tally);
  } catch (error) {
    await runAfter(config, around, firstOf(error));
    throw error;
  }
  await runAfter(config, around);
  return tally.finish();
}

/** From both replicas as they are to both as they shall be; nothing stays open. */
async function synchroniseReplicas(
  config: Config,
  tools: SessionTools,
  tally: Tally,
): Promise<void> {
  const { signal } = tally;
  await using session = await openSession(config, tools);
  warnOfSpace(config, session, tally.sink);
  const { session: based, comparison } = await compareSafely(
    config,
    session,
    tally,
  );
  const plan = makePlan(comparison.steps);
  tally.compared(comparison, plan);
  if (!config.initialize) guard(config, based, { plan, comparison });
  if (config.dry) return tally.pretend(plan);
  try {
    const parts = { plan, tally, config };
    const ready = await forgetFirst(based, parts);
    const outcomes = config.initialize
      ? new Map()
      : await performPlan(plan, ready, tally);
    signal.throwIfAborted();
    await commit(ready, { ...parts, outcomes });
  } catch (error) {
    if (error !== signal.reason) throw error;
    tally.stopped(error);
  }
}

/** A state that proves damaged while it is read is set aside, and the run becomes a first one. */
async function compareSafely(
  config: Config,
  session: Session,
  tally: Tally,
): Promise<{ readonly session: Session; readonly comparison: Comparison }> {
  tally.phase("scan");
  try {
    return { session, comparison: await compare(config, session, tally) };
  } catch (error) {
    const { base } = session;
    if (!(error instanceof StateError) || base === undefined) throw error;
    for (const side of SIDES) {
      const where = config.dry
        ? ""
        : ` It is kept as "${await session.replicas[side].setAsideState(
          base.run,
        )}".`;
      tally.warn(
        `${error.message}: this run merges like a first run and deletes nothing.${where}`,
      );
    }
    const fresh = { ...session, base: undefined };
    return { session: fresh, comparison: await compare(config, fresh, tally) };
  }
}

function warnOfSpace(config: Config, session: Session, sink: Sink): void {
  for (const side of SIDES) {
    const { free, path } = session.descriptions[side];
    if (config.minimumSpace === 0 || free >= config.minimumSpace) continue;
    const text = `Only ${
      bytesText(free)
    } are free for the ${side} "${path}"; MINIMUM_SPACE is ${
      config.minimumSpace / 1024
    } KiB`;
    sink({ kind: "message", level: "warning", text });
  }
}

/** Stops what people regret. */
function guard(
  config: Config,
  session: Session,
  found: { readonly plan: Plan; readonly comparison: Comparison },
): void {
  const { known, found: files } = found.comparison.totals;
  const both: PerSide<number> = { initiator: known, target: known };
  const hazards = findHazards({
    plan: found.plan,
    known: both,
    found: files,
    stateMissing: session.stateMissing,
    rootChanged: session.rootChanged,
    limits: {
      maxDeletePercent: config.maxDeletePercent,
      maxDeleteCount: config.maxDeleteCount,
    },
    allow: {
      massDeletion: config.allowMassDeletion,
      newRoot: config.acceptNewRoot,
    },
  });
  if (hazards.length === 0) return;
  const messages = hazards.map(({ message }) => message);
  const options = [...new Set(hazards.map(({ option }) => option))];
  throw new HazardError(
    `Stopped before the first change: ${messages.join("; ")}`,
    {
      hint: `If this is as it should be, use ${
        options.join(" and ")
      }; with --dry as well, it only says what would be done.`,
    },
  );
}
