/**
 * Entries of a state as bytes.
 *
 * A record is flags, depth, name (how much of the name before it shares, then
 * the rest), columns, digest, and the agreed entry (flags, columns, digest).
 */

import {
  appendEntry,
  appendName,
  createBatch,
  type EntryBatch,
  entryOf,
  KIND,
  nameStart,
} from "./batch.ts";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import type { Digest, KnownEntry } from "./entry.ts";
import {
  columnFlags,
  FLAG,
  readColumns,
  writeColumns,
} from "./state_columns.ts";
import { MAX_NAME, type TreeOrder } from "./tree_order.ts";

/** What one side remembers of the tree both agreed on: columns in tree order. */
export interface StateBatch {
  /** How each entry looked on this side right after both agreed; never of kind `unknown`. */
  readonly seen: EntryBatch;
  /** What was agreed, by index, where it differs from what this side shows. */
  readonly agreed: Map<number, KnownEntry>;
  /** Digests of files, as far as known, by index. */
  readonly digests: Map<number, Digest>;
}

const PLACE = { depth: 0, name: "" };
const MAX_DEPTH = 0xffff_ffff;
const DIGEST_PREFIX = "sha256:";
const DIGEST_BYTES = 32;

/**
 * Writes the entries of a batch.
 *
 * @param order Has accepted what was written before, and accepts these.
 * @throws {RangeError} If {@linkcode readRecords} would not accept them.
 */
export function writeRecords(
  out: ByteWriter,
  batch: StateBatch,
  order: TreeOrder,
): void {
  const { seen, agreed, digests } = batch;
  const others = createBatch(agreed.size);
  for (let index = 0; index < seen.length; index++) {
    order.accept(seen, index);
    const digest = digests.get(index);
    const other = agreed.get(index);
    const flags = columnFlags(seen, index) |
      (digest === undefined ? 0 : FLAG.digest) |
      (other === undefined ? 0 : FLAG.agreed);
    out.byte(flags);
    out.varint(seen.depth[index] as number);
    writeName(out, seen, index);
    writeColumns(out, seen, { index, flags });
    if (digest !== undefined) writeDigest(out, digest, flags);
    if (other !== undefined) writeAgreed(out, others, other);
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
): StateBatch {
  const seen = createBatch(count);
  const agreed = new Map<number, KnownEntry>();
  const digests = new Map<number, Digest>();
  const name = new Uint8Array(MAX_NAME);
  let others: EntryBatch | undefined;
  for (let index = 0; index < count; index++) {
    const flags = bytes.byte();
    seen.depth[index] = bytes.varint(MAX_DEPTH);
    readName(bytes, seen, name);
    readColumns(bytes, seen, flags);
    order.accept(seen, index);
    if ((flags & FLAG.digest) !== 0) {
      digests.set(index, readDigest(bytes, flags));
    }
    if ((flags & FLAG.agreed) !== 0) {
      others ??= createBatch(count);
      agreed.set(index, readAgreed(bytes, others));
    }
    seen.length = index + 1;
  }
  if (bytes.rest > 0) {
    throw new RangeError("Cannot read records: bytes are left over");
  }
  return { seen, agreed, digests };
}

function writeName(out: ByteWriter, seen: EntryBatch, index: number): void {
  const names = seen.names;
  const from = nameStart(seen, index);
  const to = seen.nameEnd[index] as number;
  const before = index === 0 ? 0 : nameStart(seen, index - 1);
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
  seen: EntryBatch,
  name: Uint8Array,
): void {
  const last = seen.length - 1;
  const before = last < 0
    ? 0
    : (seen.nameEnd[last] as number) - nameStart(seen, last);
  const shared = bytes.varint(before);
  const own = bytes.varint(MAX_NAME - shared);
  bytes.copyTo(name, shared, own);
  appendName(seen, name, { from: 0, to: shared + own });
}

/** @param others Agreed entries so far, which this one joins. */
function writeAgreed(
  out: ByteWriter,
  others: EntryBatch,
  entry: KnownEntry,
): void {
  const index = others.length;
  appendEntry(others, PLACE, entry);
  const digest = entry.kind === "file" ? entry.digest : undefined;
  const flags = columnFlags(others, index) |
    (digest === undefined ? 0 : FLAG.digest);
  out.byte(flags);
  writeColumns(out, others, { index, flags });
  if (digest !== undefined) writeDigest(out, digest, flags);
}

function readAgreed(bytes: ByteReader, others: EntryBatch): KnownEntry {
  const flags = bytes.byte();
  readColumns(bytes, others, flags);
  const entry = entryOf(others, others.length++) as KnownEntry;
  return (flags & FLAG.digest) === 0
    ? entry
    : { ...entry, digest: readDigest(bytes, flags) } as KnownEntry;
}

function writeDigest(out: ByteWriter, digest: Digest, flags: number): void {
  const length = DIGEST_PREFIX.length + 2 * DIGEST_BYTES;
  if (
    (flags & FLAG.kind) !== KIND.file || digest.length !== length ||
    !digest.startsWith(DIGEST_PREFIX)
  ) {
    throw new RangeError(
      `Cannot write digest: "${digest}" is no file's SHA-256`,
    );
  }
  for (let index = DIGEST_PREFIX.length; index < length; index += 2) {
    out.byte(16 * hexDigit(digest, index) + hexDigit(digest, index + 1));
  }
}

/** A third of the time that a regular expression and `fromHex` take. */
function hexDigit(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x66) return code - 0x61 + 10;
  throw new RangeError(`Cannot write digest: "${text}" is not hexadecimal`);
}

function readDigest(bytes: ByteReader, flags: number): Digest {
  if ((flags & FLAG.kind) !== KIND.file) {
    throw new RangeError("Cannot read digest: only files have one");
  }
  return `${DIGEST_PREFIX}${bytes.bytes(DIGEST_BYTES).toHex()}` as Digest;
}
