/** Performs actions one after the other, and lets the event loop turn in between. */

import type { Action, Outcome } from "@/core/step.ts";
import { Turns } from "./pause.ts";
import { Performer, type PerformerParts } from "./perform.ts";
import type { PerformOptions } from "./replica.ts";

/** Outcomes in one group. */
const GROUP = 512;

/**
 * Performs actions in order.
 *
 * @returns Outcomes in the order of the actions, in groups.
 * @throws The signal's reason, between two actions or inside a large file.
 */
export async function* performAll(
  actions: readonly Action[],
  parts: Omit<PerformerParts, "pause">,
  options: PerformOptions,
): AsyncGenerator<readonly Outcome[]> {
  const { signal, onBytes } = options;
  const turns = new Turns();
  const performer = new Performer({
    ...parts,
    async pause(bytes) {
      onBytes(bytes);
      await turns.take(signal);
    },
  });
  parts.tree.forget();
  parts.source.forget();
  let group: Outcome[] = [];
  try {
    for (const action of actions) {
      const outcome = performer.act(action);
      group.push(outcome instanceof Promise ? await outcome : outcome);
      if (!turns.due && group.length < GROUP) continue;
      yield group;
      group = [];
      await turns.take(signal);
    }
  } finally {
    performer.settle();
    parts.tree.forget();
  }
  if (group.length > 0) yield group;
}
