import { deepStrictEqual as equal } from "node:assert/strict";
import {
  datedAnew,
  expire,
  type Kept,
  type KeptLine,
  keptVersions,
  numberedName,
  suffixedName,
  suffixedPath,
  timeSuffix,
} from "@/core/kept.ts";
import type { RelPath } from "@/core/path.ts";

const DAY = 86_400_000;

function kept(path: string, rest: Partial<Kept> = {}): Kept {
  return {
    time: 1,
    run: "r1",
    reason: "overwritten",
    area: "backup",
    kept: path as RelPath,
    path: path as RelPath,
    ...rest,
  };
}

function moved(from: string, to: string, tree?: true): KeptLine {
  const line = {
    time: 2,
    area: "backup",
    from: from as RelPath,
    to: to as RelPath,
  } as const;
  return tree === undefined ? line : { ...line, tree };
}

// deno-fmt-ignore: one line for each case
Deno.test.each<{ name: string; lines: KeptLine[]; want: string[] }>([
  { name: "nothing", lines: [], want: [] },
  { name: "versions in the order of their lines", lines: [kept("b"), kept("a")], want: ["backup/b", "backup/a"] },
  { name: "one path in both folders", lines: [kept("a"), kept("a", { area: "deleted" })], want: ["backup/a", "deleted/a"] },
  { name: "the newest of one place", lines: [kept("a", { run: "r1" }), kept("a", { run: "r2" })], want: ["backup/a r2"] },
  { name: "what gave way at its new place", lines: [kept("a"), moved("a", "a.~1~"), kept("a", { run: "r2" })], want: ["backup/a.~1~", "backup/a r2"] },
  { name: "what gave way twice", lines: [kept("a"), moved("a", "a.~1~"), moved("a.~1~", "a.~2~")], want: ["backup/a.~2~"] },
  { name: "what gave way in the other folder alone", lines: [kept("a", { area: "deleted" }), moved("a", "b")], want: ["deleted/a"] },
  { name: "nothing that gave way without being kept", lines: [moved("a", "b")], want: [] },
  { name: "a directory that gave way with all below it", lines: [kept("d"), kept("d/x"), kept("d/e/y"), kept("d-"), kept("dd/x"), moved("d", "d.~1~", true)], want: ["backup/d-", "backup/dd/x", "backup/d.~1~", "backup/d.~1~/x", "backup/d.~1~/e/y"] },
  { name: "a directory that gave way, of which only pieces were told", lines: [kept("d/x"), moved("d", "n/d", true)], want: ["backup/n/d/x"] },
  { name: "a directory in the other folder where it is", lines: [kept("d/x", { area: "deleted" }), moved("d", "n", true)], want: ["deleted/d/x"] },
  { name: "what is below a file that gave way where it is", lines: [kept("d/x"), moved("d", "n")], want: ["backup/d/x"] },
])("keptVersions() tells $name", ({ lines, want }) => {
  const found = keptVersions(lines).map(({ area, kept, run }) =>
    `${area}/${kept}${run === "r1" ? "" : ` ${run}`}`
  );
  equal(found, want);
});

Deno.test("keptVersions() keeps where a version was in the replica, and when", () => {
  const [only, ...more] = keptVersions([
    kept("a", { time: 5, reason: "deleted" }),
    moved("a", "b"),
  ]);
  equal(more, []);
  equal(only, kept("a", { time: 5, reason: "deleted", kept: "b" as RelPath }));
});

// deno-fmt-ignore: one line for each case
Deno.test.each([
  { name: "what is older than the limit", age: 3 * DAY + 1, days: { backup: 3, deleted: 0 }, expired: true },
  { name: "nothing up to the limit", age: 3 * DAY, days: { backup: 3, deleted: 0 }, expired: false },
  { name: "nothing by another folder's limit", age: 9 * DAY, days: { backup: 0, deleted: 3 }, expired: false },
  { name: "nothing without a limit", age: 9999 * DAY, days: { backup: 0, deleted: 0 }, expired: false },
  { name: "nothing from the future", age: -9 * DAY, days: { backup: 3, deleted: 3 }, expired: false },
])("expire() lets go $name", ({ age, days, expired }) => {
  const now = 20_000 * DAY;
  const item = kept("a", { time: now - age });
  equal(expire([item], days, now), {
    expired: expired ? [item] : [],
    staying: expired ? [] : [item],
  });
});

Deno.test("expire() keeps the order of both lists", () => {
  const items = [9, 1, 8, 2].map((age) => kept(`${age}`, { time: -age * DAY }));
  const { expired, staying } = expire(items, { backup: 5, deleted: 0 }, 0);
  equal(expired.map(({ path }) => path), ["9", "8"]);
  equal(staying.map(({ path }) => path), ["1", "2"]);
});

Deno.test("datedAnew() dates what was kept before there was a clock, once there is one", () => {
  const now = Date.UTC(2026, 5, 1);
  const items = [kept("a", { time: 5 }), kept("b", { time: now - 1 })];
  const [a, b] = items;
  equal(datedAnew(items, now), [{ ...a, time: now }, b]);
  equal(datedAnew(items, 10), items);
});

Deno.test("timeSuffix() writes the local time as the old tool did", () => {
  equal(timeSuffix(new Date(2024, 0, 2, 3, 4, 5)), ".2024.01.02-03.04.05");
  equal(timeSuffix(new Date(2024, 11, 31, 23, 59, 59)), ".2024.12.31-23.59.59");
});

Deno.test("numberedName() numbers as cp does", () => {
  equal(numberedName("a.txt", 12), "a.txt.~12~");
});

const SMILE = "\u{1f600}";

// deno-fmt-ignore: one line for each case
Deno.test.each([
  { name: "keeps a short name", given: "a", want: "a.s" },
  { name: "fills a name to the limit", given: "a".repeat(253), want: `${"a".repeat(253)}.s` },
  { name: "shortens a name beyond the limit", given: "a".repeat(254), want: `${"a".repeat(253)}.s` },
  { name: "shortens a name by whole characters", given: `${"ä".repeat(127)}`, want: `${"ä".repeat(126)}.s` },
  { name: "never splits a pair", given: SMILE.repeat(64), want: `${SMILE.repeat(63)}.s` },
  { name: "never leaves half a pair", given: `aa${SMILE.repeat(63)}`, want: `aa${SMILE.repeat(62)}.s` },
  { name: "counts an odd byte once", given: "\udcff".repeat(255), want: `${"\udcff".repeat(253)}.s` },
])("suffixedName() $name", ({ given, want }) => {
  equal(suffixedName(given, ".s"), want);
});

Deno.test("suffixedPath() changes the last name only", () => {
  equal(suffixedPath("a" as RelPath, ".s"), "a.s");
  equal(suffixedPath("d/e/a" as RelPath, ".s"), "d/e/a.s");
});
