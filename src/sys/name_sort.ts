/**
 * Sorts names by their bytes, without a comparator in JavaScript.
 *
 * Names stand in one blob, each with its NUL. What all names of a range share
 * is skipped; the next bytes and the name's index make one number; the engine
 * sorts the numbers; ties are ranges of their own.
 */

/** Below this many names comparing them directly is faster. */
const FEW = 12;

/** Key and index share the 53 bits of a number. */
const SMALL = { bytes: 4, indices: 2 ** 20 } as const;
const LARGE = { bytes: 3, indices: 2 ** 29 } as const;

/** Names in a blob. */
export interface NameBlob {
  /** The names, each followed by a NUL. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each name starts; reordered by sorting. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** How many names. */
  readonly count: number;
  /** Room to work in: as many numbers as names at least. */
  readonly keys: Float64Array<ArrayBuffer>;
  /** As much room again. */
  readonly copy: Uint32Array<ArrayBuffer>;
}

/** Reorders `starts` so that the names ascend; of equal names the order is open. */
export function sortNames(blob: NameBlob): void {
  sortRange(blob, { from: 0, to: blob.count, skip: 0 });
}

/** Names from `from` to `to`, of which the first `skip` bytes are known to be equal. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly skip: number;
}

function sortRange(blob: NameBlob, range: Range): void {
  const { from, to } = range;
  if (to - from <= FEW) return insertionSort(blob, range);
  const skip = range.skip + sharedPrefix(blob, range);
  const { bytes: width, indices } = to - from <= SMALL.indices ? SMALL : LARGE;
  fillKeys(blob, { from, to, skip }, width, indices);
  const { starts, keys, copy } = blob;
  keys.subarray(from, to).sort();
  copy.set(starts.subarray(from, to), from);
  for (let at = from; at < to; at++) {
    const key = keys[at] as number;
    const prefix = Math.floor(key / indices);
    starts[at] = copy[from + (key - prefix * indices)] as number;
    keys[at] = prefix;
  }
  for (let at = from; at < to;) {
    const prefix = keys[at] as number;
    let end = at + 1;
    while (end < to && keys[end] === prefix) end++;
    const ended = (prefix & 0xff) === 0;
    if (end - at > 1 && !ended) {
      sortRange(blob, { from: at, to: end, skip: skip + width });
    }
    at = end;
  }
}

function fillKeys(
  blob: NameBlob,
  range: Range,
  width: number,
  indices: number,
): void {
  const { bytes, starts, keys } = blob;
  for (let at = range.from; at < range.to; at++) {
    let start = (starts[at] as number) + range.skip;
    let key = 0;
    for (let taken = 0; taken < width; taken++) {
      const byte = bytes[start] as number;
      key = key * 256 + byte;
      // Past its NUL the next name begins.
      if (byte !== 0) start++;
    }
    keys[at] = key * indices + (at - range.from);
  }
}

/** How many bytes after `skip` all names of a range share. */
function sharedPrefix(blob: NameBlob, range: Range): number {
  const { bytes, starts } = blob;
  const first = (starts[range.from] as number) + range.skip;
  let shared = 0;
  while (bytes[first + shared] !== 0) shared++;
  for (let at = range.from + 1; at < range.to && shared > 0; at++) {
    const start = (starts[at] as number) + range.skip;
    let same = 0;
    while (same < shared && bytes[start + same] === bytes[first + same]) same++;
    shared = same;
  }
  return shared;
}

function insertionSort(blob: NameBlob, range: Range): void {
  const { bytes, starts } = blob;
  for (let at = range.from + 1; at < range.to; at++) {
    const start = starts[at] as number;
    let hole = at;
    while (hole > range.from) {
      const before = starts[hole - 1] as number;
      if (!isAfter(bytes, before + range.skip, start + range.skip)) break;
      starts[hole] = before;
      hole--;
    }
    starts[hole] = start;
  }
}

function isAfter(bytes: Uint8Array, a: number, b: number): boolean {
  let offset = 0;
  while (bytes[a + offset] === bytes[b + offset]) {
    if (bytes[a + offset] === 0) return false;
    offset++;
  }
  return (bytes[a + offset] as number) > (bytes[b + offset] as number);
}
