/** Clocks of filesystems advance in ticks: what happens within one has the same time. */

import type { Plan } from "@/core/plan.ts";
import { opposite, type Side, SIDES } from "@/core/side.ts";
import { wait } from "./clock.ts";
import type { Session } from "./session.ts";

/** As long as a tick is on any system, in nanoseconds. */
const TICK = 20_000_000;

/** Within this time, in nanoseconds, a change of a side may not show in its times. */
export function tickOf({ descriptions }: Session, side: Side): bigint {
  return BigInt(Math.max(TICK, descriptions[side].holds.timeStep));
}

/**
 * Waits until every change of what is to be copied would show: a file that
 * was written just before the scan, and once more while it is read, would
 * look as if it had stood still.
 */
export async function outwaitTicks(
  plan: Plan,
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  for (const side of SIDES) {
    const tick = tickOf(session, side);
    // The clock of the system, which is the one that files have their times from.
    const now = BigInt(Date.now()) * 1_000_000n;
    const rest = newestSource(plan, side) + tick - now;
    // What has a time in the future gets another one by any change.
    if (rest > 0n && rest <= tick) await wait(Number(rest) / 1e6, signal);
  }
}

/** When what a side is to give was last changed, in nanoseconds. */
function newestSource(plan: Plan, side: Side): bigint {
  let newest = 0n;
  for (const action of plan.actions[opposite(side)]) {
    if (action.kind !== "put") continue;
    const { ctime = 0n } = action.source.stamp ?? {};
    if (ctime > newest) newest = ctime;
  }
  return newest;
}
