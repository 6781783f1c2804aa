import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import { logPrinter, logSink, openLog } from "@/report/logfile.ts";
import type { LogSystem } from "@/report/logfile.ts";
import {
  changed,
  configOf,
  conflictAt,
  NOW,
  reportOf,
  STARTED,
} from "../support/report_fixture.ts";
import type { Config } from "@/config/config.ts";
import type { SyncEvent } from "@/report/events.ts";

interface Opened {
  readonly path: string | undefined;
  readonly tried: readonly string[];
  readonly warning: string | undefined;
}

function opened(
  config: Config,
  { writable, ...system }:
    & { writable: readonly string[] }
    & Partial<Omit<LogSystem, "openLog">>,
): Opened {
  const tried: string[] = [];
  const log = openLog(config, {
    env: { HOME: "/home/ann" },
    cwd: "/here",
    realPath: (path) => path,
    rotateLog: () => {},
    ...system,
    openLog(path) {
      tried.push(path);
      if (writable.includes(path)) return () => {};
      throw new Error(`Permission denied (os error 13): open '${path}'`);
    },
  });
  return {
    path: log.ok ? tried.at(-1) : undefined,
    tried,
    warning: log.warning,
  };
}

function withLog(path: string, ...argv: string[]): Config {
  const config = configOf(...argv);
  return { ...config, output: { ...config.output, logFile: path } };
}

const LOG = "osync.quicksync_task.log";

Deno.test("openLog() takes the first usual place that can be written", () => {
  const places = [`/var/log/${LOG}`, `/home/ann/${LOG}`, `/here/${LOG}`];
  for (const [at, place] of places.entries()) {
    deepEqual(opened(configOf(), { writable: places.slice(at) }), {
      path: place,
      tried: places.slice(0, at + 1),
      warning: undefined,
    });
  }
});

Deno.test("openLog() names the file after the task", () => {
  const { tried } = opened(configOf("--instance-id=a b"), { writable: [] });
  equal(tried[0], "/var/log/osync.a b.log");
});

Deno.test("openLog() does without a home", () => {
  for (const env of [{}, { HOME: "" }, { HOME: "relative" }]) {
    const { tried } = opened(configOf(), { writable: [], env });
    deepEqual(tried, [`/var/log/${LOG}`, `/here/${LOG}`]);
  }
});

Deno.test("openLog() takes LOGFILE and nothing else", () => {
  const config = withLog("/x/my\n.log");
  equal(opened(config, { writable: ["/x/my\n.log"] }).path, "/x/my\n.log");
  deepEqual(opened(config, { writable: [`/var/log/${LOG}`] }), {
    path: undefined,
    tried: ["/x/my\n.log"],
    warning: "Cannot log to /x/my\\n.log: permission denied",
  });
});

Deno.test("openLog() warns if there is no place at all", () => {
  equal(
    opened(configOf(), { writable: [] }).warning,
    "Cannot log anywhere: permission denied",
  );
});

Deno.test("openLog() does not log into a replica unless told to", () => {
  const writable = [`/a/home/${LOG}`, `/b/${LOG}`];
  const inReplicas = { writable, env: { HOME: "/a/home" }, cwd: "/b" };
  deepEqual(opened(configOf(), inReplicas).tried, [`/var/log/${LOG}`]);
  equal(opened(withLog("/b/log"), { writable: ["/b/log"] }).path, "/b/log");
});

Deno.test("openLog() leaves no trace of a dry run in a replica", () => {
  for (const path of ["/b/log", "/link/log"]) {
    const realPath = (path: string) => path.replace("/link", "/a/x");
    deepEqual(
      opened(withLog(path, "--dry"), { writable: [path], realPath }),
      {
        path: undefined,
        tried: [],
        warning:
          `Cannot log to ${path}: it is in a replica, where a dry run writes nothing`,
      },
    );
  }
  const outside = withLog("/bb/log", "--dry");
  equal(opened(outside, { writable: ["/bb/log"] }).path, "/bb/log");
});

function withLimit(path: string): Config {
  const config = withLog(path);
  return { ...config, output: { ...config.output, logMaxBytes: 2048 } };
}

Deno.test("openLog() begins a new log where the old one is too large", () => {
  const rotated: [string, number][] = [];
  const system = {
    writable: ["/link/log"],
    realPath: (path: string) => path.replace("/link", "/real"),
    rotateLog: (...which: [string, number]) => void rotated.push(which),
  };
  opened(withLimit("/link/log"), system);
  deepEqual(rotated, [["/real/log", 2048]]);
  opened(withLog("/link/log"), system);
  equal(rotated.length, 1);
});

Deno.test("openLog() goes on with a log that cannot be renamed", () => {
  const { path, warning } = opened(withLimit("/x/log"), {
    writable: ["/x/log"],
    rotateLog() {
      throw new Error("Permission denied (os error 13): rename '/x/log'");
    },
  });
  equal(path, "/x/log");
  equal(
    warning,
    "Cannot begin a new log, so /x/log grows: permission denied",
  );
});

Deno.test("logPrinter() writes dated lines with their level and without colours", () => {
  let text = "";
  const config = configOf("--verbose", "--silent");
  const print = logPrinter(config.output, {
    write: (piece) => text += piece,
    now: () => NOW,
    onFailure: () => {},
  });
  print({ level: "notice", text: "n\n" });
  print({ level: "verbose", text: "v" });
  print({ level: "warning", text: "w" });
  print({ level: "error", text: "e" });
  print({ level: "critical", text: "c" });
  print({ level: "always", text: "a", bare: true });
  const time = "2026-11-22 06:46:53 - ";
  equal(
    text,
    `${time}n\\n\n${time}(VERBOSE):v\n${time}(WARN):w\n${time}(ERROR):e\n` +
      `${time}(CRITICAL):c\na\n`,
  );
});

Deno.test("logPrinter() follows --errors-only and --no-prefix", () => {
  let text = "";
  const config = configOf("--errors-only", "--no-prefix");
  const print = logPrinter(config.output, {
    write: (piece) => text += piece,
    now: () => NOW,
    onFailure: () => {},
  });
  print({ level: "notice", text: "n" });
  print({ level: "warning", text: "w" });
  equal(text, "(WARN):w\n");
});

Deno.test("logPrinter() says once that it cannot go on, and gives up", () => {
  const warnings: string[] = [];
  let writes = 0;
  const print = logPrinter(configOf().output, {
    write() {
      writes++;
      throw new Error("No space left on device (os error 28)");
    },
    now: () => NOW,
    onFailure: (text) => warnings.push(text),
  });
  print({ level: "notice", text: "n" });
  print({ level: "notice", text: "n" });
  deepEqual(warnings, ["Cannot go on logging: no space left on device"]);
  equal(writes, 1);
});

const problem = { path: conflictAt("x").path, code: "EIO", message: "m" };
const at = (phase: "scan" | "perform", files: number): SyncEvent => ({
  kind: "progress",
  progress: { phase, files, bytes: 0 },
});
const said = (level: "notice" | "verbose" | "warning"): SyncEvent => ({
  kind: "message",
  level,
  text: level,
});
const STORY: readonly SyncEvent[] = [
  STARTED,
  said("notice"),
  said("verbose"),
  said("warning"),
  at("scan", 1),
  at("scan", 2),
  at("perform", 3),
  changed(["target", "create", "x"]),
  { kind: "conflict", conflict: conflictAt("x") },
  { kind: "problem", problem },
  { kind: "finished", report: reportOf() },
];

/** Kinds of the events in a log of JSON, with what tells them apart. */
function logged(...argv: string[]): string[] {
  let text = "";
  const sink = logSink(configOf(...argv).output, {
    write: (piece) => text += piece,
    now: () => NOW,
    onFailure: () => {},
  });
  STORY.forEach(sink);
  return text.trimEnd().split("\n").map((line) => {
    const { kind, level, progress } = JSON.parse(line);
    return [kind, level ?? progress?.files].filter(Boolean).join(" ");
  });
}

Deno.test("logSink() writes what happens, and the beginning of each phase", () => {
  const all = [
    "started",
    "message notice",
    "message verbose",
    "message warning",
    "progress 1",
    "progress 3",
    "changed",
    "conflict",
    "problem",
    "finished",
  ];
  deepEqual(logged("--verbose"), all);
  deepEqual(logged(), all.filter((name) => name !== "message verbose"));
  deepEqual(logged("--errors-only"), [
    "message warning",
    "problem",
    "finished",
  ]);
});

Deno.test("logSink() says once that it cannot go on, and gives up", () => {
  const warnings: string[] = [];
  const sink = logSink(configOf().output, {
    write() {
      throw new Error("No space left on device (os error 28)");
    },
    now: () => NOW,
    onFailure: (warning) => warnings.push(warning),
  });
  STORY.forEach(sink);
  deepEqual(warnings, ["Cannot go on logging: no space left on device"]);
});
