import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { holds, isSettled, keptTexts, synced } from "../support/evidence.ts";
import { dir, file, link, Replicas } from "../support/replicas.ts";

const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;

/** A century around the usual, with every nanosecond. */
const TIMES: Readonly<Record<string, bigint>> = {
  "the last nanosecond of 1969": -1n,
  "1969, in whole seconds": -SECOND,
  "1930": -1_262_300_000n * SECOND + 123_456_789n,
  "the epoch": 0n,
  "the last second of 32 bits": 2_147_483_647n * SECOND + 999_999_999n,
  "the first second beyond 32 bits": 2_147_483_648n * SECOND,
  "2100": 4_102_444_800n * SECOND + 987_654_321n,
  "2400": 13_569_465_600n * SECOND + 1n,
};

for (const [when, at] of Object.entries(TIMES)) {
  Deno.test(`files, directories and links of ${when} keep their time to the nanosecond, and stay quiet`, async () => {
    using pair = new Replicas();
    for (const side of SIDES) {
      pair.put(side, {
        [side]: file("1", { at }),
        [`d-${side}`]: dir({ x: file("2", { at: at + 1n }) }, { at }),
        [`l-${side}`]: link("x", { at }),
      });
    }
    await pair.sync();
    for (const from of SIDES) {
      for (const path of [from, `d-${from}`, `d-${from}/x`, `l-${from}`]) {
        equal(
          pair.stat(opposite(from), path)?.mtime,
          pair.stat(from, path)?.mtime,
          path,
        );
      }
    }
    await isSettled(pair);
  });
}

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test(`the clock of the ${side} is a day behind: its edits arrive all the same`, async () => {
    using pair = await synced({ a: "1", b: "2" });
    const yesterday = BigInt(Date.now()) * 1_000_000n - DAY;
    pair.put(side, { a: file("edited", { at: yesterday }) });
    await pair.sync();
    holds(pair, { a: "edited", b: "2" });
    equal(keptTexts(pair, other), ["1"]);
  });

  Deno.test(`the clock of the ${side} is a day ahead: the other side's later edit arrives all the same`, async () => {
    const tomorrow = BigInt(Date.now()) * 1_000_000n + DAY;
    using pair = new Replicas();
    pair.put(side, { a: file("1", { at: tomorrow }) });
    await pair.sync();
    pair.put(other, { a: "edited" });
    await pair.sync();
    holds(pair, { a: "edited" });
    await isSettled(pair);
  });

  Deno.test(`a file of the ${side} differs by one nanosecond only: that is an edit`, async () => {
    using pair = new Replicas();
    pair.put("both", { a: file("1", { at: 1000n * SECOND }) });
    await pair.sync();
    pair.put(side, { a: file("2", { at: 1000n * SECOND + 1n }) });
    await pair.sync();
    holds(pair, { a: "2" });
  });

  Deno.test(`a content of the ${side} changes under the same size and time: a run notices`, async () => {
    using pair = new Replicas();
    pair.put("both", { a: file("1", { at: 1000 }) });
    await pair.sync();
    pair.put(side, { a: file("2", { at: 1000 }) });
    await pair.sync();
    holds(pair, { a: "2" });
    equal(keptTexts(pair, other), ["1"]);
  });

  Deno.test(`--modify-window: times of the ${side} a second apart are equal, and stay as they are`, async () => {
    using pair = new Replicas();
    pair.put(side, { a: file("1", { at: 1000 }) });
    pair.put(other, { a: file("1", { at: 1001 }) });
    const options = ["--modify-window=2"];
    await pair.sync(options);
    equal(pair.stat(side, "a")?.mtime, 1000n * SECOND);
    equal(pair.stat(other, "a")?.mtime, 1001n * SECOND);
    const { report } = await pair.sync(options);
    equal(report?.result, "ok");
    pair.put(side, { a: file("2", { at: 2000 }) });
    await pair.sync(options);
    holds(pair, { a: "2" });
  });
}

Deno.test("--checksum finds files that differ though size and time are the same", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: file("one", { at: 1000 }), b: "same" });
  pair.put("target", { a: file("two", { at: 1000 }) });
  await pair.sync(["--checksum"]);
  holds(pair, { a: "one", b: "same" });
  equal(keptTexts(pair, "target"), ["two"]);
  await pair.sync(["--checksum"]);
});

Deno.test("--checksum finds a file that went bad on its disk", async () => {
  using pair = await synced({ a: "good" });
  const stat = pair.stat("target", "a");
  ok(stat);
  pair.put("target", { a: file("evil", { at: stat.mtime }) });
  const { report } = await pair.sync(["--checksum"]);
  equal(pair.tree("initiator"), pair.tree("target"));
  equal(report?.result, "ok");
  equal(
    [...keptTexts(pair, "initiator"), ...keptTexts(pair, "target")].length,
    1,
  );
});
