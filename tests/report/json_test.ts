import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { parseRelPath } from "@/core/path.ts";
import type { SyncEvent } from "@/report/events.ts";
import { jsonSink } from "@/report/json.ts";
import {
  changed,
  conflictAt,
  FILE,
  reportOf,
  STARTED,
} from "../support/report_fixture.ts";

function jsonOf(...events: SyncEvent[]): string {
  let text = "";
  const sink = jsonSink({
    write: (piece) => text += piece,
    now: () => new Date("2026-11-22T06:46:53.5Z"),
  });
  events.forEach(sink);
  return text;
}

const path = parseRelPath("a\n\udcff");
const EVERY_KIND: readonly SyncEvent[] = [
  STARTED,
  { kind: "message", level: "notice", text: "a\nb" },
  { kind: "progress", progress: { phase: "scan", files: 1, bytes: 0 } },
  { kind: "planned", planned: reportOf().planned, conflicts: 0 },
  changed(["target", "update", "x"]),
  { kind: "conflict", conflict: conflictAt("c") },
  { kind: "problem", problem: { path, code: "EACCES", message: "denied" } },
  { kind: "skipped", side: "target", path },
  { kind: "finished", report: reportOf() },
  { kind: "failed", error: "LockedError", message: "locked", exitCode: 1 },
];

Deno.test("jsonSink() prints one object per line for every kind of event", () => {
  const lines = jsonOf(...EVERY_KIND).split("\n");
  equal(lines.pop(), "");
  const objects = lines.map((line) => JSON.parse(line));
  deepEqual(
    objects.map(({ kind }) => kind),
    EVERY_KIND.map(({ kind }) => kind),
  );
  for (const { time } of objects) equal(time, "2026-11-22T06:46:53.500Z");
});

Deno.test("jsonSink() keeps nanoseconds as decimal strings", () => {
  const { action } = JSON.parse(jsonOf(changed(["target", "update", "x"])));
  equal(action.entry.mtime, String(FILE.mtime));
  equal(action.entry.size, 2);
  equal("expect" in action, false);
});

Deno.test("jsonSink() prints names that are not UTF-8 as pure ASCII", () => {
  const text = jsonOf({ kind: "skipped", side: "target", path });
  ok(text.includes('"a\\n\\udcff"'));
  equal(JSON.parse(text).path, path);
});

Deno.test("jsonSink() prints progress once a second, and each phase", () => {
  let now = 0;
  const files: number[] = [];
  const sink = jsonSink({
    write: (text) => files.push(JSON.parse(text).progress.files),
    now: () => new Date(now),
  });
  const at = (time: number, phase: "scan" | "perform", count: number) => {
    now = time;
    sink({ kind: "progress", progress: { phase, files: count, bytes: 0 } });
  };
  at(0, "scan", 1);
  at(999, "scan", 2);
  at(1000, "scan", 3);
  at(1001, "perform", 4);
  at(1900, "perform", 5);
  deepEqual(files, [1, 3, 4]);
});

Deno.test("docs/json.md describes every kind of event", async () => {
  const text = await Deno.readTextFile(
    new URL("../../docs/json.md", import.meta.url),
  );
  for (const { kind } of EVERY_KIND) ok(text.includes(`\`${kind}\``), kind);
});
