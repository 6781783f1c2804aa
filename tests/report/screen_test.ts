import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import type { OutputSettings } from "@/config/config.ts";
import type { Line } from "@/report/line.ts";
import { oneLine } from "@/report/line.ts";
import { screenPrinter } from "@/report/screen.ts";
import { hasColours } from "@/report/style.ts";
import { configOf } from "../support/report_fixture.ts";

const LINES: readonly Line[] = [
  { level: "notice", text: "n" },
  { level: "verbose", text: "v" },
  { level: "always", text: "a" },
  { level: "always", text: "b", bare: true },
  { level: "warning", text: "w" },
  { level: "error", text: "e" },
  { level: "critical", text: "c" },
];

function printed(
  output: OutputSettings,
  lines: readonly Line[] = LINES,
  colours = false,
): { stdout: string; stderr: string } {
  const streams = { stdout: "", stderr: "" };
  const print = screenPrinter(output, {
    stdout: { write: (text) => streams.stdout += text, colours },
    stderr: { write: (text) => streams.stderr += text, colours },
    elapsed: () => 12.9,
    erase: () => {},
  });
  lines.forEach(print);
  return streams;
}

Deno.test("screenPrinter() prints warnings and errors on standard error, with the time", () => {
  deepEqual(printed(configOf().output), {
    stdout: "TIME: 12 - n\nTIME: 12 - a\nb\n",
    stderr: "TIME: 12 - Warning: w\nTIME: 12 - Error: e\nTIME: 12 - Error: c\n",
  });
});

Deno.test("screenPrinter() follows the output options", () => {
  const stderr = "Warning: w\nError: e\nError: c\n";
  const cases: readonly [string, { stdout: string; stderr: string }][] = [
    ["--silent", { stdout: "", stderr: "" }],
    ["--no-prefix", { stdout: "n\na\nb\n", stderr }],
    ["--verbose", { stdout: "n\nv\na\nb\n", stderr }],
    ["--errors-only", { stdout: "a\nb\n", stderr }],
  ];
  for (const [option, streams] of cases) {
    deepEqual(printed(configOf("--no-prefix", option).output), streams, option);
  }
  const both = configOf("--no-prefix", "--verbose", "--errors-only").output;
  deepEqual(printed(both).stdout, "a\nb\n");
});

Deno.test("screenPrinter() colours what is serious, where it may", () => {
  deepEqual(printed(configOf("--no-prefix").output, LINES, true), {
    stdout: "n\na\nb\n",
    stderr: "\x1b[33mWarning: w\x1b[0m\n\x1b[91mError: e\x1b[0m\n" +
      "\x1b[1;33;41mError: c\x1b[0m\n",
  });
});

Deno.test("screenPrinter() lets no control character through", () => {
  const text = "a\x1b[2J\nb\r\u009b\udcff\ud800é\\n";
  equal(
    printed(configOf("--no-prefix").output, [{ level: "notice", text }]).stdout,
    "a\\x1b[2J\\nb\\x0d\\x9b\\udcff\\ud800é\\n\n",
  );
  equal(oneLine("tab\tdel\x7f\0"), "tab\\tdel\\x7f\\x00");
});

Deno.test("screenPrinter() erases the live line before each line, and only then", () => {
  const calls: string[] = [];
  const print = screenPrinter(configOf("--no-prefix").output, {
    stdout: { write: (text) => calls.push(text), colours: false },
    stderr: { write: (text) => calls.push(text), colours: false },
    elapsed: () => 0,
    erase: () => calls.push("erase"),
  });
  print({ level: "verbose", text: "v" });
  print({ level: "notice", text: "n" });
  print({ level: "error", text: "e" });
  deepEqual(calls, ["erase", "n\n", "erase", "Error: e\n"]);
});

Deno.test("hasColours() wants a terminal, and no objection", () => {
  equal(hasColours({ TERM: "xterm" }, true), true);
  equal(hasColours({}, true), true);
  equal(hasColours({ NO_COLOR: "" }, true), true);
  equal(hasColours({ TERM: "xterm" }, false), false);
  equal(hasColours({ NO_COLOR: "1" }, true), false);
  equal(hasColours({ TERM: "dumb" }, true), false);
});
