import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert/strict";
import { HazardError, InterruptedError, LockedError } from "@/core/errors.ts";
import { parseRelPath } from "@/core/path.ts";
import type { RunReport, SyncEvent } from "@/report/events.ts";
import type { World } from "@/cli.ts";
import { osync } from "../support/fake_world.ts";
import {
  changed,
  conflictAt,
  counters,
  reportOf,
  STARTED,
} from "../support/report_fixture.ts";

const REPLICAS = ["--initiator=/a", "--target=/b"];
const LOG = "/var/log/osync.quicksync_task.log";

function running(
  events: readonly SyncEvent[],
  some: Partial<RunReport> = {},
): World["run"] {
  return (_config, { sink }) => {
    const report = reportOf(some);
    for (const event of [STARTED, ...events]) sink(event);
    sink({ kind: "finished", report });
    return Promise.resolve(report);
  };
}

function failing(error: unknown): World["run"] {
  return () => Promise.reject(error);
}

Deno.test("osync alone says how to use it", async (t) => {
  const { code, stdout, stderr } = await osync([]);
  deepEqual({ code, stderr }, { code: 0, stderr: "" });
  await t.assertSnapshot(stdout);
});

Deno.test("osync --help prints everything", async (t) => {
  const { code, stdout, stderr } = await osync(["--help"]);
  deepEqual({ code, stderr }, { code: 0, stderr: "" });
  await t.assertSnapshot(stdout);
});

Deno.test("osync --version prints the version of deno.json", async () => {
  const text = await Deno.readTextFile(
    new URL("../../deno.json", import.meta.url),
  );
  const { code, stdout } = await osync(["-v"]);
  equal(code, 0);
  equal(stdout, `osync ${JSON.parse(text).version}\n`);
});

const wrong: readonly (readonly string[])[] = [
  ["--initiatr=/a", "--target=/b"],
  ["--initiator=/a"],
  ["--initiator", "--target=/b"],
  [...REPLICAS, "--dry=yes"],
  [...REPLICAS, "--target=/c"],
  [...REPLICAS, "--sync-type=both"],
  [...REPLICAS, "--modify-window=soon"],
  [...REPLICAS, "--instance-id=a/b"],
  [...REPLICAS, "--on-changes"],
  [...REPLICAS, "--rsakey=/k"],
  ["--initiator=/a", "--target=ssh://host//b"],
  ["/etc/osync/sync.cfg"],
  ["/etc/osync/a.conf", "b.conf"],
  ["/a", "/b"],
  [...REPLICAS, "--silent", "--bogus"],
];

Deno.test("osync refuses a wrong command line and touches nothing", async (t) => {
  const seen: Record<string, string> = {};
  for (const argv of wrong) {
    const { code, stdout, stderr, logs, config } = await osync(argv);
    equal(code, 64, argv.join(" "));
    deepEqual({ stdout, logs, config }, {
      stdout: "",
      logs: {},
      config: undefined,
    });
    seen[`osync ${argv.join(" ")}`] = stderr;
  }
  await t.assertSnapshot(seen);
});

Deno.test("osync refuses a wrong environment with another exit code", async () => {
  const env = { SOFT_DELETE_DAYS: "many", CREATE_DIRS: "perhaps" };
  const { code, stderr, config } = await osync(REPLICAS, { env });
  equal(code, 1);
  equal(config, undefined);
  equal(
    stderr,
    "osync: Cannot use CREATE_DIRS=perhaps (environment): it must be yes or no\n" +
      "osync: Cannot use SOFT_DELETE_DAYS=many (environment): it must be " +
      "a whole number of days from 0 to 36500\n",
  );
});

const EVENTS: readonly SyncEvent[] = [
  { kind: "progress", progress: { phase: "scan", files: 0, bytes: 0 } },
  changed(["target", "create", "new dir"], "directory"),
  changed(["target", "create", "new dir/f\n"]),
  changed(["initiator", "delete", "gone"]),
  { kind: "conflict", conflict: conflictAt("both") },
  changed(["initiator", "update", "both"]),
];
const RESULT: Partial<RunReport> = {
  done: {
    initiator: counters({ updated: 1, deleted: 1, bytes: 10 }),
    target: counters({ created: 2, bytes: 2000 }),
  },
  conflicts: [conflictAt("both")],
};

Deno.test("osync tells a run on screen and in the log", async (t) => {
  const { code, stdout, stderr, logs } = await osync(
    [...REPLICAS, "--summary", "--log-conflicts", "--stats", "--verbose"],
    { run: running(EVENTS, RESULT) },
  );
  deepEqual({ code, stderr }, { code: 0, stderr: "" });
  await t.assertSnapshot({ stdout, log: logs[LOG] });
});

Deno.test("osync --json prints JSON and keeps the log in text", async (t) => {
  const { code, stdout, stderr, logs } = await osync([...REPLICAS, "--json"], {
    run: running(EVENTS, RESULT),
  });
  deepEqual({ code, stderr }, { code: 0, stderr: "" });
  for (const line of stdout.trimEnd().split("\n")) JSON.parse(line);
  match(
    logs[LOG] ?? "",
    / - Synchronised: 2 changes on initiator, 2 on target/,
  );
  await t.assertSnapshot(stdout);
});

Deno.test("osync --silent prints nothing but logs all", async () => {
  for (const extra of [[], ["--json"], ["--summary", "--verbose"]]) {
    const { stdout, stderr, logs } = await osync(
      [...REPLICAS, "--silent", ...extra],
      { run: failing(new LockedError("Cannot lock")) },
    );
    deepEqual({ stdout, stderr }, { stdout: "", stderr: "" });
    match(logs[LOG] ?? "", /\(CRITICAL\):Cannot lock\n$/);
  }
});

Deno.test("osync --errors-only is quiet about a good run, in the log too", async () => {
  const { code, stdout, stderr, logs } = await osync(
    [...REPLICAS, "--errors-only"],
    { run: running(EVENTS, RESULT) },
  );
  deepEqual({ code, stdout, stderr, logs }, {
    code: 0,
    stdout: "",
    stderr: "",
    logs: { [LOG]: "" },
  });
});

const problem = { path: parseRelPath("x"), code: "EIO", message: "I/O error" };
const stopped = (signal: "SIGINT" | "SIGTERM") => ({
  run: running([], { result: "interrupted" }),
  signal: AbortSignal.abort(new InterruptedError(signal)),
});
const warning: SyncEvent = { kind: "message", level: "warning", text: "w" };

const codes: readonly [Partial<World>, number][] = [
  [{}, 0],
  [{ run: running([], { result: "errors", problems: [problem] }) }, 1],
  // What the engine says about itself is not believed against its own figures.
  [{ run: running([], { problems: [problem] }) }, 1],
  [{ run: running([], { errors: 1 }) }, 1],
  [{ run: running([], { result: "warnings", warnings: 1 }) }, 2],
  [{ run: running([warning]) }, 2],
  [{ env: { PRESERVE_ACL: "yes" } }, 2],
  [{ run: running([warning], { problems: [problem] }) }, 1],
  [stopped("SIGINT"), 130],
  [stopped("SIGTERM"), 143],
  [{ run: running([], { result: "interrupted" }) }, 130],
  [{ run: failing(new LockedError("l")) }, 1],
  [{ run: failing(new InterruptedError("SIGINT")) }, 130],
  [{ run: failing(new InterruptedError("SIGTERM")) }, 143],
  [{ run: failing(new TypeError("bug")) }, 1],
  [{ run: failing("thrown text") }, 1],
];

Deno.test("osync exits with the code that the run deserves", async () => {
  for (const [at, [world, expected]] of codes.entries()) {
    const { code } = await osync(REPLICAS, world);
    equal(code, expected, `case ${at}`);
  }
});

Deno.test("osync prints why a run failed, and what to do", async () => {
  const { stdout, stderr } = await osync([...REPLICAS, "--no-prefix"], {
    run: failing(
      new HazardError("Too many deletions", { hint: "Use --that" }),
    ),
  });
  equal(stdout, "");
  equal(stderr, "Error: Too many deletions\nError: Use --that\n");
});

Deno.test("osync calls an unexpected error a defect, with its stack on request", async () => {
  const run = failing(new TypeError("x is not a function"));
  const short = await osync([...REPLICAS, "--no-prefix"], { run });
  equal(
    short.stderr,
    "Error: Unexpected error: x is not a function\n" +
      "Error: This is a defect of osync; _DEBUG=yes shows where it arose\n",
  );
  const long = await osync(REPLICAS, { run, env: { _DEBUG: "yes" } });
  match(long.stderr, /Error: {5}at .*main_test\.ts/);
});

Deno.test("osync warns if it cannot log, and goes on", async () => {
  const { code, stdout, stderr } = await osync([...REPLICAS, "--no-prefix"], {
    env: { LOGFILE: "/nowhere/log" },
    openLog() {
      throw new Error(
        "No such file or directory (os error 2): open '/nowhere'",
      );
    },
  });
  equal(code, 2);
  equal(
    stderr,
    "Warning: Cannot log to /nowhere/log: no such file or directory\n" +
      "Warning: Finished with 1 warning. Nothing to do: both replicas are equal.\n",
  );
  match(stdout, /Task quicksync_task/);
});

Deno.test("osync warns if the log fails on the way, and goes on", async () => {
  const { code, stderr } = await osync([...REPLICAS, "--no-prefix"], {
    openLog: () => () => {
      throw new Error("No space left on device (os error 28)");
    },
  });
  equal(code, 2);
  match(stderr, /^Warning: Cannot go on logging: no space left on device\n/);
});

const TERMINALS = { stdout: true, stderr: true };

Deno.test("osync shows progress on a terminal only, and not if told not to", async () => {
  const run = running(EVENTS, RESULT);
  const cases: readonly [string[], Partial<World>, boolean][] = [
    [[], { isTerminal: TERMINALS }, true],
    [[], { isTerminal: { stdout: false, stderr: true } }, true],
    [[], {}, false],
    [[], { isTerminal: { stdout: true, stderr: false } }, false],
    [[], { isTerminal: TERMINALS, env: { TERM: "dumb" } }, false],
    [["--non-interactive"], { isTerminal: TERMINALS }, false],
    [["--silent"], { isTerminal: TERMINALS }, false],
    [["--errors-only"], { isTerminal: TERMINALS }, false],
    [["--json"], { isTerminal: TERMINALS }, false],
  ];
  for (const [extra, world, isShown] of cases) {
    const { stdout, stderr } = await osync([...REPLICAS, ...extra], {
      ...world,
      run,
    });
    equal(stdout.includes("\r"), false);
    equal(stderr.includes("\r"), isShown, JSON.stringify([extra, world]));
  }
});

Deno.test("osync colours errors on a terminal, never with NO_COLOR", async () => {
  const run = failing(new LockedError("Cannot lock"));
  const world = { run, isTerminal: TERMINALS };
  const red = await osync(REPLICAS, world);
  equal(red.stderr.includes("\x1b[1;33;41mError: Cannot lock\x1b[0m"), true);
  const plain = await osync(REPLICAS, { ...world, env: { NO_COLOR: "1" } });
  equal(plain.stderr.includes("\x1b["), false);
  const piped = await osync(REPLICAS, { run });
  equal(piped.stderr.includes("\x1b["), false);
});
