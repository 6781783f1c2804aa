/** Compares whole batches: most of a tree is as it was, and a column is compared faster than its entries. */

import { type EntryBatch, KIND } from "./batch.ts";

/** Whether both batches hold the same names at the same depths. */
export function sameNames(a: EntryBatch, b: EntryBatch): boolean {
  const { length } = a;
  if (length !== b.length || length === 0) return false;
  const end = a.nameEnd[length - 1] as number;
  return sameWords(a.nameEnd, b.nameEnd, length) &&
    sameWords(a.depth, b.depth, length) && sameBytes(a.names, b.names, end);
}

/**
 * Whether all entries of a batch are as their fingerprints: what `isSame` of
 * `cursor.ts` says of each. Tells only the truth when it says yes.
 */
export function sameEntries(now: EntryBatch, base: EntryBatch): boolean {
  const { length } = now;
  return sameNames(now, base) && sameBytes(now.kind, base.kind, length) &&
    sameWords(now.mtimeNanos, base.mtimeNanos, length) &&
    sameNumbers(now.mtimeSeconds, base.mtimeSeconds, length) &&
    sameNumbers(now.size, base.size, length) &&
    sameWords(now.uid, base.uid, length) &&
    sameWords(now.gid, base.gid, length) &&
    sameModes(now.mode, base.mode, length) &&
    sameStamps(now, base) && sameTargets(now, base);
}

function sameWords(a: Uint32Array, b: Uint32Array, length: number): boolean {
  for (let index = 0; index < length; index++) {
    if (a[index] !== b[index]) return false;
  }
  return true;
}

function sameNumbers(
  a: Float64Array,
  b: Float64Array,
  length: number,
): boolean {
  for (let index = 0; index < length; index++) {
    if (a[index] !== b[index]) return false;
  }
  return true;
}

function sameModes(a: Uint16Array, b: Uint16Array, length: number): boolean {
  for (let index = 0; index < length; index++) {
    if (a[index] !== b[index]) return false;
  }
  return true;
}

function sameBytes(a: Uint8Array, b: Uint8Array, length: number): boolean {
  for (let index = 0; index < length; index++) {
    if (a[index] !== b[index]) return false;
  }
  return true;
}

/** ctime of files, device of directories. */
function sameStamps(now: EntryBatch, base: EntryBatch): boolean {
  const { kind, ctimeNanos, ctimeSeconds, device } = now;
  for (let index = 0; index < now.length; index++) {
    if (kind[index] === KIND.file) {
      if (
        ctimeNanos[index] !== base.ctimeNanos[index] ||
        ctimeSeconds[index] !== base.ctimeSeconds[index]
      ) return false;
    } else if (
      kind[index] === KIND.directory && device[index] !== base.device[index]
    ) return false;
  }
  return true;
}

function sameTargets(now: EntryBatch, base: EntryBatch): boolean {
  if (now.extra.size !== base.extra.size) return false;
  for (const [index, text] of now.extra) {
    if (base.extra.get(index) !== text) return false;
  }
  return true;
}

/** How many entries are no directories. */
export function countLeaves({ kind, length }: EntryBatch): number {
  let count = 0;
  for (let index = 0; index < length; index++) {
    if (kind[index] !== KIND.directory) count++;
  }
  return count;
}
