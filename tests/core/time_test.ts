import { deepStrictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { joinTime, splitTime } from "@/core/time.ts";
import { arbTime } from "../support/arbitrary.ts";

Deno.test.each([
  { time: 0n, seconds: 0, nanos: 0 },
  { time: 1n, seconds: 0, nanos: 1 },
  { time: -1n, seconds: -1, nanos: 999_999_999 },
  { time: -1_000_000_000n, seconds: -1, nanos: 0 },
  { time: -1_000_000_001n, seconds: -2, nanos: 999_999_999 },
  // The first second that 32 bits cannot hold.
  { time: 2_147_483_648_000_000_005n, seconds: 2_147_483_648, nanos: 5 },
])("splitTime() of $time rounds down", ({ time, seconds, nanos }) => {
  equal(splitTime(time), { seconds, nanos });
  equal(joinTime(seconds, nanos), time);
});

Deno.test("joinTime() undoes splitTime()", () => {
  fc.assert(fc.property(arbTime, (time) => {
    const { seconds, nanos } = splitTime(time);
    equal(joinTime(seconds, nanos), time);
    equal(nanos >= 0 && nanos < 1_000_000_000, true);
  }));
});
