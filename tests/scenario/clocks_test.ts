import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import {
  exits,
  holds,
  isSettled,
  keptTexts,
  standingTexts,
  synced,
  text,
} from "../support/evidence.ts";
import { WrongClock } from "../support/other_times.ts";
import { dir, file, link, Replicas } from "../support/replicas.ts";

const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;
const DAY_MS = 86_400_000;

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

/** How the clock is set while a run is on, in seconds. */
const STEPS = {
  "an hour back": -3600,
  "an hour ahead": 3600,
  "40 days back": -40 * 86_400,
  "40 days ahead": 40 * 86_400,
  "back to 1970": -Date.now() / 1000,
};

for (const [step, seconds] of Object.entries(STEPS)) {
  for (const side of SIDES) {
    const other = opposite(side);

    Deno.test(`the clock is set ${step} while a run is on that changes the ${side}: nothing edited meanwhile is overwritten, and nothing kept goes`, async () => {
      using pair = await synced({ a: "1", b: "2", c: "3", gone: "4", k: "" });
      pair.put(other, { a: "theirs", new: "5" });
      pair.put(side, { b: "mine" });
      pair.remove(other, "gone");
      let offset = 0;
      const now = () => new Date(Date.now() + offset);
      const clocks: WrongClock[] = [];
      const { stderr } = exits(
        2,
        await pair.run([], {
          now,
          onEvent(event) {
            if (event.kind !== "progress" || clocks.length > 0) return;
            if (event.progress.phase !== "perform") return;
            offset = seconds * 1000;
            clocks.push(
              new WrongClock(BigInt(Math.round(seconds)) * SECOND),
            );
            pair.put(side, { a: "mine, meanwhile", c: "mine, too" });
          },
        }),
      );
      using clock = clocks[0] as WrongClock;
      match(stderr, /\/a: left for the next run/);
      equal(text(pair.path(side, "a")), "mine, meanwhile");
      equal(keptTexts(pair, side), ["4"]);
      equal(keptTexts(pair, other), ["2"]);
      clock.setRight();
      offset = 0;
      await pair.sync([], { now });
      await isSettled(pair);
      equal(pair.tree(side), pair.tree(other));
      const standing = standingTexts(pair);
      for (
        const one of ["mine, meanwhile", "mine, too", "theirs", "mine", "5"]
      ) {
        ok(standing.has(one), `"${one}" is lost`);
      }
    });
  }
}

for (const phase of ["scan", "perform", "commit", "purge"]) {
  Deno.test(`the clock is set a year ahead in the phase "${phase}": what was kept in this run stays`, async () => {
    using pair = await synced({ a: "1", gone: "2" });
    pair.put("initiator", { a: "edited" });
    pair.remove("initiator", "gone");
    let offset = 0;
    await pair.sync([], {
      now: () => new Date(Date.now() + offset),
      onEvent(event) {
        if (event.kind !== "progress" || event.progress.phase !== phase) return;
        offset = 365 * DAY_MS;
      },
    });
    equal(keptTexts(pair, "target"), ["1", "2"]);
  });
}

Deno.test("what was kept before the clock was set at all stays its days from then on", async () => {
  using pair = await synced({ a: "1", gone: "2" });
  pair.put("initiator", { a: "edited" });
  pair.remove("initiator", "gone");
  await pair.sync([], { now: () => new Date(60_000) });
  for (const days of [0, 29]) {
    await pair.sync([], { now: () => new Date(Date.now() + days * DAY_MS) });
    equal(keptTexts(pair, "target"), ["1", "2"]);
  }
  await pair.sync([], { now: () => new Date(Date.now() + 31 * DAY_MS) });
  equal(keptTexts(pair, "target"), []);
});

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
