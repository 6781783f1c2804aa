/** States in memory: right ones, and forged ones. */

import { ok } from "node:assert/strict";
import { ByteWriter } from "@/core/bytes.ts";
import { crc32c } from "@/core/crc.ts";
import type { FileEntry, KnownEntry } from "@/core/entry.ts";
import {
  StateError,
  type StateHeader,
  StateReader,
  StateWriter,
} from "@/core/state_format.ts";
import { writeRecords } from "@/core/state_record.ts";
import { TreeOrder } from "@/core/tree_order.ts";
import { fromBatch, type Remembered, toBatch } from "./arbitrary.ts";

/** Says something in every field. */
export const HEADER: StateHeader = {
  instance: "photos",
  run: 7,
  pair: "f3a1",
  side: "target",
  volume: "ext4:9b2e",
  root: "2:2049",
  created: "2026-01-02T03:04:05Z",
  version: "2.0.0",
  filter: "exclude *.tmp\n\udc80",
};

/** Mode and owners of both. */
export const META = { mode: 0o644, uid: 1000, gid: 100 };
const STAMP = { device: 2 ** 32 + 3, inode: 2n ** 40n + 5n, ctime: 12n };
/** Attributes of both. */
export const BASE = {
  mtime: 1_700_000_000_123_456_789n,
  meta: META,
  stamp: STAMP,
};
/** A directory. */
export const FOLDER: KnownEntry = { kind: "directory", ...BASE };
/** A file of the largest size. */
export const FILE: FileEntry = { kind: "file", size: 2 ** 53 - 1, ...BASE };

/** An entry at a place. */
export function remember(
  depth: number,
  name: string,
  entry: KnownEntry,
): Remembered {
  return { depth, name, entry };
}

/** The pieces of a state: head, blocks, end. */
export function write(pieces: readonly Remembered[][]): Uint8Array[] {
  const writer = new StateWriter(HEADER);
  const blocks = pieces.map((piece) => writer.block(toBatch(piece)));
  return [writer.head, ...blocks, writer.end()];
}

/** The pieces as one file. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** A reader of a file in memory. */
export function open(file: Uint8Array): StateReader {
  let from = 0;
  return new StateReader((length) => {
    const bytes = file.slice(from, from + length);
    from += bytes.length;
    return bytes;
  });
}

/** All entries of a state. */
export function read(file: Uint8Array): Remembered[] {
  const reader = open(file);
  const all: Remembered[] = [];
  for (let next = reader.next(); next !== undefined; next = reader.next()) {
    all.push(...fromBatch(next));
  }
  return all;
}

/** Why a state is refused, or `none`. */
export function faultOf(file: Uint8Array): string {
  try {
    read(file);
  } catch (error) {
    ok(error instanceof StateError, String(error));
    return error.reason;
  }
  return "none";
}

/** Accepts everything. */
class NoOrder extends TreeOrder {
  override accept(): void {}
}

/** A state with one block of any bytes, its checksums right. */
export function forge(
  records: Uint8Array,
  count: number,
  trailer: readonly number[] = [count, 0],
): Uint8Array {
  const head = new StateWriter(HEADER).head;
  const out = new ByteWriter();
  out.bytes(head);
  let chain = new DataView(head.buffer).getUint32(head.length - 4, true);
  const totals = new ByteWriter();
  for (const total of trailer) totals.float64(total);
  for (
    const { content, entries } of [
      { content: records, entries: count },
      { content: totals.view(), entries: 0 },
    ]
  ) {
    const frame = new ByteWriter();
    frame.uint32(content.length);
    frame.uint32(entries);
    chain = crc32c(content, crc32c(frame.view(), chain));
    out.uint32(chain);
    out.bytes(frame.view());
    out.bytes(content);
  }
  return out.view().slice();
}

/** Records of any tree, in order or not. */
export function recordsOf(tree: readonly Remembered[]): Uint8Array {
  const out = new ByteWriter();
  writeRecords(out, toBatch(tree), new NoOrder());
  return out.view().slice();
}
