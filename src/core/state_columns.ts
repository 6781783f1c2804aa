/**
 * The columns of one entry as bytes, but for its place: mode and owners unless
 * they repeat, size of a file, mtime and ctime as differences to the entry
 * before, inode, device unless it repeats, target of a link. The first entry
 * of a batch compares itself with one of nothing but zeros.
 */

import { type EntryBatch, KIND, nameOf } from "./batch.ts";
import { type ByteReader, type ByteWriter, MAX_INTEGER } from "./bytes.ts";
import { decodeName, encodeName, printableName } from "./name.ts";

/** Bits of a record's first byte; the others must be 0 for now. */
const FLAG = {
  kind: 7,
  sameMeta: 8,
  sameDevice: 16,
  wideTimes: 32,
} as const;
const MAX_FLAGS = 63;

const MAX_MODE = 0o7777;
const MAX_UINT32 = 0xffff_ffff;
const MAX_NANOS = 999_999_999;
const MAX_SECONDS = 2 ** 63;
/** Seconds beyond this, either way, are written as they are: differences might not be exact. */
const MAX_NARROW = 2 ** 51;

/** The flags that say what entry `index` is and what it need not write. */
export function columnFlags(batch: EntryBatch, index: number): number {
  const before = index - 1;
  const sameMeta = batch.mode[index] === (batch.mode[before] ?? 0) &&
    batch.uid[index] === (batch.uid[before] ?? 0) &&
    batch.gid[index] === (batch.gid[before] ?? 0);
  const sameDevice = batch.device[index] === (batch.device[before] ?? 0);
  const narrow = isNarrow(batch, index) &&
    (index === 0 || isNarrow(batch, before));
  return (batch.kind[index] as number) |
    (sameMeta ? FLAG.sameMeta : 0) |
    (sameDevice ? FLAG.sameDevice : 0) |
    (narrow ? 0 : FLAG.wideTimes);
}

function isNarrow(batch: EntryBatch, index: number): boolean {
  return Math.abs(batch.mtimeSeconds[index] as number) <= MAX_NARROW &&
    Math.abs(batch.ctimeSeconds[index] as number) <= MAX_NARROW;
}

/**
 * Writes the columns of entry `index`.
 *
 * @param entry Which one, and its {@linkcode columnFlags}.
 * @throws {RangeError} If {@linkcode readColumns} would not accept them.
 */
export function writeColumns(
  out: ByteWriter,
  batch: EntryBatch,
  entry: { readonly index: number; readonly flags: number },
): void {
  const { index, flags } = entry;
  const kind = flags & FLAG.kind;
  checkColumns(batch, index);
  if ((flags & FLAG.sameMeta) === 0) {
    out.varint(batch.mode[index] as number);
    out.varint(batch.uid[index] as number);
    out.varint(batch.gid[index] as number);
  }
  if (kind === KIND.file) out.varint(batch.size[index] as number);
  const mtime = batch.mtimeSeconds[index] as number;
  const ctime = batch.ctimeSeconds[index] as number;
  if ((flags & FLAG.wideTimes) !== 0) {
    out.float64(mtime);
    out.float64(ctime);
  } else {
    out.zigzag(mtime - (batch.mtimeSeconds[index - 1] ?? 0));
    out.zigzag(ctime - (batch.ctimeSeconds[index - 1] ?? 0));
  }
  out.uint32(batch.mtimeNanos[index] as number);
  out.uint32(batch.ctimeNanos[index] as number);
  out.uint32(batch.inodeLow[index] as number);
  out.varint(batch.inodeHigh[index] as number);
  if ((flags & FLAG.sameDevice) === 0) {
    out.varint(batch.device[index] as number);
  }
  if (kind === KIND.symlink) writeTarget(out, batch.extra.get(index) ?? "");
}

/**
 * Reads the columns of the next entry of a batch; does not raise its length.
 *
 * @throws {RangeError} If a value or a flag is not possible.
 */
export function readColumns(
  bytes: ByteReader,
  batch: EntryBatch,
  flags: number,
): void {
  if (flags > MAX_FLAGS) {
    throw new RangeError(`Cannot read record: flags ${flags} are not possible`);
  }
  const index = batch.length;
  const before = index - 1;
  const kind = flags & FLAG.kind;
  batch.kind[index] = kind;
  const sameMeta = (flags & FLAG.sameMeta) !== 0;
  batch.mode[index] = sameMeta
    ? batch.mode[before] ?? 0
    : bytes.varint(MAX_MODE);
  batch.uid[index] = sameMeta
    ? batch.uid[before] ?? 0
    : bytes.varint(MAX_UINT32);
  batch.gid[index] = sameMeta
    ? batch.gid[before] ?? 0
    : bytes.varint(MAX_UINT32);
  if (kind === KIND.file) batch.size[index] = bytes.varint(MAX_INTEGER);
  const wide = (flags & FLAG.wideTimes) !== 0;
  batch.mtimeSeconds[index] = wide
    ? bytes.float64()
    : (batch.mtimeSeconds[before] ?? 0) + bytes.zigzag();
  batch.ctimeSeconds[index] = wide
    ? bytes.float64()
    : (batch.ctimeSeconds[before] ?? 0) + bytes.zigzag();
  batch.mtimeNanos[index] = bytes.uint32();
  batch.ctimeNanos[index] = bytes.uint32();
  batch.inodeLow[index] = bytes.uint32();
  batch.inodeHigh[index] = bytes.varint(MAX_UINT32);
  batch.device[index] = (flags & FLAG.sameDevice) !== 0
    ? batch.device[before] ?? 0
    : bytes.varint(MAX_INTEGER);
  checkColumns(batch, index);
  if (kind === KIND.symlink) batch.extra.set(index, readTarget(bytes));
}

/** Both directions demand the same, so that nothing is written that cannot be read. */
function checkColumns(batch: EntryBatch, index: number): void {
  const kind = batch.kind[index] as number;
  const fault = kind < KIND.directory || kind > KIND.fifo
    ? `kind ${kind} is not possible`
    : (batch.mode[index] as number) > MAX_MODE
    ? "its mode is out of range"
    : !isSeconds(batch.mtimeSeconds[index] as number) ||
        !isSeconds(batch.ctimeSeconds[index] as number) ||
        (batch.mtimeNanos[index] as number) > MAX_NANOS ||
        (batch.ctimeNanos[index] as number) > MAX_NANOS
    ? "its time is out of range"
    : undefined;
  if (fault === undefined) return;
  const name = printableName(nameOf(batch, index));
  throw new RangeError(`Cannot take entry "${name}": ${fault}`);
}

function isSeconds(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= MAX_SECONDS;
}

function writeTarget(out: ByteWriter, target: string): void {
  const bytes = encodeName(target);
  checkTarget(bytes);
  out.varint(bytes.length);
  out.bytes(bytes);
}

function readTarget(bytes: ByteReader): string {
  const target = bytes.bytes(bytes.varint(bytes.rest));
  checkTarget(target);
  return decodeName(target);
}

function checkTarget(target: Uint8Array): void {
  if (target.length === 0 || target.includes(0)) {
    throw new RangeError("Cannot take link: its target is not valid");
  }
}
