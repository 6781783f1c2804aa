/** The heads of streams in tree order, and how they compare. */

import {
  createBatch,
  type EntryBatch,
  entryOf,
  KIND,
  nameStart,
} from "./batch.ts";
import type { Node } from "./entry.ts";

/** Batches in tree order; the root's entry comes first. */
export type EntryStream = AsyncIterable<EntryBatch>;

/** The head of one stream. */
export class Cursor {
  readonly #batches: AsyncIterator<EntryBatch>;
  /** The batch the head is in. */
  batch: EntryBatch = NO_BATCH;
  /** The head's index in it. */
  index = 0;
  /** Depth of the head, negative when the stream has ended. */
  depth: number;
  /** Where the head's name is in the batch's names. */
  nameStart = 0;
  /** Where it ends. */
  nameEnd = 0;
  /** The next batch must be fetched before the head is known. */
  empty = true;

  /** Starts before the first batch. */
  constructor(stream: EntryStream) {
    this.depth = AT_END;
    this.#batches = stream[Symbol.asyncIterator]();
  }

  /** Fetches the next batch; stays {@linkcode empty} if that has no entries. */
  async fill(): Promise<void> {
    const { done, value } = await this.#batches.next();
    if (done !== true && value.length === 0) return;
    this.empty = false;
    this.batch = done === true ? NO_BATCH : value;
    this.index = 0;
    if (done === true) this.depth = AT_END;
    else this.#enter();
  }

  /** Passes so many entries of the batch. */
  advance(count = 1): void {
    this.index += count;
    if (this.index < this.batch.length) this.#enter();
    else this.empty = true;
  }

  #enter(): void {
    const { depth, nameEnd } = this.batch;
    this.depth = depth[this.index] as number;
    this.nameStart = nameStart(this.batch, this.index);
    this.nameEnd = nameEnd[this.index] as number;
  }
}

const NO_BATCH = createBatch(0);

/** A depth behind all others. */
const AT_END = -1;

/** Negative if the head of `a` comes first in tree order, 0 if both are the same path. */
export function compareHeads(a: Cursor, b: Cursor): number {
  if (a.depth !== b.depth) return b.depth - a.depth;
  if (a.depth < 0) return 0;
  const xs = a.batch.names;
  const ys = b.batch.names;
  const xLength = a.nameEnd - a.nameStart;
  const yLength = b.nameEnd - b.nameStart;
  const shift = b.nameStart - a.nameStart;
  const end = a.nameStart + Math.min(xLength, yLength);
  for (let i = a.nameStart; i < end; i++) {
    const difference = (xs[i] as number) - (ys[i + shift] as number);
    if (difference !== 0) return difference;
  }
  return xLength - yLength;
}

/** The head as an object; `undefined` for none. */
export function nodeAt(cursor: Cursor | undefined): Node {
  return cursor === undefined ? undefined : entryOf(cursor.batch, cursor.index);
}

/** Whether the head is a directory. */
export function isDirectory(cursor: Cursor): boolean {
  return cursor.batch.kind[cursor.index] === KIND.directory;
}

/** The number of the device the head is on. */
export function deviceOf(cursor: Cursor): number {
  return cursor.batch.device[cursor.index] as number;
}

/** Whether the head is excluded by the rules. */
export function isExcluded(cursor: Cursor): boolean {
  const batch = cursor.batch;
  return batch.kind[cursor.index] === KIND.unknown &&
    batch.extra.get(cursor.index)?.startsWith("excluded") === true;
}
