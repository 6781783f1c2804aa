import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import { resultText, tableLines, totalText } from "@/report/batch_text.ts";
import type { RunEnd, TaskRow } from "@/report/batch_text.ts";

function row(path: string, end?: RunEnd): TaskRow {
  return { path, runs: 1, seconds: 61.4, end };
}

const ROWS = [
  row("a.conf", { code: 0 }),
  row("b\n.conf", { code: 2 }),
  row("c.conf", { code: 64 }),
  row("d.conf", { code: 130 }),
  row("e.conf", { code: 1, reason: "no memory" }),
  row("f.conf"),
];

Deno.test("tableLines() keeps its columns, whatever the names", () => {
  deepEqual(tableLines(ROWS), [
    "Task      Result                       Runs  Duration",
    "a.conf    in sync                         1      1:01",
    "b\\n.conf  warnings                        1      1:01",
    "c.conf    failed (exit code 64)           1      1:01",
    "d.conf    interrupted (exit code 130)     1      1:01",
    "e.conf    failed (no memory)              1      1:01",
    "f.conf    not run                         1      1:01",
  ]);
});

Deno.test("totalText() counts every result once", () => {
  equal(
    totalText(ROWS),
    "Batch of 6 files: 1 in sync, 1 with warnings, 2 failed, 1 interrupted, 1 not run.",
  );
  equal(totalText([row("a")]), "Batch of 1 file: 1 not run.");
});

Deno.test("resultText() takes what force has ended for interrupted", () => {
  equal(resultText({ code: 137 }), "interrupted (exit code 137)");
  equal(resultText({ code: 128 }), "failed (exit code 128)");
});
