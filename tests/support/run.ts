/** A run over two replicas in memory, whole or cut off anywhere. */

import { makePlan, type Plan } from "@/core/plan.ts";
import type { Policy } from "@/core/policy.ts";
import { reconcile } from "@/core/reconcile.ts";
import { mapSides, opposite, type PerSide, type Side } from "@/core/side.ts";
import type { Action, Outcome, Step } from "@/core/step.ts";
import { fold, forget } from "./ancestor.ts";
import { perform, rowsOf, scannedRowsOf, type World } from "./world.ts";

/** How a run goes. */
export interface RunOptions {
  /** Whether every content is known, or only those the engine asks for. */
  readonly reading?: "everything" | "on demand";
  /** Which side acts next, over and over; the initiator wherever it is true. */
  readonly turns?: readonly boolean[];
  /** After how many actions it is cut off. */
  readonly stopAfter?: number;
  /** Whether the state is written at the end, as after a clean stop, or not, as after a kill. */
  readonly commit?: boolean;
  /** Called before each action, to meddle. */
  readonly before?: (world: World, count: number) => void;
  /** Whether actions may be refused; else a refusal is a mistake of the plan and throws. */
  readonly lenient?: boolean;
}

/** What a run decided. */
export interface Decided {
  /** All steps, as reconciled. */
  readonly steps: readonly Step[];
  /** The plan made of them. */
  readonly plan: Plan;
}

/** Reconciles and plans; changes nothing. */
export function decide(
  world: World,
  policy: Policy,
  options: RunOptions = {},
): Decided {
  const rows = options.reading === "on demand"
    ? scannedRowsOf(world, policy)
    : rowsOf(world);
  const steps = [...reconcile(rows, policy)];
  return { steps, plan: makePlan(steps) };
}

/** One run; changes `world`. */
export function run(
  world: World,
  policy: Policy,
  options: RunOptions = {},
): Decided {
  const decided = decide(world, policy, options);
  const outcomes = new Map<Action, Outcome>();
  let count = 0;
  forget(world, decided.steps);
  for (const { side, action } of interleaved(decided.plan, options)) {
    if (count === options.stopAfter) break;
    options.before?.(world, count);
    count++;
    const outcome = perform(world, side, action);
    if (outcome.kind !== "done" && !options.lenient) {
      throw new Error(explain(side, action, outcome));
    }
    outcomes.set(action, outcome);
  }
  if (options.commit ?? true) fold(world, decided.steps, outcomes);
  return decided;
}

/**
 * All actions of a plan in an order that respects the order of each side:
 * what brings contents to either of them first.
 */
export function* interleaved(
  { actions, contents }: Plan,
  options: RunOptions,
): Generator<{ side: Side; action: Action }> {
  const first = mapSides(
    actions,
    (list, side) => list.slice(0, contents[side]),
  );
  const rest = mapSides(actions, (list, side) => list.slice(contents[side]));
  yield* takingTurns(first, options);
  yield* takingTurns(rest, options);
}

function* takingTurns(
  actions: PerSide<readonly Action[]>,
  options: RunOptions,
): Generator<{ side: Side; action: Action }> {
  const turns = options.turns?.length ? options.turns : [true, false];
  const next = { initiator: 0, target: 0 };
  const total = actions.initiator.length + actions.target.length;
  for (let count = 0; count < total; count++) {
    const wanted = turns[count % turns.length] ? "initiator" : "target";
    const side = next[wanted] < actions[wanted].length
      ? wanted
      : opposite(wanted);
    const action = actions[side][next[side]++];
    if (action !== undefined) yield { side, action };
  }
}

function explain(side: Side, action: Action, outcome: Outcome): string {
  const why = outcome.kind === "failed"
    ? outcome.problem.message
    : "not what the scan saw";
  return `Cannot ${action.kind} ${
    JSON.stringify(action.path)
  } on ${side}: ${why}`;
}
