import { deepStrictEqual as equal, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  compareBytes,
  compareNames,
  decodeName,
  encodeName,
  printableName,
} from "@/core/name.ts";
import { arbBytes } from "../support/arbitrary.ts";

Deno.test.each([
  { name: "ASCII", bytes: [0x61, 0x2d, 0x5a], want: "a-Z" },
  { name: "two bytes", bytes: [0xc3, 0xa4], want: "ä" },
  { name: "four bytes", bytes: [0xf0, 0x9f, 0x98, 0x80], want: "\u{1f600}" },
  { name: "a byte order mark", bytes: [0xef, 0xbb, 0xbf], want: "\ufeff" },
  { name: "Latin-1", bytes: [0x61, 0xe4, 0x62], want: "a\udce4b" },
  { name: "a cut sequence", bytes: [0xe2, 0x82], want: "\udce2\udc82" },
  { name: "a long form of a slash", bytes: [0xc0, 0xaf], want: "\udcc0\udcaf" },
  {
    name: "a long form of three bytes",
    bytes: [0xe0, 0x9f, 0xbf],
    want: "\udce0\udc9f\udcbf",
  },
  {
    name: "a long form of four bytes",
    bytes: [0xf0, 0x8f, 0xbf, 0xbf],
    want: "\udcf0\udc8f\udcbf\udcbf",
  },
  {
    name: "what is above U+10FFFF",
    bytes: [0xf4, 0x90, 0x80, 0x80],
    want: "\udcf4\udc90\udc80\udc80",
  },
  {
    name: "a surrogate",
    bytes: [0xed, 0xb2, 0x80],
    want: "\udced\udcb2\udc80",
  },
  {
    name: "odd bytes among good ones",
    bytes: [0xff, 0xc3, 0xa4, 0xf0, 0x9f, 0x98, 0x80, 0x80],
    want: "\udcffä\u{1f600}\udc80",
  },
])("decodeName() of $name makes the round trip", ({ bytes, want }) => {
  equal(decodeName(Uint8Array.from(bytes)), want);
  equal([...encodeName(want)], bytes);
});

/** First and last bytes of the ranges that the Unicode standard's table 3-7 tells apart, and their neighbours. */
const EDGES = [
  ...[0x61, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf],
  ...[0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff],
];

const arbEdges = fc.array(fc.constantFrom(...EDGES), { maxLength: 6 })
  .map((bytes) => Uint8Array.from(bytes));

/** What the platform takes for one sequence, and every other byte escaped. */
function decodeByTrial(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] as number;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    try {
      text += decoder.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      text += String.fromCharCode(0xdc00 + lead);
      at += 1;
    }
  }
  return text;
}

Deno.test("decodeName() takes for UTF-8 what the platform does", () => {
  fc.assert(
    fc.property(fc.oneof(arbEdges, arbBytes), (bytes) => {
      equal(decodeName(bytes), decodeByTrial(bytes));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("decodeName() and encodeName() know code points of every length", () => {
  const encoder = new TextEncoder();
  for (let code = 0; code <= 0x10_ffff; code += code < 0x1000 ? 1 : 0xff) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const text = String.fromCodePoint(code);
    const bytes = encoder.encode(text);
    equal(decodeName(bytes), text);
    equal(encodeName(text), bytes);
  }
});

Deno.test("encodeName() writes what the platform does, but for escaped bytes", () => {
  const encoder = new TextEncoder();
  const units = fc.array(
    fc.oneof(
      fc.constantFrom(0x61, 0xe4, 0xd7ff, 0xd800, 0xdbff, 0xdc7f, 0xdd00),
      fc.nat(0xffff).filter((unit) => unit < 0xdc80 || unit > 0xdcff),
    ),
  );
  fc.assert(fc.property(units, (codes) => {
    const text = String.fromCharCode(...codes);
    equal(encodeName(text), encoder.encode(text));
  }));
  equal([...encodeName("\ud83d\ude00\udcff\ud83d")], [
    ...[0xf0, 0x9f, 0x98, 0x80, 0xff, 0xef, 0xbf, 0xbd],
  ]);
});

Deno.test("encodeName() undoes decodeName() for any bytes", () => {
  fc.assert(
    fc.property(arbBytes, (bytes) => {
      equal(encodeName(decodeName(bytes)), Uint8Array.from(bytes));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("compareNames() orders as the bytes do", () => {
  const related = fc.tuple(arbBytes, arbBytes, arbBytes).chain(([a, b, c]) =>
    fc.constantFrom(
      [[...a, ...b], [...a, ...c]],
      [[...a, ...b], a],
      [a, b],
      [a, a],
    )
  );
  fc.assert(
    fc.property(related, ([a = [], b = []]) => {
      const one = Uint8Array.from(a);
      const two = Uint8Array.from(b);
      equal(
        Math.sign(compareNames(decodeName(one), decodeName(two))),
        Math.sign(compareBytes(one, two)),
      );
    }),
    { numRuns: 5000 },
  );
});

Deno.test.each([
  { a: "a", b: "b" },
  { a: "a", b: "a-" },
  { a: "", b: "a" },
  { a: "Z", b: "a" },
  { a: "z", b: "ä" },
  // UTF-16 would order these the other way round.
  { a: "\uffee", b: "\u{1f600}" },
  { a: "\udc80", b: "ä" },
  { a: "\u{1f600}", b: "\udcff" },
])("compareNames() puts $a before $b", ({ a, b }) => {
  ok(compareNames(a, b) < 0);
  ok(compareNames(b, a) > 0);
  equal(compareNames(a, a), 0);
});

Deno.test("compareBytes() orders by the first byte that differs, then by length", () => {
  const sorted = [[], [0], [0, 0], [0, 255], [1], [127, 1], [128], [255]]
    .map((bytes) => Uint8Array.from(bytes));
  equal(sorted.toReversed().sort(compareBytes), sorted);
});

Deno.test.each([
  { name: "report ä \u{1f600}.txt", want: "report ä \u{1f600}.txt" },
  { name: "a\nb\rc\td", want: "a\\nb\\rc\\td" },
  { name: "\x1b[31m\x7f", want: "\\x1b[31m\\x7f" },
  { name: "back\\slash", want: "back\\\\slash" },
  { name: "\udcff", want: "\\xff" },
  { name: "\ud800", want: "\\ud800" },
])("printableName() shows $want", ({ name, want }) => {
  equal(printableName(name), want);
});

Deno.test("printableName() leaves nothing that a terminal obeys", () => {
  fc.assert(fc.property(arbBytes, (bytes) => {
    ok(!/[\p{Cc}\p{Cs}]/u.test(printableName(decodeName(bytes))));
  }));
});
