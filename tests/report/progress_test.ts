import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import type { Progress } from "@/report/events.ts";
import { liveLine, progressText } from "@/report/progress.ts";
import { reportOf } from "../support/report_fixture.ts";

function terminal(columns = 80) {
  let now = 0;
  const written: string[] = [];
  const line = liveLine({
    write: (text) => written.push(text),
    columns: () => columns,
    now: () => new Date(now),
  });
  const at = (
    time: number,
    files: number,
    phase: Progress["phase"] = "scan",
  ) => {
    now = time;
    line.sink({ kind: "progress", progress: { phase, files, bytes: 0 } });
  };
  return { line, at, written };
}

Deno.test("liveLine() is rewritten at most five times a second", () => {
  const { at, written } = terminal();
  for (let time = 0; time < 1000; time += 10) at(time, time);
  equal(written.length, 5);
  equal(written[1], "\rScanning both replicas: 200 files\x1b[K");
});

Deno.test("liveLine() erases what it drew, once, and redraws it later", () => {
  const { line, at, written } = terminal();
  line.erase();
  at(0, 1);
  line.erase();
  line.erase();
  at(500, 2);
  line.sink({ kind: "finished", report: reportOf() });
  deepEqual(written, [
    "\rScanning both replicas: 1 file\x1b[K",
    "\r\x1b[K",
    "\rScanning both replicas: 2 files\x1b[K",
    "\r\x1b[K",
  ]);
});

Deno.test("liveLine() never fills the last column", () => {
  const { at, written } = terminal(10);
  at(0, 1);
  equal(written[0], "\rScanning \x1b[K");
});

const MIB = 1024 * 1024;
const texts: readonly [Progress, number, string][] = [
  [
    { phase: "scan", files: 12345, bytes: 0 },
    9,
    "Scanning both replicas: 12345 files",
  ],
  [
    {
      phase: "perform",
      files: 12,
      totalFiles: 40,
      bytes: MIB,
      totalBytes: 4 * MIB,
    },
    2,
    "Making the changes: 12/40 files, 1.0 MiB/4.0 MiB, 512.0 KiB/s, 0:06 left",
  ],
  [
    { phase: "perform", files: 1, totalFiles: 2, bytes: 0, totalBytes: 0 },
    90,
    "Making the changes: 1/2 files, 1:30 left",
  ],
  [
    { phase: "perform", files: 0, totalFiles: 1, bytes: 0, totalBytes: 5 },
    0,
    "Making the changes: 0/1 file, 0 B/5 B",
  ],
  [
    { phase: "perform", files: 0, totalFiles: 0, bytes: 0 },
    5,
    "Making the changes: 0/0 files",
  ],
];

Deno.test("progressText() shows files, bytes, rate and time left where it knows them", () => {
  for (const [progress, seconds, text] of texts) {
    equal(progressText(progress, seconds), text);
  }
});
