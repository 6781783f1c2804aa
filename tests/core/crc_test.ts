import { strictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { crc32c } from "@/core/crc.ts";

/** Bit by bit, as the polynomial is defined. */
function slowly(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0x82f6_3b78 : 0);
    }
  }
  return ~crc >>> 0;
}

Deno.test.each([
  { name: "nothing", bytes: [], want: 0 },
  {
    name: "the digits",
    bytes: [...new TextEncoder().encode("123456789")],
    want: 0xe306_9283,
  },
  { name: "32 zeros", bytes: Array(32).fill(0), want: 0x8a91_36aa },
  { name: "32 bytes 0xff", bytes: Array(32).fill(0xff), want: 0x62a8_ab43 },
])("crc32c() of $name is the published one", ({ bytes, want }) => {
  equal(crc32c(Uint8Array.from(bytes)), want);
});

Deno.test("crc32c() agrees with the definition", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
    equal(crc32c(bytes), slowly(bytes));
  }));
});

Deno.test("crc32c() goes on where it stopped", () => {
  fc.assert(fc.property(
    fc.uint8Array({ maxLength: 100 }),
    fc.nat(100),
    (bytes, cut) => {
      const before = crc32c(bytes.subarray(0, cut));
      equal(crc32c(bytes.subarray(cut), before), crc32c(bytes));
    },
  ));
});
