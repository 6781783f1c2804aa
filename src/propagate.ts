/** Has a plan performed, and collects what became of every action. */

import { InterruptedError } from "@/core/errors.ts";
import type { Plan } from "@/core/plan.ts";
import { opposite, SIDES } from "@/core/side.ts";
import type { Action, Outcome } from "@/core/step.ts";
import type { Session } from "./session.ts";
import type { Tally } from "./tally.ts";

/** What became of each action; one that was not begun has no outcome. */
export type Outcomes = ReadonlyMap<Action, Outcome>;

/**
 * Performs the plan on both sides.
 *
 * @returns What was done, also if the signal was aborted in between.
 */
export async function performPlan(
  plan: Plan,
  session: Session,
  tally: Tally,
): Promise<Outcomes> {
  const outcomes = new Map<Action, Outcome>();
  for (const side of SIDES) {
    const actions = plan.actions[side];
    if (actions.length === 0) continue;
    tally.phase("perform");
    const replica = session.replicas[side];
    const source = session.replicas[opposite(side)];
    let done = 0;
    try {
      const groups = replica.perform(actions, source, {
        signal: tally.signal,
        onBytes: (bytes) => tally.moved(bytes),
      });
      for await (const group of groups) {
        for (const outcome of group) {
          const action = actions[done++] as Action;
          outcomes.set(action, outcome);
          tally.performed(side, action, outcome);
        }
      }
    } catch (error) {
      if (error instanceof InterruptedError) break;
      throw error;
    }
  }
  return outcomes;
}
