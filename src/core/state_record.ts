/**
 * A batch as it stands in a state: its columns as they are in memory.
 *
 * Four numbers of 32 bits come first: which columns (a bit for each of
 * `COLUMNS`) hold one value for all, bytes of the names, number of links, and
 * zero. Then the columns of 64 and of 32 bits, the names with zeros up to a
 * multiple of four, the other columns, and for each link its index, the length
 * of its target and the target. Reading that costs next to nothing.
 */

import { COLUMNS, type EntryBatch, KIND } from "./batch.ts";
import { ByteReader, type ByteWriter } from "./bytes.ts";
import { decodeName, encodeName } from "./name.ts";
import { checkColumns } from "./state_columns.ts";
import { MAX_NAME, type TreeOrder } from "./tree_order.ts";

const HEAD = 16;
const KNOWN_COLUMNS = 2 ** COLUMNS.length - 1;

/** Before this column come the names. */
const NARROW = "mode";

/**
 * Writes the entries of a batch, which is not empty.
 *
 * @param order Has accepted what was written before, and accepts these.
 * @throws {RangeError} If {@linkcode readRecords} would not accept them.
 */
export function writeRecords(
  out: ByteWriter,
  batch: EntryBatch,
  order: TreeOrder,
): void {
  const { length, extra } = batch;
  for (let index = 0; index < length; index++) {
    order.accept(batch, index);
    checkColumns(batch, index);
  }
  const names = batch.names.subarray(0, batch.nameEnd[length - 1]);
  const columns = COLUMNS.map(({ name }) => batch[name].subarray(0, length));
  let constant = 0;
  for (const [bit, column] of columns.entries()) {
    if (isConstant(column)) constant |= 1 << bit;
  }
  out.uint32(constant);
  out.uint32(names.length);
  out.uint32(extra.size);
  out.uint32(0);
  for (const [bit, column] of columns.entries()) {
    if (COLUMNS[bit]?.name === NARROW) {
      out.bytes(names);
      out.bytes(new Uint8Array(paddingOf(names.length)));
    }
    const isOne = (constant & 1 << bit) !== 0;
    out.bytes(bytesOf(isOne ? column.subarray(0, 1) : column));
  }
  for (const [index, target] of extra) {
    out.uint32(index);
    const bytes = encodeName(target);
    checkTarget(bytes);
    out.uint32(bytes.length);
    out.bytes(bytes);
  }
}

function isConstant(column: ArrayLike<number>): boolean {
  for (let index = 1; index < column.length; index++) {
    if (column[index] !== column[0]) return false;
  }
  return true;
}

function bytesOf({ buffer, byteLength, byteOffset }: ArrayBufferView) {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function paddingOf(length: number): number {
  return -length & 3;
}

/**
 * Reads `count` entries.
 *
 * @param order Has accepted what was read before, and accepts these.
 * @throws {RangeError} If they do not continue the tree, a value is not possible, or bytes are missing or left over.
 */
export function readRecords(
  bytes: Uint8Array,
  count: number,
  order: TreeOrder,
): EntryBatch {
  const own = bytes.slice();
  const head = new ByteReader(own);
  const constant = head.uint32();
  const nameBytes = head.uint32();
  const links = head.uint32();
  if (head.uint32() !== 0 || constant > KNOWN_COLUMNS) {
    throw new RangeError("Cannot read records: a column is not known");
  }
  let offset = HEAD;
  const take = (length: number): number => {
    const start = offset;
    offset += length;
    if (offset <= own.length) return start;
    throw new RangeError("Cannot read records: bytes are missing");
  };
  let names = own;
  const columns: Record<string, unknown> = {};
  for (const [bit, { name, type }] of COLUMNS.entries()) {
    if (name === NARROW) {
      const start = take(nameBytes + paddingOf(nameBytes));
      names = own.subarray(start, start + nameBytes);
    }
    const isOne = (constant & 1 << bit) !== 0;
    const length = isOne ? 1 : count;
    const start = take(length * type.BYTES_PER_ELEMENT);
    const column = new type(own.buffer, start, length);
    columns[name] = isOne ? new type(count).fill(column[0] ?? 0) : column;
  }
  const batch = {
    ...columns,
    length: 0,
    names,
    extra: readLinks(own.subarray(offset), links),
  } as EntryBatch;
  checkBatch(batch, count, order);
  return batch;
}

function readLinks(bytes: Uint8Array, count: number): Map<number, string> {
  const links = new Map<number, string>();
  const reader = new ByteReader(bytes);
  let last = -1;
  for (let number = 0; number < count; number++) {
    const index = reader.uint32();
    const target = reader.bytes(reader.uint32());
    checkTarget(target);
    if (index <= last) {
      throw new RangeError("Cannot read records: links are out of order");
    }
    links.set(index, decodeName(target));
    last = index;
  }
  if (reader.rest === 0) return links;
  throw new RangeError("Cannot read records: bytes are left over");
}

function checkTarget(target: Uint8Array): void {
  if (target.length === 0 || target.includes(0)) {
    throw new RangeError("Cannot take link: its target is not valid");
  }
}

/** Accepts the entries one by one, raising the batch's length. */
function checkBatch(batch: EntryBatch, count: number, order: TreeOrder): void {
  const { kind, nameEnd, names, extra } = batch;
  let end = 0;
  let links = 0;
  for (let index = 0; index < count; index++) {
    const next = nameEnd[index] as number;
    if (next < end || next > names.length || next - end > MAX_NAME) {
      throw new RangeError("Cannot read records: names are damaged");
    }
    end = next;
    if (kind[index] === KIND.symlink) {
      links++;
      if (!extra.has(index)) {
        throw new RangeError("Cannot read records: a link has no target");
      }
    }
    checkColumns(batch, index);
    order.accept(batch, index);
    batch.length = index + 1;
  }
  if (end === names.length && links === extra.size) return;
  throw new RangeError("Cannot read records: bytes are left over");
}
