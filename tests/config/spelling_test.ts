import { strictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { closest, editDistance } from "@/config/spelling.ts";

const distances: readonly [string, string, number][] = [
  ["", "", 0],
  ["", "abc", 3],
  ["abc", "abc", 0],
  ["abc", "abd", 1],
  ["abc", "ac", 1],
  ["abc", "abxc", 1],
  ["abc", "acb", 1],
  ["kitten", "sitting", 3],
];

Deno.test("editDistance() counts insertions, deletions, replacements and swaps", () => {
  for (const [a, b, distance] of distances) equal(editDistance(a, b), distance);
});

Deno.test("editDistance() is symmetric, and zero for equal words only", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => {
    equal(editDistance(a, b), editDistance(b, a));
    equal(editDistance(a, b) === 0, a === b);
  }));
});

Deno.test("closest() names the nearest candidate, and none that is far", () => {
  const names = ["--target", "--target-state-dir", "--initiator", "--dry"];
  equal(closest("--targte", names), "--target");
  equal(closest("--traget", names), "--target");
  equal(closest("--initiat", names), "--initiator");
  equal(closest("--initia", names), undefined);
  equal(closest("--whatever", names), undefined);
});
