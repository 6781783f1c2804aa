import { deepStrictEqual as deepEqual } from "node:assert/strict";
import { InterruptedError } from "@/core/errors.ts";
import { parseRelPath } from "@/core/path.ts";
import type { Config } from "@/config/config.ts";
import type { RunReport, SyncEvent } from "@/report/events.ts";
import type { Line } from "@/report/line.ts";
import { textSink } from "@/report/text.ts";
import {
  changed,
  configOf,
  conflictAt,
  counters,
  NOW,
  reportOf,
  STARTED,
} from "../support/report_fixture.ts";

function linesOf(
  config: Config,
  events: readonly SyncEvent[],
  signal: AbortSignal = new AbortController().signal,
): Line[] {
  const lines: Line[] = [];
  const sink = textSink(config, {
    identity: { user: "ann", host: "box", pid: 42, version: "9.9.9" },
    now: () => NOW,
    signal,
    print: (line) => lines.push(line),
  });
  sink(STARTED);
  lines.length = 0;
  for (const event of events) sink(event);
  return lines;
}

function textsOf(config: Config, ...events: SyncEvent[]): string[] {
  return linesOf(config, events).map(({ level, text }) => `${level}: ${text}`);
}

function finished(some: Partial<RunReport> = {}): SyncEvent {
  return { kind: "finished", report: reportOf(some) };
}

const PLAIN = configOf();

Deno.test("textSink() begins with who runs what", () => {
  const lines = linesOf(PLAIN, [{ ...STARTED, dry: true } as SyncEvent]);
  deepEqual(lines.map(({ text }) => text), [
    "-".repeat(60),
    "osync 9.9.9, 2026-11-22 06:46:53",
    "-".repeat(60),
    "Task quicksync_task as ann@box, process 42.",
    "Initiator: /a",
    "Target: /b",
    "Dry run: nothing will be changed.",
  ]);
});

Deno.test("textSink() announces each phase once", () => {
  const at = (phase: "scan" | "perform"): SyncEvent => ({
    kind: "progress",
    progress: { phase, files: 1, bytes: 0 },
  });
  deepEqual(textsOf(PLAIN, at("scan"), at("scan"), at("perform")), [
    "notice: Scanning both replicas.",
    "notice: Making the changes.",
  ]);
});

const done = {
  initiator: counters({ created: 5, updated: 4, deleted: 2, attributes: 1 }),
  target: counters({ updated: 3, bytes: 2048 }),
};
const problem = {
  side: "target",
  path: parseRelPath("d/x\n"),
  code: "EACCES",
  message: "permission denied",
} as const;

Deno.test("textSink() says what is planned, if anything is", () => {
  const planned = (conflicts: number): SyncEvent => ({
    kind: "planned",
    planned: conflicts > 0 ? done : reportOf().planned,
    conflicts,
  });
  deepEqual(textsOf(PLAIN, planned(0), planned(2)), [
    "notice: Planned: 12 changes on initiator, 3 on target, 2 conflicts.",
  ]);
  deepEqual(textsOf(configOf("--initialize"), planned(2)), []);
});

const conflicts = [conflictAt("c")];

const endings: readonly [Config, Partial<RunReport>, string][] = [
  [PLAIN, {}, "notice: Nothing to do: both replicas are equal."],
  [configOf("--sync-type=initiator2target"), {}, "notice: Nothing to do."],
  [
    PLAIN,
    { skipped: 2 },
    "notice: Nothing to do: 2 deletions held back by SKIP_DELETION.",
  ],
  [
    PLAIN,
    { done, skipped: 1 },
    "notice: Synchronised: 12 changes on initiator, 3 on target; " +
    "1 deletion held back by SKIP_DELETION.",
  ],
  [
    PLAIN,
    { problems: [{ ...problem, transient: true }], result: "warnings" },
    "warning: Finished with 1 problem. Nothing was changed.",
  ],
  [
    PLAIN,
    { done, conflicts },
    "notice: Synchronised: 12 changes on initiator, 3 on target, 1 conflict.",
  ],
  [
    PLAIN,
    { done: { initiator: counters(), target: counters({ created: 1 }) } },
    "notice: Synchronised: 0 changes on initiator, 1 on target.",
  ],
  [
    configOf("--dry", "--errors-only"),
    { dry: true, planned: done, conflicts },
    "notice: Dry run: nothing was changed; 15 changes planned, 1 conflict.",
  ],
  [
    configOf("--initialize"),
    {},
    "notice: Initialised: what both replicas hold was recorded.",
  ],
  [
    PLAIN,
    { done, problems: [problem], errors: 1, result: "errors" },
    "error: Finished with 2 problems. Done: 12 changes on initiator, " +
    "3 on target.",
  ],
  [
    PLAIN,
    { result: "warnings", warnings: 1 },
    "warning: Finished with 1 warning. Nothing to do.",
  ],
  [
    PLAIN,
    { result: "errors", problems: [problem], warnings: 2 },
    "error: Finished with 1 problem and 2 warnings. Nothing was changed.",
  ],
];

Deno.test("textSink() ends with what happened, in words", () => {
  for (const [config, report, text] of endings) {
    deepEqual(textsOf(config, finished(report)).at(-1), text);
  }
});

Deno.test("textSink() says which signal stopped a run", () => {
  const signal = AbortSignal.abort(new InterruptedError("SIGTERM"));
  const lines = [
    linesOf(PLAIN, [finished({ result: "interrupted" })], signal),
    linesOf(PLAIN, [{
      kind: "failed",
      error: "InterruptedError",
      message: "Interrupted by SIGTERM",
      exitCode: 143,
    }], signal),
  ];
  for (const line of lines) {
    deepEqual(line, [{
      level: "warning",
      text: "Stopped by SIGTERM; run again to complete.",
    }]);
  }
});

Deno.test("textSink() prints a failure with what to do about it", () => {
  const failed: SyncEvent = {
    kind: "failed",
    error: "LockedError",
    message: "Cannot lock",
    hint: "Wait",
    exitCode: 1,
  };
  deepEqual(textsOf(PLAIN, failed), [
    "critical: Cannot lock",
    "critical: Wait",
  ]);
});

Deno.test("textSink() passes messages on, and counts their warnings", () => {
  const warning: SyncEvent = { kind: "message", level: "warning", text: "w" };
  deepEqual(textsOf(PLAIN, warning, finished({ warnings: 1 })), [
    "warning: w",
    "warning: Finished with 1 warning. Nothing to do: both replicas are equal.",
  ]);
});

Deno.test("textSink() prints problems with their full path", () => {
  const { side: _, ...everywhere } = problem;
  deepEqual(
    textsOf(
      PLAIN,
      { kind: "problem", problem },
      { kind: "problem", problem: everywhere },
    ),
    [
      "error: /b/d/x\\n: permission denied",
      "error: ./d/x\\n: permission denied",
    ],
  );
});

const CHANGES: readonly SyncEvent[] = [
  changed(["target", "update", "x"]),
  changed(["target", "update", "busy"], "file", "stale"),
  changed(["initiator", "delete", "d"], "directory"),
];

Deno.test("textSink() prints one line for each change with --verbose", () => {
  const skipped: SyncEvent = {
    kind: "skipped",
    side: "target",
    path: parseRelPath("s"),
  };
  const conflict: SyncEvent = { kind: "conflict", conflict: conflictAt("c") };
  deepEqual(textsOf(configOf("--verbose"), ...CHANGES, skipped, conflict), [
    "verbose: UPDATE >> /b/x",
    "verbose: DELETE << /a/d/",
    "verbose: SKIP >> /b/s",
    "verbose: CONFLICT /a/c << >> /b/c: edited on both sides, target wins",
  ]);
  deepEqual(textsOf(PLAIN, ...CHANGES), []);
});

const SUMMARY = [
  "always: Transfers: INITIATOR << >> TARGET",
  "always: UPDATE >> /b/x",
  "always: Deletions: INITIATOR << >> TARGET",
  "always: DELETE << /a/d/",
  "always: Updates on initiator: 0",
  "always: Updates on target: 1",
  "always: Deletions on initiator: 1",
  "always: Deletions on target: 0",
];

Deno.test("textSink() lists all changes with --summary, without prefix", () => {
  const config = configOf("--summary", "--errors-only");
  deepEqual(textsOf(config, ...CHANGES, finished()).slice(0, -1), SUMMARY);
  const lines = linesOf(config, [...CHANGES, finished()]).slice(0, -1);
  deepEqual(new Set(lines.map(({ bare }) => bare)), new Set([true]));
});

Deno.test("textSink() lists the changes of a dry run", () => {
  deepEqual(
    textsOf(
      configOf("--dry"),
      changed(["target", "update", "x"], "file", "planned"),
      changed(["initiator", "delete", "d"], "directory", "planned"),
      finished({ dry: true }),
    ).slice(0, -1),
    SUMMARY,
  );
});

Deno.test("textSink() says that there are no conflicts, but not with --errors-only", () => {
  const lists = [["--log-conflicts"], ["--log-conflicts", "--errors-only"]].map(
    (options) => textsOf(configOf(...options), finished()).slice(0, -1),
  );
  deepEqual(lists, [["always: Conflicts: 0"], []]);
});

Deno.test("textSink() warns of what the next run will most likely manage", () => {
  const changedMeanwhile = { ...problem, transient: true } as const;
  deepEqual(textsOf(PLAIN, { kind: "problem", problem: changedMeanwhile }), [
    "warning: /b/d/x\\n: permission denied",
  ]);
});

Deno.test("textSink() lists conflicts with --log-conflicts", () => {
  const report = { conflicts: [conflictAt("c"), conflictAt("e\x1b")] };
  deepEqual(
    textsOf(configOf("--log-conflicts"), finished(report)).slice(0, -1),
    [
      "always: /a/c << >> /b/c",
      "always: /a/e\\x1b << >> /b/e\\x1b",
      "always: Conflicts: 2",
    ],
  );
  deepEqual(textsOf(PLAIN, finished(report)).length, 1);
});

Deno.test("textSink() prints figures with --stats", () => {
  deepEqual(textsOf(configOf("--stats"), finished({ done })).slice(0, -1), [
    "always: Scanned: 10 entries on initiator, 11 on target",
    "always: Transferred: 0 B to initiator, 2.0 KiB to target",
    "always: Time: 1.3 seconds",
  ]);
});
