/** Checks that entries which arrive from outside form one tree, in order. */

import { type EntryBatch, KIND, nameOf, nameStart } from "./batch.ts";
import { printableName } from "./name.ts";

/** Bytes the longest name may have; no filesystem allows more. */
export const MAX_NAME = 4096;

const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * Accepts entries one after the other: the root, then depth first whatever
 * is below it, within a directory by name bytewise.
 */
export class TreeOrder {
  /** The path of the last entry, its names without anything between them. */
  #path = new Uint8Array(256);
  /** Where the name at each depth ends in `#path`. */
  readonly #ends = [0];
  #depth = -1;
  #inDirectory = true;

  /**
   * Takes entry `index` of a batch as the next one; its depth, kind and name must be filled in.
   *
   * @throws {RangeError} If it cannot stand there.
   */
  accept(batch: EntryBatch, index: number): void {
    const depth = batch.depth[index] as number;
    const fault = this.#depth < 0
      ? rootFault(batch, index)
      : depth === 0 || depth > this.#depth + 1
      ? "its parent is missing"
      : depth > this.#depth && !this.#inDirectory
      ? "its parent is no directory"
      : nameFault(batch, index) ??
        (depth <= this.#depth && !this.#isLater(batch, index)
          ? "it is out of order"
          : undefined);
    if (fault !== undefined) {
      const name = printableName(nameOf(batch, index));
      throw new RangeError(`Cannot take entry "${name}": ${fault}`);
    }
    this.#push(batch, index);
  }

  /** Whether an entry's name comes after the last one of its depth. */
  #isLater(batch: EntryBatch, index: number): boolean {
    const names = batch.names;
    const path = this.#path;
    const depth = batch.depth[index] as number;
    const start = nameStart(batch, index);
    const length = (batch.nameEnd[index] as number) - start;
    const lastStart = this.#ends[depth - 1] as number;
    const lastLength = (this.#ends[depth] as number) - lastStart;
    const shared = Math.min(length, lastLength);
    for (let offset = 0; offset < shared; offset++) {
      const difference = (names[start + offset] as number) -
        (path[lastStart + offset] as number);
      if (difference !== 0) return difference > 0;
    }
    return length > lastLength;
  }

  #push(batch: EntryBatch, index: number): void {
    const names = batch.names;
    const depth = batch.depth[index] as number;
    const from = nameStart(batch, index);
    const to = batch.nameEnd[index] as number;
    let end = depth === 0 ? 0 : this.#ends[depth - 1] as number;
    if (end + to - from > this.#path.length) {
      const path = new Uint8Array(2 * (end + to - from));
      path.set(this.#path);
      this.#path = path;
    }
    for (let offset = from; offset < to; offset++) {
      this.#path[end++] = names[offset] as number;
    }
    this.#ends[depth] = end;
    this.#depth = depth;
    this.#inDirectory = batch.kind[index] === KIND.directory;
  }
}

function rootFault(batch: EntryBatch, index: number): string | undefined {
  return batch.depth[index] === 0 && batch.kind[index] === KIND.directory &&
      nameStart(batch, index) === batch.nameEnd[index]
    ? undefined
    : "the root must come first";
}

function nameFault(batch: EntryBatch, index: number): string | undefined {
  const names = batch.names;
  const from = nameStart(batch, index);
  const to = batch.nameEnd[index] as number;
  const length = to - from;
  if (length > MAX_NAME) return "its name is too long";
  let dots = 0;
  for (let offset = from; offset < to; offset++) {
    const byte = names[offset] as number;
    if (byte === SLASH || byte === 0) return "its name is not valid";
    if (byte === DOT) dots++;
  }
  return length === 0 || dots === length && length <= 2
    ? "its name is not valid"
    : undefined;
}
