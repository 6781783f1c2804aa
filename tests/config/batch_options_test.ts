import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { batchHelpText } from "@/config/batch_help.ts";
import { BATCH_OPTIONS, parseBatch } from "@/config/batch_options.ts";
import type { Batch } from "@/config/batch_options.ts";

const DEFAULTS: Batch = {
  paths: ["/c"],
  maxRuns: 3,
  maxSeconds: 36000,
  parallel: 1,
  options: [],
};

const READ: readonly {
  readonly argv: readonly string[];
  readonly batch: Partial<Batch>;
}[] = [
  { argv: ["--path=/c"], batch: {} },
  { argv: ["--path", "/c"], batch: {} },
  { argv: ["/c"], batch: {} },
  { argv: ["--path=/a=b"], batch: { paths: ["/a=b"] } },
  { argv: ["--path=a", "b", "--path=c"], batch: { paths: ["a", "c", "b"] } },
  { argv: ["--path=a", "--", "-b.conf"], batch: { paths: ["a", "-b.conf"] } },
  { argv: ["/c", "--max-runs=1"], batch: { maxRuns: 1 } },
  { argv: ["/c", "--max-runs", "5"], batch: { maxRuns: 5 } },
  { argv: ["/c", "--max-exec-time=0"], batch: { maxSeconds: 0 } },
  { argv: ["/c", "--parallel=4"], batch: { parallel: 4 } },
  { argv: ["/c", "--parallel=4", "--parallel=4"], batch: { parallel: 4 } },
  {
    argv: ["--silent", "/c", "--sync-type", "initiator2target", "--dry"],
    batch: {
      options: ["--silent", "--sync-type", "initiator2target", "--dry"],
    },
  },
  {
    argv: ["--sync-type=initiator2target", "/c"],
    batch: { options: ["--sync-type=initiator2target"] },
  },
];

for (const { argv, batch } of READ) {
  Deno.test(`parseBatch() reads ${argv.join(" ")}`, () => {
    const wanted = { kind: "batch", batch: { ...DEFAULTS, ...batch } };
    deepEqual(parseBatch(argv), wanted);
  });
}

const REFUSED: readonly {
  readonly argv: readonly string[];
  readonly errors: readonly string[];
}[] = [
  {
    argv: ["--dry"],
    errors: ["Command batch needs --path=DIR or --path=FILE.conf"],
  },
  {
    argv: ["--path"],
    errors: ["Option --path needs a value: --path=DIR|FILE"],
  },
  {
    argv: ["/c", "--max-runs=0"],
    errors: [
      "Cannot use --max-runs=0: it must be a whole number of runs from 1 to 2147483647",
    ],
  },
  {
    argv: ["/c", "--max-runs", "--parallel=two", "--max-exec-time=1h"],
    errors: [
      "Option --max-runs needs a value: --max-runs=NUMBER",
      "Cannot use --max-exec-time=1h: it must be a whole number of seconds from 0 to 2147483647",
      "Cannot use --parallel=two: it must be a whole number of runs from 1 to 1000",
    ],
  },
  {
    argv: ["/c", "--parallel=1", "--parallel=2"],
    errors: ["Option --parallel is given twice, with different values"],
  },
  {
    argv: ["/c", "--sumary"],
    errors: ["Unknown option --sumary. Did you mean --summary?"],
  },
  {
    argv: ["/c", "--initiator=/a"],
    errors: [
      "Option --initiator is not for a batch: every configuration file has its own",
    ],
  },
];

for (const { argv, errors } of REFUSED) {
  Deno.test(`parseBatch() refuses ${argv.join(" ")}`, () => {
    deepEqual(parseBatch(argv), { kind: "invalid", errors });
  });
}

Deno.test("parseBatch() knows who asks for help", () => {
  for (const argv of [[], ["--help"], ["/c", "-h"], ["-?"]]) {
    deepEqual(parseBatch(argv), { kind: "help" });
  }
  deepEqual(parseBatch(["--version"]), { kind: "version" });
});

Deno.test("batchHelpText() fits a screen, and has all options with their defaults", () => {
  const lines = batchHelpText().split("\n");
  ok(lines.length <= 25);
  for (const line of lines) ok(line.length <= 80, line);
  for (const { name, value, number } of BATCH_OPTIONS) {
    match(
      batchHelpText(),
      new RegExp(`^  ${name}=${value.replace("|", "\\|")}`, "m"),
    );
    if (number === undefined) continue;
    const text = batchHelpText().replaceAll(/\s+/g, " ");
    equal(text.includes(`${number.default} if not given`), true);
  }
});
