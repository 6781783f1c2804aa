/** Performs actions one after the other, and lets the event loop turn in between. */

import { bytesOf } from "@/core/plan.ts";
import type { Action, Outcome } from "@/core/step.ts";
import type { Staged } from "./incoming.ts";
import { Turns } from "./pause.ts";
import { Performer, type PerformerParts } from "./perform.ts";
import type { PerformOptions } from "./replica.ts";

/** Outcomes in one group. */
const GROUP = 512;

/** Pieces that wait in the stage at most, and their bytes: what a run that is killed does again. */
const BATCH = { pieces: 4096, bytes: 256 * 1024 * 1024 } as const;

/**
 * Performs actions in order. What comes in is staged in batches, each of which
 * is on the disk before it is put in place.
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
  const batch = new Batch(performer);
  let group: Outcome[] = [];
  try {
    for (const action of actions) {
      if (action.kind === "put" || action.kind === "make-directory") {
        const staged = performer.stage(action);
        batch.add(staged instanceof Promise ? await staged : staged);
        batch.bytes += bytesOf(action);
        if (batch.full) group = batch.publish();
      } else {
        if (!batch.empty) group = batch.publish();
        group.push(performer.act(action));
      }
      if (!turns.due && group.length < GROUP) continue;
      if (group.length > 0) yield group;
      group = [];
      await turns.take(signal);
    }
    group = group.concat(batch.publish());
  } finally {
    batch.discard();
    performer.settle();
    parts.tree.forget();
  }
  if (group.length > 0) yield group;
}

/** Actions of which the pieces wait in the stage, and those that failed there. */
class Batch {
  readonly #performer: Performer;
  #waiting: (Staged | Outcome)[] = [];
  bytes = 0;

  constructor(performer: Performer) {
    this.#performer = performer;
  }

  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  get full(): boolean {
    return this.#waiting.length >= BATCH.pieces || this.bytes >= BATCH.bytes;
  }

  add(staged: Staged | Outcome): void {
    this.#waiting.push(staged);
  }

  /** Puts everything in place; outcomes come in the order of {@linkcode add}. */
  publish(): Outcome[] {
    const waiting = this.#take();
    const pieces = waiting.filter(isStaged);
    if (pieces.length === 0) return waiting as Outcome[];
    const published = this.#performer.publish(pieces);
    let next = 0;
    return waiting.map((one) =>
      isStaged(one) ? published[next++] as Outcome : one
    );
  }

  discard(): void {
    this.#performer.discard(this.#take().filter(isStaged));
  }

  #take(): (Staged | Outcome)[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.bytes = 0;
    return waiting;
  }
}

function isStaged(one: Staged | Outcome): one is Staged {
  return "piece" in one;
}
