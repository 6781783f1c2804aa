/**
 * Entries of a state as bytes.
 *
 * A record is flags, depth, name (how much of the name before it shares, then
 * the rest) and columns.
 */

import {
  appendName,
  createBatch,
  type EntryBatch,
  nameStart,
} from "./batch.ts";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import { columnFlags, readColumns, writeColumns } from "./state_columns.ts";
import { MAX_NAME, type TreeOrder } from "./tree_order.ts";

const MAX_DEPTH = 0xffff_ffff;

/**
 * Writes the entries of a batch.
 *
 * @param order Has accepted what was written before, and accepts these.
 * @throws {RangeError} If {@linkcode readRecords} would not accept them.
 */
export function writeRecords(
  out: ByteWriter,
  batch: EntryBatch,
  order: TreeOrder,
): void {
  for (let index = 0; index < batch.length; index++) {
    order.accept(batch, index);
    const flags = columnFlags(batch, index);
    out.byte(flags);
    out.varint(batch.depth[index] as number);
    writeName(out, batch, index);
    writeColumns(out, batch, { index, flags });
  }
}

/**
 * Reads `count` entries.
 *
 * @param order Has accepted what was read before, and accepts these.
 * @throws {RangeError} If they do not continue the tree, a value is not possible, or bytes are missing or left over.
 */
export function readRecords(
  bytes: ByteReader,
  count: number,
  order: TreeOrder,
): EntryBatch {
  const batch = createBatch(count);
  const name = new Uint8Array(MAX_NAME);
  for (let index = 0; index < count; index++) {
    const flags = bytes.byte();
    batch.depth[index] = bytes.varint(MAX_DEPTH);
    readName(bytes, batch, name);
    readColumns(bytes, batch, flags);
    order.accept(batch, index);
    batch.length = index + 1;
  }
  if (bytes.rest > 0) {
    throw new RangeError("Cannot read records: bytes are left over");
  }
  return batch;
}

function writeName(out: ByteWriter, batch: EntryBatch, index: number): void {
  const names = batch.names;
  const from = nameStart(batch, index);
  const to = batch.nameEnd[index] as number;
  const before = index === 0 ? 0 : nameStart(batch, index - 1);
  const most = Math.min(to - from, from - before);
  let shared = 0;
  while (shared < most && names[from + shared] === names[before + shared]) {
    shared++;
  }
  out.varint(shared);
  out.varint(to - from - shared);
  out.bytes(names, from + shared, to);
}

/** @param name Holds the name before, and afterwards this one. */
function readName(
  bytes: ByteReader,
  batch: EntryBatch,
  name: Uint8Array,
): void {
  const last = batch.length - 1;
  const before = last < 0
    ? 0
    : (batch.nameEnd[last] as number) - nameStart(batch, last);
  const shared = bytes.varint(before);
  const own = bytes.varint(MAX_NAME - shared);
  bytes.copyTo(name, shared, own);
  appendName(batch, name, { from: 0, to: shared + own });
}
