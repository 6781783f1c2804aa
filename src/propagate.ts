/** Has a plan performed, and collects what became of every action. */

import type { Plan } from "@/core/plan.ts";
import { opposite, type Side, SIDES } from "@/core/side.ts";
import type { Action, Outcome } from "@/core/step.ts";
import { turn } from "@/replica/pause.ts";
import type { Session } from "./session.ts";
import type { Tally } from "./tally.ts";
import { outwaitTicks } from "./ticks.ts";

/** What became of each action; one that was not begun has no outcome. */
export type Outcomes = ReadonlyMap<Action, Outcome>;

/**
 * Performs the plan on both sides: first what brings contents, then the rest.
 *
 * @returns What was done, also if the signal was aborted in between.
 */
export async function performPlan(
  plan: Plan,
  session: Session,
  tally: Tally,
): Promise<Outcomes> {
  const outcomes = new Map<Action, Outcome>();
  const take = async (side: Side, actions: readonly Action[]) => {
    const replica = session.replicas[side];
    const source = session.replicas[opposite(side)];
    const groups = replica.perform(actions, source, {
      signal: tally.signal,
      onBytes: (bytes) => tally.moved(bytes),
    });
    let done = 0;
    for await (const group of groups) {
      for (const outcome of group) {
        const action = actions[done++] as Action;
        outcomes.set(action, outcome);
        tally.performed(side, action, outcome);
      }
    }
  };
  try {
    await outwaitTicks(plan, session, tally.signal);
    for (const [side, actions] of partsOf(plan)) {
      if (outcomes.size === 0) tally.phase("perform");
      await take(side, actions);
      // However short it was: a signal must not wait for the end of the run.
      await turn(tally.signal);
    }
  } catch (error) {
    if (error !== tally.signal.reason) throw error;
  }
  return outcomes;
}

function* partsOf(plan: Plan): Generator<[Side, readonly Action[]]> {
  for (const part of ["contents", "rest"] as const) {
    for (const side of SIDES) {
      const split = plan.contents[side];
      const actions = part === "contents"
        ? plan.actions[side].slice(0, split)
        : plan.actions[side].slice(split);
      if (actions.length > 0) yield [side, actions];
    }
  }
}
