import { deepStrictEqual as equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import type { Digest, KnownEntry } from "@/core/entry.ts";
import { ByteWriter } from "@/core/bytes.ts";
import { crc32c } from "@/core/crc.ts";
import {
  STATE_FORMAT,
  StateError,
  type StateHeader,
  StateReader,
  StateWriter,
} from "@/core/state_format.ts";
import { writeRecords } from "@/core/state_record.ts";
import { TreeOrder } from "@/core/tree_order.ts";
import {
  arbTree,
  fromBatch,
  type Remembered,
  toBatch,
} from "../support/arbitrary.ts";

const HEADER: StateHeader = {
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

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}` as Digest;
const META = { mode: 0o644, uid: 1000, gid: 100 };
const STAMP = { device: 2 ** 32 + 3, inode: 2n ** 40n + 5n, ctime: 12n };
const BASE = { mtime: 1_700_000_000_123_456_789n, meta: META, stamp: STAMP };
const FOLDER: KnownEntry = { kind: "directory", ...BASE };
const FILE: KnownEntry = { kind: "file", size: 2 ** 53 - 1, ...BASE };

/** One tree in three pieces, with everything a record can have. */
const PIECES: Remembered[][] = [
  [
    remember(0, "", FOLDER),
    remember(1, "a", FOLDER),
    { ...remember(2, "file", FILE), digest: DIGEST },
  ],
  [
    {
      ...remember(2, "file2", FILE),
      agreed: {
        kind: "file",
        size: 3,
        digest: DIGEST,
        mtime: -1n,
        meta: { mode: 0o600, uid: 7, gid: 8 },
      },
    },
    remember(2, "link", { kind: "symlink", target: "../\udcff", ...BASE }),
  ],
  [
    remember(1, "b", { kind: "fifo", ...BASE, mtime: 2n ** 80n }),
    remember(1, "c", { kind: "fifo", ...BASE, mtime: 0n }),
  ],
];

function remember(depth: number, name: string, seen: KnownEntry): Remembered {
  return { depth, name, seen, agreed: undefined, digest: undefined };
}

function write(pieces: readonly Remembered[][]): Uint8Array[] {
  const writer = new StateWriter(HEADER);
  const blocks = pieces.map((piece) => writer.block(toBatch(piece)));
  return [writer.head, ...blocks, writer.end()];
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function open(file: Uint8Array): StateReader {
  let from = 0;
  return new StateReader((length) => {
    const bytes = file.slice(from, from + length);
    from += bytes.length;
    return bytes;
  });
}

function read(file: Uint8Array): Remembered[] {
  const reader = open(file);
  const all: Remembered[] = [];
  for (let next = reader.next(); next !== undefined; next = reader.next()) {
    all.push(...fromBatch(next));
  }
  return all;
}

function faultOf(file: Uint8Array): string {
  try {
    read(file);
  } catch (error) {
    ok(error instanceof StateError, String(error));
    return error.reason;
  }
  return "none";
}

Deno.test("StateReader gives back what StateWriter got", () => {
  fc.assert(
    fc.property(arbTree, fc.integer({ min: 1, max: 9 }), (tree, size) => {
      const pieces: Remembered[][] = [];
      for (let from = 0; from < tree.length; from += size) {
        pieces.push(tree.slice(from, from + size));
      }
      equal(read(join(write(pieces))), tree);
    }),
  );
});

Deno.test("StateReader gives the header at once and the totals at the end", () => {
  const reader = open(join(write(PIECES)));
  equal(reader.header, HEADER);
  while (reader.next() !== undefined);
  equal(reader.totals, { entries: 7, files: 2 });
  equal(reader.next(), undefined);
});

Deno.test("StateReader accepts a buffer that is used again", () => {
  const file = join(write(PIECES));
  const buffer = new Uint8Array(4096);
  let from = 0;
  const reader = new StateReader((length) => {
    const bytes = file.subarray(from, from + length);
    from += bytes.length;
    buffer.fill(0xee);
    buffer.set(bytes);
    return buffer.subarray(0, bytes.length);
  });
  const all: Remembered[] = [];
  for (let next = reader.next(); next !== undefined; next = reader.next()) {
    all.push(...fromBatch(next));
  }
  equal(all, PIECES.flat());
});

Deno.test("StateReader notices every changed byte", () => {
  const file = join(write(PIECES));
  for (let at = 0; at < file.length; at++) {
    for (const pattern of [0x01, 0x10, 0x80, 0xff]) {
      const changed = file.slice();
      changed[at] = (changed[at] as number) ^ pattern;
      ok(faultOf(changed) !== "none", `byte ${at} changed by ${pattern}`);
    }
  }
});

Deno.test("StateReader notices every missing end", () => {
  const file = join(write(PIECES));
  for (let length = 0; length < file.length; length++) {
    equal(faultOf(file.slice(0, length)), "truncated", `${length} bytes`);
  }
});

Deno.test("StateReader notices what follows the end", () => {
  const file = join(write(PIECES));
  equal(faultOf(join([file, Uint8Array.of(0)])), "corrupt");
  equal(faultOf(join([file, file])), "corrupt");
});

Deno.test.each([
  { name: "missing", order: [0, 1, 3, 4] },
  { name: "missing at the end", order: [0, 1, 2, 4] },
  { name: "repeated", order: [0, 1, 2, 2, 3, 4] },
  { name: "in the wrong place", order: [0, 1, 3, 2, 4] },
])("StateReader notices a block $name", ({ order }) => {
  const parts = write(PIECES);
  const changed = order.map((index) => parts[index] as Uint8Array);
  equal(faultOf(join(changed)), "corrupt");
});

Deno.test("StateReader notices a block of another state", () => {
  const [, first = new Uint8Array()] = write(PIECES);
  const writer = new StateWriter({ ...HEADER, run: 8 });
  equal(faultOf(join([writer.head, first, writer.end()])), "corrupt");
});

Deno.test("StateReader tells newer, older and foreign files apart", () => {
  const file = join(write(PIECES));
  const withFormat = (format: number) => {
    const changed = file.slice();
    new DataView(changed.buffer).setUint32(8, format, true);
    return changed;
  };
  equal(faultOf(withFormat(STATE_FORMAT + 1)), "newer");
  equal(faultOf(withFormat(0)), "corrupt");
  equal(faultOf(new TextEncoder().encode("#!/bin/sh\nexit 0\n")), "foreign");
  equal(faultOf(Uint8Array.of(0x7f)), "foreign");
});

Deno.test.each([
  { name: "of no JSON", text: "{" },
  { name: "of no object", text: "null" },
  { name: "without side", text: JSON.stringify({ ...HEADER, side: "both" }) },
  { name: "with odd run", text: JSON.stringify({ ...HEADER, run: 1.5 }) },
  {
    name: "without pair",
    text: JSON.stringify({ ...HEADER, pair: undefined }),
  },
])("StateReader refuses a header $name", ({ text }) => {
  const magic = new StateWriter(HEADER).head.subarray(0, 8);
  const out = new ByteWriter();
  out.bytes(magic);
  out.uint32(STATE_FORMAT);
  out.uint32(text.length);
  out.bytes(new TextEncoder().encode(text));
  out.uint32(crc32c(out.view()));
  equal(faultOf(out.view().slice()), "corrupt");
});

/** Accepts everything. */
class NoOrder extends TreeOrder {
  override accept(): void {}
}

/** A state with one block of any bytes, its checksums right. */
function forge(records: Uint8Array, count: number): Uint8Array {
  const head = new StateWriter(HEADER).head;
  const out = new ByteWriter();
  out.bytes(head);
  let chain = new DataView(head.buffer).getUint32(head.length - 4, true);
  const totals = new ByteWriter();
  totals.float64(count);
  totals.float64(0);
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

function recordsOf(tree: readonly Remembered[]): Uint8Array {
  const out = new ByteWriter();
  writeRecords(out, toBatch(tree), new NoOrder());
  return out.view().slice();
}

Deno.test("StateReader believes right checksums around a right tree", () => {
  const tree = [remember(0, "", FOLDER), remember(1, "a", FOLDER)];
  equal(read(forge(recordsOf(tree), 2)), tree);
});

Deno.test.each<{ name: string; tree: Remembered[] }>([
  { name: "without root", tree: [remember(1, "a", FOLDER)] },
  { name: "with a named root", tree: [remember(0, "a", FOLDER)] },
  { name: "with a file for a root", tree: [remember(0, "", FILE)] },
  {
    name: "with two roots",
    tree: [remember(0, "", FOLDER), remember(0, "", FOLDER)],
  },
])("StateReader refuses a tree $name", ({ tree }) => {
  equal(faultOf(forge(recordsOf(tree), tree.length)), "corrupt");
});

Deno.test("StateReader refuses more or fewer records than announced", () => {
  const records = recordsOf([
    remember(0, "", FOLDER),
    remember(1, "a", FOLDER),
  ]);
  equal(faultOf(forge(records, 1)), "corrupt");
  equal(faultOf(forge(records, 3)), "corrupt");
});

Deno.test("StateReader, whatever stands in a block, gives what can be written or fails", () => {
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255) });
  fc.assert(
    fc.property(
      arbTree,
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (tree, changes) => {
        const records = recordsOf(tree);
        for (const { at, byte } of changes) records[at % records.length] = byte;
        const file = forge(records, tree.length);
        const found: Remembered[] = [];
        try {
          const next = open(file).next();
          if (next !== undefined) found.push(...fromBatch(next));
        } catch (error) {
          ok(error instanceof StateError, String(error));
          return;
        }
        equal(read(join(write([found]))), found);
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("StateReader gives up on names that would grow without end", () => {
  const long = "x".repeat(4096);
  const tree = [remember(0, "", FOLDER), remember(1, long, FILE)];
  equal(read(join(write([tree]))), tree);
  const longer = [remember(0, "", FOLDER), remember(1, `${long}x`, FILE)];
  throws(() => write([longer]), RangeError);
  equal(faultOf(forge(recordsOf(longer), 2)), "corrupt");
});

Deno.test.each<{ name: string; entry: KnownEntry; digest?: Digest }>([
  {
    name: "a mode with type bits",
    entry: { ...FILE, meta: { ...META, mode: 0o100644 } },
  },
  { name: "half a byte", entry: { ...FILE, size: 0.5 } },
  { name: "no end of bytes", entry: { ...FILE, size: Infinity } },
  { name: "fewer than no bytes", entry: { ...FILE, size: -1 } },
  { name: "a time beyond 64 bits", entry: { ...FILE, mtime: 10n ** 30n } },
  {
    name: "a link to nowhere",
    entry: { kind: "symlink", target: "", ...BASE },
  },
  {
    name: "a NUL in a target",
    entry: { kind: "symlink", target: "a\0", ...BASE },
  },
  { name: "a directory's digest", entry: FOLDER, digest: DIGEST },
  { name: "another hash", entry: FILE, digest: "md5:00" as Digest },
  {
    name: "capitals in a digest",
    entry: FILE,
    digest: DIGEST.replace("a", "A") as Digest,
  },
])("StateWriter refuses $name", ({ entry, digest }) => {
  const tree = [
    remember(0, "", FOLDER),
    { ...remember(1, "a", entry), digest },
  ];
  throws(() => write([tree]), RangeError);
});

Deno.test("StateWriter refuses unknown entries", () => {
  const seen = { kind: "unknown", reason: "socket" } as unknown as KnownEntry;
  throws(
    () => write([[remember(0, "", FOLDER), remember(1, "a", seen)]]),
    RangeError,
  );
});

Deno.test("StateWriter holds the order from block to block", () => {
  throws(
    () =>
      write([[remember(0, "", FOLDER), remember(1, "b", FILE)], [
        remember(1, "a", FILE),
      ]]),
    {
      name: "RangeError",
      message: 'Cannot take entry "a": it is out of order',
    },
  );
});

Deno.test("StateWriter splits nothing: too many entries are refused", () => {
  const files = Array.from(
    { length: 4096 },
    (_, index) => remember(1, String(index).padStart(4, "0"), FILE),
  );
  throws(() => write([[remember(0, "", FOLDER), ...files]]), RangeError);
  equal(
    read(join(write([[remember(0, "", FOLDER)], files]))).length,
    4097,
  );
});

Deno.test("StateWriter writes nothing for an empty batch", () => {
  equal(new StateWriter(HEADER).block(toBatch([])).length, 0);
  equal(read(join(write([[], [remember(0, "", FOLDER)], []]))).length, 1);
});
