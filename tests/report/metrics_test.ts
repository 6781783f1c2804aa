import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { metricsText } from "@/report/metrics.ts";
import type { Measured } from "@/report/metrics.ts";
import { conflictAt, counters, reportOf } from "../support/report_fixture.ts";
import { parseRelPath } from "@/core/path.ts";

const RUN: Measured = {
  instance: "photos",
  code: 0,
  report: reportOf({
    done: {
      initiator: counters({ updated: 1, bytes: 7 }),
      target: counters({ created: 3, deleted: 2, attributes: 1, bytes: 2000 }),
    },
    conflicts: [conflictAt("x")],
    problems: [
      { path: parseRelPath("p"), code: "EIO", message: "m" },
      {
        path: parseRelPath("q"),
        code: "changed",
        message: "m",
        transient: true,
      },
    ],
    errors: 1,
  }),
  started: new Date(1_800_000_000_000),
  ended: new Date(1_800_000_001_500),
  warnings: 4,
};

Deno.test("metricsText() has the figures of a run", async (t) => {
  await t.assertSnapshot(metricsText(RUN, "").split("\n"));
});

Deno.test("metricsText() has what is known of a run without a report", () => {
  const text = metricsText({ ...RUN, code: 1, report: undefined }, "");
  match(text, /^osync_run_success\{instance="photos"\} 0$/m);
  match(text, /^osync_run_exit_code\{instance="photos"\} 1$/m);
  match(text, /^osync_run_errors\{instance="photos"\} 1$/m);
  ok(!/side=|conflicts|last_success/.test(text));
});

Deno.test("metricsText() remembers the last success", () => {
  const good = metricsText(RUN, "");
  const later = new Date(1_800_000_100_000);
  const bad = metricsText({ ...RUN, code: 1, ended: later }, good);
  const line = /^osync_last_success_timestamp_seconds\{.*\} (.*)$/m;
  equal(line.exec(bad)?.[1], "1800000001.5");
  equal(
    line.exec(metricsText({ ...RUN, code: 2, ended: later }, bad))?.[1],
    "1800000100",
  );
});

Deno.test("metricsText() escapes what a label cannot hold", () => {
  const text = metricsText({ ...RUN, instance: 'a"b\\c\udcff' }, "");
  ok(text.includes('{instance="a\\"b\\\\c\\\\udcff"}'), text);
});

Deno.test("metricsText() is what a collector accepts", () => {
  const { errors, names } = parse(
    metricsText({ ...RUN, instance: '} "x' }, ""),
  );
  deepEqual(errors, []);
  equal(names.length, new Set(names).size);
  equal(names.length, 12);
});

/** Reads the text format as its specification has it: each metric once, HELP, TYPE, samples. */
function parse(text: string): { errors: string[]; names: string[] } {
  const errors: string[] = [];
  const names: string[] = [];
  let [helped, typed] = ["", ""];
  const sample =
    /^([a-zA-Z_:][\w:]*)\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\} (-?[0-9.]+(?:e[+-]?\d+)?)$/;
  if (!text.endsWith("\n")) errors.push("no line feed at the end");
  for (const line of text.split("\n").slice(0, -1)) {
    const help = /^# HELP (\S+) [^\\\n]+$/.exec(line);
    const type = /^# TYPE (\S+) gauge$/.exec(line);
    const found = sample.exec(line);
    if (help) names.push(helped = help[1] ?? "");
    else if (type) typed = type[1] ?? "";
    else if (found?.[1] !== typed || typed !== helped) errors.push(line);
  }
  return { errors, names };
}
