import { deepStrictEqual as equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { ByteWriter } from "@/core/bytes.ts";
import { crc32c } from "@/core/crc.ts";
import { STATE_FORMAT, StateReader, StateWriter } from "@/core/state_format.ts";
import {
  arbTree,
  fromBatch,
  type Remembered,
  toBatch,
} from "../support/arbitrary.ts";
import {
  BASE,
  faultOf,
  FILE,
  FOLDER,
  forge,
  HEADER,
  join,
  open,
  read,
  recordsOf,
  remember,
  write,
} from "../support/state.ts";

/** One tree in three pieces, with everything a record can have. */
const PIECES: Remembered[][] = [
  [
    remember(0, "", FOLDER),
    remember(1, "a", FOLDER),
    remember(2, "file", FILE),
  ],
  [
    remember(2, "file2", {
      kind: "file",
      size: 3,
      mtime: -1n,
      meta: { mode: 0o600, uid: 7, gid: 8 },
    }),
    remember(2, "link", { kind: "symlink", target: "../\udcff", ...BASE }),
  ],
  [
    remember(1, "b", { kind: "fifo", ...BASE, mtime: 2n ** 80n }),
    remember(1, "c", { kind: "fifo", ...BASE, mtime: 0n }),
  ],
];

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

Deno.test.each([
  { name: "another number of entries", trailer: [2, 0] },
  { name: "another number of files", trailer: [1, 1] },
  { name: "less than it should", trailer: [1] },
  { name: "more than it should", trailer: [1, 0, 0] },
])("StateReader refuses a trailer with $name", ({ trailer }) => {
  const records = recordsOf([remember(0, "", FOLDER)]);
  equal(faultOf(forge(records, 1, trailer)), "corrupt");
  equal(faultOf(forge(records, 1, [1, 0])), "none");
});
