import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import fc from "fast-check";
import { compareBytes } from "@/core/name.ts";
import { type NameBlob, sortNames } from "@/sys/name_sort.ts";

function blobOf(names: readonly Uint8Array[]): NameBlob {
  const size = names.reduce((sum, name) => sum + name.length + 1, 0);
  const bytes = new Uint8Array(size);
  const starts = new Uint32Array(names.length);
  let end = 0;
  for (const [index, name] of names.entries()) {
    starts[index] = end;
    bytes.set(name, end);
    end += name.length + 1;
  }
  return {
    bytes,
    starts,
    count: names.length,
    keys: new Float64Array(names.length),
    copy: new Uint32Array(names.length),
  };
}

function namesOf({ bytes, starts }: NameBlob): Uint8Array[] {
  return Array.from(
    starts,
    (start) => bytes.slice(start, bytes.indexOf(0, start)),
  );
}

function sorted(names: readonly Uint8Array[]): Uint8Array[] {
  const blob = blobOf(names);
  sortNames(blob);
  return namesOf(blob);
}

const letter = fc.constantFrom(1, 0x61, 0x62, 0x7f, 0x80, 0xff);
const word = fc.array(letter, { minLength: 1, maxLength: 9, size: "max" });

Deno.test("sortNames() orders as compareBytes() does", () => {
  const names = fc.array(word, { maxLength: 200, size: "max" });
  fc.assert(fc.property(names, word, (words, prefix) => {
    const plain = words.map((letters) => Uint8Array.from(letters));
    const long = words.map((letters) =>
      Uint8Array.from([...prefix, ...prefix, ...letters])
    );
    for (const input of [plain, [...plain, ...long]]) {
      deepEqual(sorted(input), input.toSorted(compareBytes));
    }
  }));
});

Deno.test("sortNames() leaves many equal names beside each other", () => {
  const one = Uint8Array.of(0x61, 0x62, 0x63, 0x64, 0x65);
  const two = Uint8Array.of(0x61, 0x62, 0x63, 0x64);
  const input = Array.from({ length: 60 }, (_, at) => at % 3 === 0 ? two : one);
  deepEqual(sorted(input), input.toSorted(compareBytes));
});

Deno.test("sortNames() sorts more names than fit the shorter index", () => {
  const count = 2 ** 20 + 5;
  const encoder = new TextEncoder();
  const input = Array.from(
    { length: count },
    (_, at) => encoder.encode(`n${(at * 7919) % count}`),
  );
  const blob = blobOf(input);
  sortNames(blob);
  equal(new Set(blob.starts).size, count);
  const { bytes, starts } = blob;
  for (let at = 1; at < count; at++) {
    ok(isBefore(bytes, starts[at - 1] ?? 0, starts[at] ?? 0), `at ${at}`);
  }
});

function isBefore(bytes: Uint8Array, a: number, b: number): boolean {
  while (bytes[a] !== 0 && bytes[a] === bytes[b]) {
    a++;
    b++;
  }
  return (bytes[a] ?? 0) < (bytes[b] ?? 0);
}
