import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { bareCommand, interruptBare, runBare } from "../support/bare.ts";
import {
  exists,
  exits,
  holds,
  noLitter,
  pathsIn,
  synced,
  text,
} from "../support/evidence.ts";
import { isIn } from "../support/interruption.ts";
import { Replicas } from "../support/replicas.ts";

/** A command that writes what it is told into a file. */
const TELL = 'env | grep -E "^(OSYNC_|INSTANCE_ID|.*_SYNC_DIR)" | sort > told';

function told(pair: Replicas): Record<string, string> {
  const lines = text(`${pair.home}/told`).trimEnd().split("\n");
  return Object.fromEntries(lines.map((line) => line.split("=")));
}

/** A run in this process has the working directory of the tests. */
function atHome(command: string): string {
  return `cd "$OSYNC_INITIATOR/.." || exit 99; ${command}`;
}

function before(command: string, env: Record<string, string> = {}) {
  return { env: { LOCAL_RUN_BEFORE_CMD: atHome(command), ...env } };
}

function after(command: string, env: Record<string, string> = {}) {
  return { env: { LOCAL_RUN_AFTER_CMD: atHome(command), ...env } };
}

/** Processes that have this word in their command line. */
function processes(word: string): string[] {
  const found: string[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const line = Deno.readTextFileSync(`/proc/${name}/cmdline`);
      if (line.includes(word)) found.push(`${name} ${line}`);
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Whether a process has been started, and not only named in a command. */
function isSleep(line: string): boolean {
  return /^\d+ sleep/.test(line);
}

/** Seconds nobody else sleeps for. */
function oddTime(): string {
  return `6${String(Math.random()).slice(2, 8)}.5`;
}

Deno.test("LOCAL_RUN_BEFORE_CMD runs before anything is made or changed, and is told of the run", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1" });
  const command = `${TELL}; find initiator target > there; echo 2 > target/b`;
  await pair.sync(["--instance-id=my task"], before(command));
  equal(
    text(`${pair.home}/there`),
    "initiator\ninitiator/a\ntarget\n",
  );
  const { initiator, target } = pair.roots;
  deepEqual(told(pair), {
    INITIATOR_SYNC_DIR: initiator,
    INSTANCE_ID: "my task",
    OSYNC_DRY: "no",
    OSYNC_INITIATOR: initiator,
    OSYNC_INSTANCE: "my task",
    OSYNC_LOG: `${pair.home}/log`,
    OSYNC_TARGET: target,
    TARGET_SYNC_DIR: target,
  });
  holds(pair, { a: "1", b: "2\n" });
});

Deno.test("LOCAL_RUN_BEFORE_CMD does not run for replicas that cannot be synchronised", async () => {
  using pair = new Replicas();
  Deno.removeSync(pair.path("target"));
  exits(1, await pair.run([], before("touch ran")));
  ok(!exists(`${pair.home}/ran`));
});

Deno.test("LOCAL_RUN_BEFORE_CMD may bring replicas that osync then opens", async () => {
  using pair = await synced({ a: "1" });
  pair.put("initiator", { b: "2" });
  const { target } = pair.roots;
  const command = `mv ${target} aside; cp -a aside ${target}`;
  await pair.sync(["--accept-new-root"], before(command));
  deepEqual(pair.tree("target"), { a: "1", b: "2" });
  ok(!exists(`${pair.home}/aside/b`));
});

Deno.test("LOCAL_RUN_AFTER_CMD runs when nothing is locked any more, and is told how the run ended", async () => {
  using pair = await synced({ a: "1", d: "x" });
  pair.put("initiator", { a: "one", b: "2" });
  pair.put("target", { a: "other", c: "3" });
  await pair.sync([], after(`${TELL}; ls */.osync_workdir > there`));
  const {
    OSYNC_OUTCOME,
    OSYNC_CHANGES_INITIATOR,
    OSYNC_CHANGES_TARGET,
    OSYNC_CONFLICTS,
    OSYNC_ERRORS,
    OSYNC_WARNINGS,
    INSTANCE_ID,
  } = told(pair);
  deepEqual([OSYNC_OUTCOME, OSYNC_CONFLICTS], ["ok", "1"]);
  deepEqual([OSYNC_ERRORS, OSYNC_WARNINGS], ["0", "0"]);
  equal(INSTANCE_ID, "quicksync_task");
  ok(Number(OSYNC_CHANGES_INITIATOR) >= 1);
  ok(Number(OSYNC_CHANGES_TARGET) >= 1);
  ok(!/lock/.test(text(`${pair.home}/there`)));
});

Deno.test("commands find programs where the environment is empty, and standard input is closed", async () => {
  using pair = new Replicas();
  const through = ["/bin/sh", "-c", 'exec "$@" <&-', "sh"];
  for (const PATH of [undefined, "", "/usr/bin:/bin"]) {
    const env = {
      ...before("ls /").env,
      ...PATH === undefined ? {} : { PATH },
    };
    exits(0, await runBare(pair, [], { env, through }));
  }
});

Deno.test("commands get standard input that is empty", async () => {
  using pair = new Replicas();
  const { stdout } = await pair.sync(
    ["--verbose"],
    before("cat; echo end of input"),
  );
  match(stdout, /LOCAL_RUN_BEFORE_CMD: end of input/);
});

Deno.test("what a command says is told with --verbose, in order, and not without it", async () => {
  using pair = new Replicas();
  const loud = before("echo one; echo two >&2; echo three; printf four");
  const { stdout } = await pair.sync(["--verbose", "--no-prefix"], loud);
  match(
    stdout,
    /_CMD: one\nLOCAL_RUN_BEFORE_CMD: two\nLOCAL_RUN_BEFORE_CMD: three\nLOCAL_RUN_BEFORE_CMD: four\n/,
  );
  match(text(`${pair.home}/log`), /\(VERBOSE\):LOCAL_RUN_BEFORE_CMD: two/);
  const quiet = await pair.sync([], loud);
  ok(!quiet.stdout.includes("two"), quiet.stdout);
});

Deno.test("of a command that says very much, the end is told", async () => {
  using pair = new Replicas();
  const { stdout } = await pair.sync(
    ["--verbose"],
    before("seq 1 200000; echo last"),
  );
  ok(stdout.length < 1_000_000);
  match(stdout, /_CMD: 200000\n.*_CMD: last\n/);
});

Deno.test("a failing command before: its output is told, the run goes on and ends with exit code 1", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1" });
  const { stdout, stderr, report } = exits(
    1,
    await pair.run([], before("echo because; exit 3")),
  );
  match(stdout, /LOCAL_RUN_BEFORE_CMD: because/);
  match(stderr, /LOCAL_RUN_BEFORE_CMD failed: it ended with exit code 3/);
  equal(report?.errors, 1);
  holds(pair, { a: "1" });
});

Deno.test("STOP_ON_CMD_ERROR: a failing command before stops the run before it makes anything", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1" });
  const { stdout, stderr } = exits(
    1,
    await pair.run(
      [],
      before("echo because; false", { STOP_ON_CMD_ERROR: "yes" }),
    ),
  );
  match(stdout, /because/);
  match(stderr, /Stopped before the first change: LOCAL_RUN_BEFORE_CMD failed/);
  deepEqual(pathsIn(pair.path("target")), []);
  deepEqual(pathsIn(pair.path("initiator")), ["a"]);
  exits(0, await pair.run([], before("true", { STOP_ON_CMD_ERROR: "yes" })));
});

Deno.test("a failing command after a good run: exit code 1", async () => {
  using pair = new Replicas();
  const { stdout, stderr, events } = exits(
    1,
    await pair.run([], after("echo because; kill -ABRT $$")),
  );
  match(stdout, /LOCAL_RUN_AFTER_CMD: because/);
  match(stderr, /LOCAL_RUN_AFTER_CMD failed: SIGABRT ended it/);
  equal(events.at(-1)?.kind, "finished");
});

Deno.test("a command that does not exist fails", async () => {
  using pair = new Replicas();
  const { stderr } = exits(1, await pair.run([], before("no-such-command")));
  match(stderr, /failed: it ended with exit code 127/);
});

Deno.test("LOCAL_RUN_AFTER_CMD follows a run with warnings, problems or a failure only with RUN_AFTER_CMD_ON_ERROR", async () => {
  const cases = [
    [2, "warnings", { MINIMUM_SPACE: "1000000000000" }],
    [1, "errors", { LOCAL_RUN_BEFORE_CMD: "false" }],
    [1, "errors", { LOCAL_RUN_BEFORE_CMD: "false", STOP_ON_CMD_ERROR: "yes" }],
    [1, "errors", { REMOVE: "target" }],
  ] as const;
  for (const [code, outcome, env] of cases) {
    for (const always of ["no", "yes"]) {
      using pair = new Replicas();
      if ("REMOVE" in env) Deno.removeSync(pair.path("target"));
      const { stdout } = exits(
        code,
        await pair.run(
          [],
          after(TELL, { RUN_AFTER_CMD_ON_ERROR: always, ...env }),
        ),
      );
      equal(exists(`${pair.home}/told`), always === "yes");
      if (always === "no") match(stdout, /LOCAL_RUN_AFTER_CMD is not run/);
      else {
        const { OSYNC_OUTCOME, OSYNC_ERRORS } = told(pair);
        equal(OSYNC_OUTCOME, outcome);
        equal(OSYNC_ERRORS, outcome === "errors" ? "1" : "0");
      }
    }
  }
});

Deno.test("a dry run runs no commands, and says so", async () => {
  using pair = await synced({ a: "1" });
  const env = {
    LOCAL_RUN_BEFORE_CMD: "touch before",
    LOCAL_RUN_AFTER_CMD: "touch after",
  };
  const { stdout } = exits(0, await pair.run(["--dry"], { env }));
  match(stdout, /Dry run: LOCAL_RUN_BEFORE_CMD is not run/);
  match(stdout, /Dry run: LOCAL_RUN_AFTER_CMD is not run/);
  ok(!exists(`${pair.home}/before`) && !exists(`${pair.home}/after`));
});

Deno.test("a command for the target's machine has no use here: a warning", async () => {
  for (const key of ["REMOTE_RUN_BEFORE_CMD", "REMOTE_RUN_AFTER_CMD"]) {
    using pair = new Replicas();
    const { stderr } = exits(2, await pair.run([], { env: { [key]: "true" } }));
    match(stderr, new RegExp(`${key} is not run`));
  }
});

for (
  const [key, moment] of [
    ["MAX_EXEC_TIME_PER_CMD_BEFORE", before],
    ["MAX_EXEC_TIME_PER_CMD_AFTER", after],
  ] as const
) {
  Deno.test(`${key} ends a command with everything it started`, async () => {
    using pair = new Replicas();
    const time = oddTime();
    const command = `echo begun; sleep ${time} & sleep ${time}; echo never`;
    const begun = performance.now();
    const { stdout, stderr } = exits(
      1,
      await pair.run([], moment(command, { [key]: "1" })),
    );
    ok(performance.now() - begun < 4000);
    match(stdout, /_CMD: begun/);
    ok(!stdout.includes("never"));
    match(stderr, /_CMD failed: it took longer than 1 seconds/);
    deepEqual(processes(time), []);
  });
}

Deno.test("a command that does not hear SIGTERM is ended all the same", async () => {
  using pair = new Replicas();
  const time = oddTime();
  const command = `trap '' TERM; sleep ${time}; sleep ${time}; sleep ${time}`;
  const limit = { MAX_EXEC_TIME_PER_CMD_BEFORE: "1" };
  exits(1, await pair.run([], before(command, limit)));
  deepEqual(processes(time), []);
});

Deno.test("what a command leaves in the background holds no run up, and goes on", async () => {
  using pair = new Replicas();
  const begun = performance.now();
  await pair.sync([], before("(sleep 2; echo done > done) & echo begun"));
  ok(performance.now() - begun < 1900);
  await pause(1500);
  ok(exists(`${pair.home}/done`));
});

/** Runs osync until its command sleeps, then sends it signals. */
async function signalled(
  pair: Replicas,
  env: Readonly<Record<string, string>>,
  signals: readonly Deno.Signal[],
): Promise<{ code: number; lasted: number }> {
  const time = /\d+\.5/.exec(Object.values(env).join())?.[0] ?? "";
  const child = bareCommand(pair, ["--silent"], { env }).spawn();
  while (!processes(time).some(isSleep)) await pause(20);
  const begun = performance.now();
  for (const signal of signals) {
    child.kill(signal);
    await pause(300);
  }
  const { code } = await child.output();
  deepEqual(processes(time), []);
  return { code, lasted: performance.now() - begun };
}

Deno.test("a signal ends a running command, and everything it started", async () => {
  for (const key of ["LOCAL_RUN_BEFORE_CMD", "LOCAL_RUN_AFTER_CMD"]) {
    using pair = new Replicas();
    pair.put("initiator", { a: "1" });
    const time = oddTime();
    const env = { [key]: `sleep ${time} & sleep ${time}` };
    const { code, lasted } = await signalled(pair, env, ["SIGTERM"]);
    equal(code, 143);
    ok(lasted < 2000, `${lasted}`);
    noLitter(pair);
    equal(exists(pair.path("target", "a")), key.includes("AFTER"));
    await pair.sync();
    holds(pair, { a: "1" });
  }
});

Deno.test("a second SIGINT ends osync at once, and the command with it", async () => {
  using pair = new Replicas();
  const time = oddTime();
  const { env } = before(`trap '' TERM; sleep ${time}; sleep ${time}`);
  const { code, lasted } = await signalled(pair, env, ["SIGINT", "SIGINT"]);
  equal(code, 130);
  ok(lasted < 2000, `${lasted}`);
});

Deno.test("a run that a signal stopped is followed by its command where that is wanted", async () => {
  using pair = new Replicas();
  const env = {
    LOCAL_RUN_BEFORE_CMD: "sleep 60",
    LOCAL_RUN_AFTER_CMD: TELL,
    RUN_AFTER_CMD_ON_ERROR: "yes",
  };
  const stopped = await interruptBare(pair, "SIGINT", isIn("before"), { env });
  equal(stopped.code, 130);
  equal(told(pair)["OSYNC_OUTCOME"], "interrupted");
});
