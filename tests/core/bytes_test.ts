import { deepStrictEqual as equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { ByteReader, ByteWriter, MAX_INTEGER } from "@/core/bytes.ts";

const arbInteger = fc.oneof(
  fc.nat(),
  fc.maxSafeInteger().map(Math.abs),
  fc.nat(64).map((power) => 2 ** power),
  fc.integer({ min: 1, max: 53 }).map((power) => 2 ** power - 1),
);

const arbSigned = fc.oneof(
  fc.integer(),
  fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
  fc.constantFrom(0, 2 ** 52, -(2 ** 52)),
);

Deno.test("ByteReader gives back what ByteWriter got", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(arbInteger, arbSigned, fc.uint8Array(), fc.double())),
    (rows) => {
      const out = new ByteWriter();
      for (const [integer, signed, bytes, float] of rows) {
        out.varint(integer);
        out.zigzag(signed);
        out.byte(bytes.length);
        out.bytes(bytes);
        out.uint32(integer);
        out.float64(float);
      }
      const reader = new ByteReader(out.view());
      for (const [integer, signed, bytes, float] of rows) {
        equal(reader.varint(MAX_INTEGER), integer);
        equal(reader.zigzag(), signed);
        equal(reader.bytes(reader.byte()), Uint8Array.from(bytes));
        equal(reader.uint32(), integer % 2 ** 32);
        equal(reader.float64(), float);
      }
      equal(reader.rest, 0);
    },
  ));
});

Deno.test("ByteWriter keeps what it has when it grows", () => {
  const out = new ByteWriter();
  for (let value = 0; value < 100_000; value++) out.uint32(value);
  out.overwriteUint32(0, 7);
  const reader = new ByteReader(out.view());
  equal(reader.uint32(), 7);
  for (let value = 1; value < 100_000; value++) {
    if (reader.uint32() !== value) throw new Error(`lost ${value}`);
  }
  out.clear();
  equal(out.view().length, 0);
});

Deno.test("ByteWriter writes parts of byte strings and shows parts of its own", () => {
  const out = new ByteWriter();
  out.bytes(Uint8Array.of(1, 2, 3, 4, 5), 1, 4);
  equal([...out.view(1)], [3, 4]);
  equal(out.length, 3);
});

Deno.test.each([NaN, Infinity, -1, 0.5, 2 ** 65])(
  "ByteWriter has no varint for %s",
  (value) => {
    throws(() => new ByteWriter().varint(value), RangeError);
  },
);

Deno.test.each([NaN, Infinity, -Infinity, 0.5, 2 ** 53, -(2 ** 53)])(
  "ByteWriter has no zigzag for %s",
  (value) => {
    throws(() => new ByteWriter().zigzag(value), RangeError);
  },
);

Deno.test.each<{ name: string; take: (reader: ByteReader) => unknown }>([
  { name: "an integer of 32 bits", take: (reader) => reader.uint32() },
  { name: "a number", take: (reader) => reader.float64() },
  { name: "bytes", take: (reader) => reader.bytes(4) },
  { name: "no end of bytes", take: (reader) => reader.bytes(MAX_INTEGER) },
  { name: "a varint", take: (reader) => reader.varint(MAX_INTEGER) },
  {
    name: "copied bytes",
    take: (reader) => reader.copyTo(new Uint8Array(9), 0, 4),
  },
])("ByteReader refuses $name that end too early", ({ take }) => {
  const outer = Uint8Array.of(0x80, 0x80, 0x80, 0x01, 1, 1, 1, 1);
  throws(() => take(new ByteReader(outer.subarray(0, 3))), RangeError);
});

Deno.test("ByteReader refuses integers that are too large or too long", () => {
  throws(() => new ByteReader(Uint8Array.of(0x80, 0x02)).varint(255));
  equal(new ByteReader(Uint8Array.of(0xff, 0x01)).varint(255), 255);
  const endless = new Uint8Array(100).fill(0xff);
  throws(() => new ByteReader(endless).varint(MAX_INTEGER), RangeError);
});
