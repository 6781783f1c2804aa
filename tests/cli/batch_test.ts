import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert/strict";
import type { Showing } from "@/batch.ts";
import type { World } from "@/cli.ts";
import { InterruptedError } from "@/core/errors.ts";
import type { RunEnd } from "@/report/batch_text.ts";
import { osync } from "../support/fake_world.ts";
import type { Session } from "../support/fake_world.ts";
import { NOW } from "../support/report_fixture.ts";

/** How the runs of a file end, one after the other; the last one again and again. */
type Ends = readonly (number | RunEnd)[];

interface Batched extends Session {
  /** What was started, in order: the arguments, and the file last. */
  readonly started: readonly (readonly string[])[];
  readonly showings: readonly Showing[];
  /** Most that ran at the same time. */
  readonly most: number;
  /** Files whose run was asked to stop. */
  readonly stopped: readonly string[];
}

interface Stage {
  readonly stop?: AbortController;
  /** Called when a run has started; the answer is how many seconds it takes. */
  readonly onStart?: (file: string) => number;
  readonly world?: Partial<World>;
}

const DIRECTORIES: Readonly<Record<string, readonly string[]>> = {
  "/c": ["b.conf", "a.conf", "C.CONF", "sync.conf.example", ".#a.conf"],
  "/none": ["readme"],
};

/** Runs a batch with stand-ins for the runs; those that end with -1 wait to be stopped. */
async function batch(
  argv: readonly string[],
  ends: Readonly<Record<string, Ends>> = {},
  { stop = new AbortController(), onStart, world }: Stage = {},
): Promise<Batched> {
  const started: (readonly string[])[] = [];
  const showings: Showing[] = [];
  const stopped: string[] = [];
  const runs = new Map<string, number>();
  let [running, most, seconds] = [0, 0, 0];
  const session = await osync(["batch", ...argv], {
    signal: stop.signal,
    now: () => new Date(NOW.getTime() + seconds * 1000),
    ...world,
    tasks: {
      namesIn(path) {
        if (path === "/locked") {
          throw new Deno.errors.PermissionDenied(
            "Permission denied (os error 13)",
          );
        }
        return DIRECTORIES[path.replace(/\/$/, "")];
      },
      start(args, showing) {
        const file = args.at(-1) as string;
        const run = runs.get(file) ?? 0;
        runs.set(file, run + 1);
        started.push(args);
        showings.push(showing);
        most = Math.max(most, ++running);
        const all = ends[file] ?? [0];
        const end = all[Math.min(run, all.length - 1)] ?? 0;
        const { promise, resolve } = Promise.withResolvers<RunEnd>();
        if (end !== -1) {
          queueMicrotask(() =>
            resolve(typeof end === "number" ? { code: end } : end)
          );
        }
        seconds += onStart?.(file) ?? 1;
        const text = `${file} says\n`;
        const pieces = showing.when === "now" ? [] : [
          { stream: "stdout", text } as const,
          { stream: "stderr", text: "!\n" } as const,
        ];
        return {
          ended: promise.then((end) => {
            running--;
            return { ...end, pieces };
          }),
          stop() {
            stopped.push(file);
            resolve({ code: 143 });
          },
        };
      },
    },
  });
  return { ...session, started, showings, most, stopped };
}

function files({ started }: Batched): string[] {
  return started.map((args) => args.at(-1) as string);
}

Deno.test("osync batch runs every *.conf of a directory, in any case, by name", async () => {
  const ran = await batch(["--path=/c/"]);
  deepEqual(files(ran), ["/c/C.CONF", "/c/a.conf", "/c/b.conf"]);
  deepEqual(ran.started[0], ["--", "/c/C.CONF"]);
  deepEqual([ran.code, ran.stderr], [0, ""]);
});

Deno.test("osync batch runs files as given, and each once", async () => {
  const ran = await batch(["--path=x", "/c/b.conf", "/c"]);
  deepEqual(files(ran), ["x", "/c/b.conf", "/c/C.CONF", "/c/a.conf"]);
});

Deno.test("osync batch says what runs, and ends with a table", async () => {
  const { stdout, stderr, logs } = await batch(["--path=/c", "--no-prefix"], {
    "/c/a.conf": [1, 0],
    "/c/b.conf": [2],
  });
  equal(
    stdout,
    [
      "Running 3 files.",
      "Running /c/C.CONF.",
      "/c/C.CONF: in sync.",
      "Running /c/a.conf.",
      "Running /c/b.conf.",
      "Running /c/a.conf, run 2 of 3.",
      "/c/a.conf: in sync.",
      "Task       Result    Runs  Duration",
      "/c/C.CONF  in sync      1      0:01",
      "/c/a.conf  in sync      2      0:02",
      "/c/b.conf  warnings     1      0:01",
      "",
    ].join("\n"),
  );
  equal(
    stderr,
    [
      "Warning: /c/a.conf: failed (exit code 1); it is to be run again.",
      "Warning: /c/b.conf: warnings.",
      "Warning: Batch of 3 files: 2 in sync, 1 with warnings.",
      "",
    ].join("\n"),
  );
  match(
    logs["/var/log/osync-batch.log"] ?? "",
    /^Running \/c\/a\.conf, run 2 of 3\.$/m,
  );
});

Deno.test("osync batch goes without a log where it has no place", async () => {
  const { code, stderr } = await batch(["/c"], {}, {
    world: {
      openLog() {
        throw new Deno.errors.PermissionDenied("Permission denied");
      },
    },
  });
  deepEqual([code, stderr], [0, ""]);
});

const CODES: readonly {
  readonly name: string;
  readonly ends: Ends;
  readonly runs: number;
  readonly code: number;
}[] = [
  { name: "success", ends: [0], runs: 1, code: 0 },
  { name: "warnings", ends: [2], runs: 1, code: 2 },
  { name: "a failure", ends: [1], runs: 3, code: 1 },
  { name: "a failure that heals", ends: [1, 0], runs: 2, code: 0 },
  { name: "an interruption", ends: [143, 130, 2], runs: 3, code: 2 },
  { name: "an end by force", ends: [137], runs: 3, code: 1 },
  { name: "a wrong command line", ends: [64], runs: 1, code: 64 },
  {
    name: "no start",
    ends: [{ code: 1, reason: "no memory" }],
    runs: 3,
    code: 1,
  },
];

for (const { name, ends, runs, code } of CODES) {
  Deno.test(`osync batch after ${name} has exit code ${code} and ${runs} runs`, async () => {
    const ran = await batch(["--path=x.conf"], { "x.conf": ends });
    deepEqual([ran.code, ran.started.length], [code, runs]);
  });
}

Deno.test("osync batch --max-runs limits the runs of a file", async () => {
  const ran = await batch(["--path=/c", "--max-runs=2"], { "/c/a.conf": [1] });
  deepEqual(files(ran), ["/c/C.CONF", "/c/a.conf", "/c/b.conf", "/c/a.conf"]);
  equal(ran.code, 1);
});

Deno.test("osync batch --max-exec-time starts nothing after it, and stops nothing", async () => {
  const ran = await batch(["/c", "--max-exec-time=11"], { "/c/a.conf": [1] }, {
    onStart: (file) => file === "/c/a.conf" ? 20 : 1,
  });
  deepEqual(files(ran), ["/c/C.CONF", "/c/a.conf"]);
  deepEqual([ran.code, ran.stopped], [1, []]);
  match(ran.stderr, /11 seconds are over: no more runs\.\n/);
  match(ran.stderr, /1 in sync, 1 failed, 1 not run\.\n$/);
  match(ran.stdout, /^\/c\/b\.conf {2}not run +0 +0:00$/m);
  const any = await batch(["/c", "--max-exec-time=0"], {}, {
    onStart: () => 1e6,
  });
  deepEqual([any.code, any.started.length], [0, 3]);
});

Deno.test("osync batch --parallel runs so many at a time, and mixes no output", async () => {
  const alone = await batch(["/c"]);
  deepEqual([alone.most, alone.showings[0]?.when], [1, "now"]);
  const ran = await batch(["/c", "--parallel=2", "--no-prefix"]);
  deepEqual([ran.most, ran.started.length], [2, 3]);
  match(
    ran.stdout,
    /^Output of \/c\/a\.conf:\n\/c\/a\.conf says\n\/c\/a\.conf: in sync\.\n/m,
  );
  equal(ran.stderr, "!\n!\n!\n");
});

Deno.test("osync batch gives the options of osync to every run", async () => {
  const ran = await batch(["--dry", "/c", "--sync-type=initiator2target"]);
  for (const args of ran.started) {
    deepEqual(args.slice(0, -1), [
      "--dry",
      "--sync-type=initiator2target",
      "--",
    ]);
  }
});

Deno.test("osync batch shows notices of its runs only to those who ask", async () => {
  for (const option of ["--silent", "--errors-only", "--checksum"]) {
    const { showings } = await batch(["x.conf", option]);
    equal(showings[0]?.notices, false);
  }
  for (
    const option of [
      "--dry",
      "--json",
      "--log-conflicts",
      "--stats",
      "--summary",
      "--verbose",
    ]
  ) {
    const { showings } = await batch(["x.conf", option]);
    equal(showings[0]?.notices, true, option);
  }
});

Deno.test("osync batch prints nothing with --silent, and less with --errors-only", async () => {
  const silent = await batch(["/c", "--silent"], { "/c/a.conf": [1] });
  deepEqual([silent.stdout, silent.stderr], ["", ""]);
  match(silent.logs["/var/log/osync-batch.log"] ?? "", /a\.conf: failed/);
  const good = await batch(["/c", "--errors-only"]);
  deepEqual([good.stdout, good.stderr], ["", ""]);
  const bad = await batch(["/c", "--errors-only"], { "/c/a.conf": [1] });
  match(bad.stdout, /^Task .*\n.*in sync.*\n.*failed.*\n.*in sync.*\n$/);
});

Deno.test("osync batch --json leaves standard output to the runs", async () => {
  const { stdout, stderr } = await batch(["/c", "--json"]);
  equal(stdout, "");
  match(stderr, /Task +Result/);
});

Deno.test("a directory without files, or that cannot be read, fails, and the others run", async () => {
  const ran = await batch(["/none", "/locked", "x.conf", "--no-prefix"]);
  deepEqual([ran.code, files(ran)], [1, ["x.conf"]]);
  match(ran.stderr, /^Error: There is no \*\.conf in \/none\n/);
  match(ran.stderr, /Cannot read the directory \/locked: permission denied\n/);
  equal((await batch(["/none"])).code, 1);
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`${signal} stops what runs in a batch, and starts no more`, async () => {
    const stop = new AbortController();
    const ran = await batch(["/c", "--parallel=2"], {
      "/c/C.CONF": [-1],
      "/c/a.conf": [-1],
    }, {
      stop,
      onStart(file) {
        if (file === "/c/a.conf") {
          queueMicrotask(() => stop.abort(new InterruptedError(signal)));
        }
        return 1;
      },
    });
    equal(ran.code, code);
    deepEqual(ran.stopped, ["/c/C.CONF", "/c/a.conf"]);
    match(ran.stdout, /^\/c\/a\.conf +interrupted \(exit code 143\) +1 /m);
    match(ran.stdout, /^\/c\/b\.conf +not run +0 /m);
    match(
      ran.stderr,
      new RegExp(`Warning: Stopped by ${signal}; run again to complete\\.\n$`),
    );
  });
}

Deno.test("osync batch prints its help, the version, and what is wrong", async () => {
  match((await batch([])).stdout, /^Usage: osync batch /);
  match((await batch(["-?"])).stdout, /^Usage: osync batch /);
  match((await batch(["-v"])).stdout, /^osync [0-9.]+\n$/);
  const wrong = await batch(["--path=/c", "--dri"]);
  deepEqual([wrong.code, wrong.started], [64, []]);
  equal(wrong.stderr, "osync: Unknown option --dri. Did you mean --dry?\n");
});
