/**
 * How far two streams are the same from their heads on. Most of a tree is as
 * it was, and columns are compared faster than entries.
 *
 * Each function narrows a number of entries down to those before the first
 * difference, so that the columns behind it are compared only that far.
 */

import { type EntryBatch, KIND } from "./batch.ts";
import type { Cursor } from "./cursor.ts";

/** How many entries, at most `most`, have the same names at the same depths. */
export function sameNames(a: Cursor, b: Cursor, most: number): number {
  const x = a.batch;
  const y = b.batch;
  const [i, j] = [a.index, b.index];
  let run = Math.min(most, x.length - i, y.length - j);
  run = sameWords(x.depth, i, { other: y.depth, at: j, run });
  const shift = b.nameStart - a.nameStart;
  run = sameEnds(a, b, { shift, run });
  if (run === 0) return 0;
  const end = x.nameEnd[i + run - 1] as number;
  for (let at = a.nameStart; at < end; at++) {
    if (x.names[at] !== y.names[at + shift]) return entryAt(a, at);
  }
  return run;
}

/**
 * How many entries, at most `most`, are as their fingerprints: same names,
 * content, attributes and, for files, inode state. A mount point may look like
 * the directory below it, but for the device.
 */
export function sameEntries(now: Cursor, base: Cursor, most: number): number {
  const x = now.batch;
  const y = base.batch;
  const [i, j] = [now.index, base.index];
  let run = Math.min(most, x.length - i, y.length - j);
  run = sameWords(x.mtimeNanos, i, { other: y.mtimeNanos, at: j, run });
  run = sameNumbers(x.mtimeSeconds, i, { other: y.mtimeSeconds, at: j, run });
  run = sameNumbers(x.size, i, { other: y.size, at: j, run });
  run = sameStamps(now, base, run);
  run = sameWords(x.uid, i, { other: y.uid, at: j, run });
  run = sameWords(x.gid, i, { other: y.gid, at: j, run });
  run = sameModes(x.mode, i, { other: y.mode, at: j, run });
  run = sameKinds(now, base, run);
  return sameNames(now, base, run);
}

/** The other column, where to begin in it, and how far. */
interface Other<T> {
  readonly other: T;
  readonly at: number;
  readonly run: number;
}

function sameWords(
  column: Uint32Array,
  from: number,
  { other, at, run }: Other<Uint32Array>,
): number {
  for (let offset = 0; offset < run; offset++) {
    if (column[from + offset] !== other[at + offset]) return offset;
  }
  return run;
}

function sameNumbers(
  column: Float64Array,
  from: number,
  { other, at, run }: Other<Float64Array>,
): number {
  for (let offset = 0; offset < run; offset++) {
    if (column[from + offset] !== other[at + offset]) return offset;
  }
  return run;
}

function sameModes(
  column: Uint16Array,
  from: number,
  { other, at, run }: Other<Uint16Array>,
): number {
  for (let offset = 0; offset < run; offset++) {
    if (column[from + offset] !== other[at + offset]) return offset;
  }
  return run;
}

/** Names of the same lengths. */
function sameEnds(
  a: Cursor,
  b: Cursor,
  { shift, run }: { readonly shift: number; readonly run: number },
): number {
  const [x, y] = [a.batch.nameEnd, b.batch.nameEnd];
  const [i, j] = [a.index, b.index];
  for (let offset = 0; offset < run; offset++) {
    if ((x[i + offset] as number) + shift !== y[j + offset]) return offset;
  }
  return run;
}

/** Which entry after the head the byte of a name belongs to. */
function entryAt({ batch, index }: Cursor, byte: number): number {
  let run = 0;
  while ((batch.nameEnd[index + run] as number) <= byte) run++;
  return run;
}

/** Kinds, and where links point. */
function sameKinds(now: Cursor, base: Cursor, run: number): number {
  const { kind, extra } = now.batch;
  const was = base.batch;
  for (let offset = 0; offset < run; offset++) {
    const i = now.index + offset;
    const j = base.index + offset;
    if (kind[i] !== was.kind[j]) return offset;
    if (kind[i] !== KIND.symlink) continue;
    if (extra.get(i) !== was.extra.get(j)) return offset;
  }
  return run;
}

/** ctime of files, device of directories. */
function sameStamps(now: Cursor, base: Cursor, run: number): number {
  const { kind, ctimeNanos, ctimeSeconds, device } = now.batch;
  const was = base.batch;
  for (let offset = 0; offset < run; offset++) {
    const i = now.index + offset;
    const j = base.index + offset;
    if (kind[i] === KIND.file) {
      if (
        ctimeNanos[i] !== was.ctimeNanos[j] ||
        ctimeSeconds[i] !== was.ctimeSeconds[j]
      ) return offset;
    } else if (kind[i] === KIND.directory && device[i] !== was.device[j]) {
      return offset;
    }
  }
  return run;
}

/** How many of the entries after the head come before the first file. */
export function beforeFile({ batch, index }: Cursor, run: number): number {
  for (let offset = 0; offset < run; offset++) {
    if (batch.kind[index + offset] === KIND.file) return offset;
  }
  return run;
}

/** How many of `run` entries from `from` on are no directories. */
export function countLeaves(
  { kind }: EntryBatch,
  from: number,
  run: number,
): number {
  let count = 0;
  for (let index = from; index < from + run; index++) {
    if (kind[index] !== KIND.directory) count++;
  }
  return count;
}
