/**
 * Entries in columns: what scans, states and the wire carry.
 *
 * Entries stand in tree order. Each has its depth (the root's is 0) and its
 * own name; as parents always come before children, that is enough to know
 * every path.
 */

import type { Entry, Stamp, Time, UnknownReason } from "./entry.ts";
import { decodeName, encodeName } from "./name.ts";
import { joinTime, splitTime } from "./time.ts";

/** Codes of the `kind` column. */
export const KIND = {
  directory: 1,
  file: 2,
  symlink: 3,
  fifo: 4,
  unknown: 5,
} as const;

/** Entries a batch usually holds. */
export const BATCH_SIZE = 4096;

/** Columns of consecutive entries. Plain data: transferable, cloneable. */
export interface EntryBatch {
  /** How many entries are filled in. */
  length: number;
  /** Components of the path: 0 for the root. */
  depth: Uint32Array<ArrayBuffer>;
  /** Where each name ends in `names`; it starts where the one before ends. */
  nameEnd: Uint32Array<ArrayBuffer>;
  /** The names' bytes, one after the other. */
  names: Uint8Array<ArrayBuffer>;
  /** One of {@linkcode KIND}. */
  kind: Uint8Array<ArrayBuffer>;
  /** Permission bits (12 bits). */
  mode: Uint16Array<ArrayBuffer>;
  /** Owner. */
  uid: Uint32Array<ArrayBuffer>;
  /** Group. */
  gid: Uint32Array<ArrayBuffer>;
  /** Bytes; 0 for what is not a file. */
  size: Float64Array<ArrayBuffer>;
  /** Whole seconds of mtime, rounded down. */
  mtimeSeconds: Float64Array<ArrayBuffer>;
  /** Nanoseconds of mtime, 0 to 999,999,999. */
  mtimeNanos: Uint32Array<ArrayBuffer>;
  /** Whole seconds of ctime, rounded down. */
  ctimeSeconds: Float64Array<ArrayBuffer>;
  /** Nanoseconds of ctime. */
  ctimeNanos: Uint32Array<ArrayBuffer>;
  /** Low 32 bits of the inode number. */
  inodeLow: Uint32Array<ArrayBuffer>;
  /** High 32 bits of the inode number. */
  inodeHigh: Uint32Array<ArrayBuffer>;
  /** Device number, see {@linkcode Stamp}. */
  device: Float64Array<ArrayBuffer>;
  /** Targets of links by index; reason and detail of unknown entries. */
  extra: Map<number, string>;
}

/** The columns of numbers and their types, the widest first, as they stand in memory and in states. */
export const COLUMNS = [
  { name: "size", type: Float64Array },
  { name: "mtimeSeconds", type: Float64Array },
  { name: "ctimeSeconds", type: Float64Array },
  { name: "device", type: Float64Array },
  { name: "depth", type: Uint32Array },
  { name: "nameEnd", type: Uint32Array },
  { name: "uid", type: Uint32Array },
  { name: "gid", type: Uint32Array },
  { name: "mtimeNanos", type: Uint32Array },
  { name: "ctimeNanos", type: Uint32Array },
  { name: "inodeLow", type: Uint32Array },
  { name: "inodeHigh", type: Uint32Array },
  { name: "mode", type: Uint16Array },
  { name: "kind", type: Uint8Array },
] as const;

const ROW_SIZE = COLUMNS.reduce(
  (sum, { type }) => sum + type.BYTES_PER_ELEMENT,
  0,
);

/** An empty batch with room for `capacity` entries; its columns share one buffer. */
export function createBatch(capacity: number = BATCH_SIZE): EntryBatch {
  const buffer = new ArrayBuffer(capacity * ROW_SIZE);
  let offset = 0;
  const wide = (width: number): number => {
    const start = offset;
    offset += width * capacity;
    return start;
  };
  return {
    length: 0,
    size: new Float64Array(buffer, wide(8), capacity),
    mtimeSeconds: new Float64Array(buffer, wide(8), capacity),
    ctimeSeconds: new Float64Array(buffer, wide(8), capacity),
    device: new Float64Array(buffer, wide(8), capacity),
    depth: new Uint32Array(buffer, wide(4), capacity),
    nameEnd: new Uint32Array(buffer, wide(4), capacity),
    uid: new Uint32Array(buffer, wide(4), capacity),
    gid: new Uint32Array(buffer, wide(4), capacity),
    mtimeNanos: new Uint32Array(buffer, wide(4), capacity),
    ctimeNanos: new Uint32Array(buffer, wide(4), capacity),
    inodeLow: new Uint32Array(buffer, wide(4), capacity),
    inodeHigh: new Uint32Array(buffer, wide(4), capacity),
    mode: new Uint16Array(buffer, wide(2), capacity),
    kind: new Uint8Array(buffer, wide(1), capacity),
    names: new Uint8Array(capacity * 24),
    extra: new Map(),
  };
}

/** Where the name of entry `index` starts in `names`. */
export function nameStart(batch: EntryBatch, index: number): number {
  return index === 0 ? 0 : batch.nameEnd[index - 1] as number;
}

/** The name of entry `index`. */
export function nameOf(batch: EntryBatch, index: number): string {
  return decodeName(
    batch.names.subarray(
      nameStart(batch, index),
      batch.nameEnd[index] as number,
    ),
  );
}

/** Appends the bytes `from` to `to` of `source` as the next entry's name; the caller then fills the columns and raises `length`. */
export function appendName(
  batch: EntryBatch,
  source: Uint8Array,
  range: { readonly from: number; readonly to: number },
): void {
  const start = nameStart(batch, batch.length);
  const end = start + range.to - range.from;
  if (end > batch.names.length) growNames(batch, end);
  const names = batch.names;
  const shift = start - range.from;
  for (let from = range.from; from < range.to; from++) {
    names[from + shift] = source[from] as number;
  }
  batch.nameEnd[batch.length] = end;
}

/** Makes room for so many bytes of names. */
export function growNames(batch: EntryBatch, needed: number): void {
  const names = new Uint8Array(Math.max(needed, batch.names.length * 2));
  names.set(batch.names);
  batch.names = names;
}

/** Appends an entry given as an object; the batch must have room. */
export function appendEntry(
  batch: EntryBatch,
  place: { readonly depth: number; readonly name: string },
  entry: Entry,
): void {
  const index = batch.length;
  const name = encodeName(place.name);
  appendName(batch, name, { from: 0, to: name.length });
  batch.depth[index] = place.depth;
  batch.kind[index] = KIND[entry.kind];
  if (entry.kind === "unknown") {
    batch.extra.set(index, `${entry.reason}:${entry.detail ?? ""}`);
  } else {
    batch.mode[index] = entry.meta.mode;
    batch.uid[index] = entry.meta.uid;
    batch.gid[index] = entry.meta.gid;
    batch.size[index] = entry.kind === "file" ? entry.size : 0;
    putTime(batch.mtimeSeconds, batch.mtimeNanos, { index, time: entry.mtime });
    if (entry.kind === "symlink") batch.extra.set(index, entry.target);
    if (entry.stamp !== undefined) putStamp(batch, index, entry.stamp);
  }
  batch.length = index + 1;
}

function putStamp(batch: EntryBatch, index: number, stamp: Stamp): void {
  putTime(batch.ctimeSeconds, batch.ctimeNanos, { index, time: stamp.ctime });
  batch.inodeLow[index] = Number(stamp.inode & 0xffff_ffffn);
  batch.inodeHigh[index] = Number(stamp.inode >> 32n);
  batch.device[index] = stamp.device;
}

function putTime(
  seconds: Float64Array,
  nanos: Uint32Array,
  value: { readonly index: number; readonly time: Time },
): void {
  const part = splitTime(value.time);
  seconds[value.index] = part.seconds;
  nanos[value.index] = part.nanos;
}

/** Entry `index` of a batch as an object. */
export function entryOf(batch: EntryBatch, index: number): Entry {
  const kind = batch.kind[index] as number;
  if (kind === KIND.unknown) return unknownOf(batch.extra.get(index) ?? "odd:");
  const stamp = stampOf(batch, index);
  const base = {
    mtime: joinTime(
      batch.mtimeSeconds[index] as number,
      batch.mtimeNanos[index] as number,
    ),
    meta: {
      mode: batch.mode[index] as number,
      uid: batch.uid[index] as number,
      gid: batch.gid[index] as number,
    },
    ...(stamp === undefined ? {} : { stamp }),
  };
  switch (kind) {
    case KIND.directory:
      return { kind: "directory", ...base };
    case KIND.file:
      return { kind: "file", size: batch.size[index] as number, ...base };
    case KIND.symlink:
      return { kind: "symlink", target: batch.extra.get(index) ?? "", ...base };
    case KIND.fifo:
      return { kind: "fifo", ...base };
    default:
      return { kind: "unknown", reason: "odd" };
  }
}

/** The stamp of an entry, unless its columns were left empty: nothing on a disk has inode 0, device 0 and ctime 0. */
function stampOf(batch: EntryBatch, index: number): Stamp | undefined {
  const stamp = {
    device: batch.device[index] as number,
    inode: (BigInt(batch.inodeHigh[index] as number) << 32n) |
      BigInt(batch.inodeLow[index] as number),
    ctime: joinTime(
      batch.ctimeSeconds[index] as number,
      batch.ctimeNanos[index] as number,
    ),
  };
  return stamp.device === 0 && stamp.inode === 0n && stamp.ctime === 0n
    ? undefined
    : stamp;
}

function unknownOf(text: string): Entry {
  const colon = text.indexOf(":");
  const reason = text.slice(0, colon) as UnknownReason;
  const detail = text.slice(colon + 1);
  return detail === ""
    ? { kind: "unknown", reason }
    : { kind: "unknown", reason, detail };
}

/** Whether a batch has no room for another entry. */
export function isFull(batch: EntryBatch): boolean {
  return batch.length === batch.kind.length;
}
