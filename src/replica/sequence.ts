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
 * Performs actions in order. What comes in is staged in batches; each is on
 * the disk before it is put in place, and while the disk is busy with one, the
 * next one grows.
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
  const batches = new Batches(performer);
  const group: Outcome[] = [];
  try {
    for (const action of actions) {
      if (action.kind === "put" || action.kind === "make-directory") {
        const staged = performer.stage(action);
        // A signal may end the run inside a large file: tell what is done before.
        if (staged instanceof Promise && group.length > 0) {
          yield group.splice(0);
        }
        batches.add(staged instanceof Promise ? await staged : staged, action);
        if (batches.full) group.push(...await batches.turn());
      } else {
        if (!batches.empty) group.push(...await batches.end());
        group.push(performer.act(action));
      }
      if (!turns.due && group.length < GROUP) continue;
      yield group.splice(0);
      await turns.take(signal);
    }
    group.push(...await batches.end());
  } finally {
    await batches.discard();
    performer.settle();
    parts.tree.forget();
  }
  yield group;
}

/** A piece that waits in the stage, or why there is none. */
type Waiting = Staged | Outcome;

/** One batch that grows, and one that the disk is busy with. */
class Batches {
  readonly #performer: Performer;
  #growing: Waiting[] = [];
  #bytes = 0;
  #flushing: readonly Waiting[] = [];
  #flushed: Promise<unknown> = Promise.resolve();

  constructor(performer: Performer) {
    this.#performer = performer;
  }

  get empty(): boolean {
    return this.#growing.length + this.#flushing.length === 0;
  }

  get full(): boolean {
    return this.#growing.length >= BATCH.pieces || this.#bytes >= BATCH.bytes;
  }

  add(waiting: Waiting, action: Action): void {
    this.#growing.push(waiting);
    this.#bytes += bytesOf(action);
  }

  /** Publishes the batch before this one, whose turn it is to be flushed. */
  async turn(): Promise<Outcome[]> {
    const failure = await this.#flushed;
    const outcomes = this.#publish(failure);
    this.#flushing = this.#growing;
    this.#growing = [];
    this.#bytes = 0;
    if (!this.empty) this.#flushed = this.#performer.flush();
    return outcomes;
  }

  /** Publishes everything. */
  async end(): Promise<Outcome[]> {
    const first = await this.turn();
    return this.empty ? first : first.concat(await this.turn());
  }

  #publish(failure: unknown): Outcome[] {
    const waiting = this.#flushing;
    this.#flushing = [];
    const published = this.#performer.publish(
      waiting.filter(isStaged),
      failure,
    ).values();
    return waiting.map((one) =>
      isStaged(one) ? published.next().value as Outcome : one
    );
  }

  /** Throws away what has not been published. */
  async discard(): Promise<void> {
    await this.#flushed;
    const waiting = [...this.#flushing, ...this.#growing];
    this.#performer.discard(waiting.filter(isStaged));
  }
}

function isStaged(one: Waiting): one is Staged {
  return "piece" in one;
}
