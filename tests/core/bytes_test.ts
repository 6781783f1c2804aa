import { deepStrictEqual as equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { ByteReader, ByteWriter } from "@/core/bytes.ts";

Deno.test("ByteReader gives back what ByteWriter got", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.nat(0xffff_ffff), fc.uint8Array(), fc.double())),
    (rows) => {
      const out = new ByteWriter();
      for (const [integer, bytes, float] of rows) {
        out.uint32(bytes.length);
        out.bytes(bytes);
        out.uint32(integer);
        out.float64(float);
      }
      const reader = new ByteReader(out.view());
      for (const [integer, bytes, float] of rows) {
        equal(reader.bytes(reader.uint32()), Uint8Array.from(bytes));
        equal(reader.uint32(), integer);
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

Deno.test.each<{ name: string; take: (reader: ByteReader) => unknown }>([
  { name: "an integer of 32 bits", take: (reader) => reader.uint32() },
  { name: "a number", take: (reader) => reader.float64() },
  { name: "bytes", take: (reader) => reader.bytes(4) },
  { name: "no end of bytes", take: (reader) => reader.bytes(2 ** 53) },
])("ByteReader refuses $name that end too early", ({ take }) => {
  const outer = Uint8Array.of(0x80, 0x80, 0x80, 0x01, 1, 1, 1, 1);
  throws(() => take(new ByteReader(outer.subarray(0, 3))), RangeError);
});
