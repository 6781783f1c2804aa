import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert/strict";
import { InterruptedError } from "@/core/errors.ts";
import { taskSystem } from "@/task_process.ts";
import { osync } from "../support/fake_world.ts";

const MAIN = new URL("../../main.ts", import.meta.url).href;

interface Place extends AsyncDisposable {
  readonly path: string;
  /** Writes a configuration file for two directories of that name. */
  readonly task: (name: string, more?: string) => Promise<void>;
}

async function place(): Promise<Place> {
  const path = await Deno.makeTempDir();
  await Deno.mkdir(`${path}/conf`);
  return {
    path,
    async task(name, more = "") {
      for (const side of ["a", "b"]) {
        await Deno.mkdir(`${path}/${name} ${side}`);
        await Deno.writeTextFile(`${path}/${name} ${side}/of ${side}`, side);
      }
      await Deno.writeTextFile(
        `${path}/conf/${name}.conf`,
        [
          `INITIATOR_SYNC_DIR="${path}/${name} a"`,
          `TARGET_SYNC_DIR="${path}/${name} b"`,
          `LOGFILE="${path}/log of ${name}"`,
          more,
          "",
        ].join("\n"),
      );
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** The process that has this argument last. */
async function processWith(argument: string): Promise<number> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`)
      .catch(() => "");
    if (line.endsWith(`\0${argument}\0`)) return Number(name);
  }
  throw new Error(`No process has the argument ${argument}`);
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

Deno.test("osync batch runs real files, and none stops the others", async () => {
  await using here = await place();
  await here.task("one");
  await here.task("two");
  await Deno.writeTextFile(
    `${here.path}/conf/half.conf`,
    "INITIATOR_SYNC_DIR=",
  );
  const { code, stdout, stderr } = await osync([
    "batch",
    `--path=${here.path}/conf`,
    "--max-runs=2",
    "--parallel=2",
    "--summary",
    "--no-prefix",
  ], { tasks: taskSystem(MAIN) });
  equal(code, 1);
  const { namesIn } = taskSystem(MAIN);
  for (const name of ["one", "two"]) {
    deepEqual(namesIn(`${here.path}/${name} a`)?.toSorted(), [
      ".osync_workdir",
      "of a",
      "of b",
    ]);
    match(stdout, new RegExp(`^CREATE >> .*/${name} b/of a$`, "m"));
    match(stdout, new RegExp(`/conf/${name}\\.conf +in sync +1 +0:0`));
  }
  match(stdout, /\/conf\/half\.conf +failed \(exit code 1\) +2 +0:0/);
  match(stderr, /^osync: TARGET_SYNC_DIR is missing/m);
});

/** Stands in for osync: runs until it is asked to stop. */
const STUBBORN = `
  const file = Deno.args.at(-1);
  Deno.addSignalListener("SIGTERM", () => {
    Deno.writeTextFileSync(file + ".stopped", "");
    Deno.exit(143);
  });
  setInterval(() => {}, 1000);
  Deno.writeTextFileSync(file + ".started", "");
`;

Deno.test("a stopped batch lets its runs end cleanly", async () => {
  await using here = await place();
  await here.task("one");
  await here.task("two");
  const directory = `${here.path}/it's 100% "here"`;
  await Deno.mkdir(directory);
  await Deno.writeTextFile(`${directory}/main.js`, STUBBORN);
  const one = `${here.path}/conf/one.conf`;
  const stop = new AbortController();
  const batch = osync(
    ["batch", `--path=${here.path}/conf`, "--no-prefix"],
    {
      tasks: taskSystem(`file://${encodeURI(directory)}/main.js`),
      signal: stop.signal,
    },
  );
  while (!isThere(`${one}.started`)) await delay(5);
  stop.abort(new InterruptedError("SIGINT"));
  const { code, stdout } = await batch;
  equal(code, 130);
  equal(isThere(`${one}.stopped`), true);
  match(stdout, /\/conf\/one\.conf +interrupted \(exit code 143\) +1 /);
  match(stdout, /\/conf\/two\.conf +not run +0 /);
});

Deno.test("a run that is killed comes again", async () => {
  await using here = await place();
  const list = `${here.path}/list`;
  await here.task("one", `RSYNC_EXCLUDE_FROM="${list}"`);
  await new Deno.Command("mkfifo", { args: [list] }).output();
  const batch = osync(["batch", `--path=${here.path}/conf`, "--no-prefix"], {
    tasks: taskSystem(MAIN),
  });
  // Each run waits for whoever writes its list of patterns.
  const first = await Deno.open(list, { write: true });
  const pid = await processWith(`${here.path}/conf/one.conf`);
  Deno.kill(pid, "SIGKILL");
  first.close();
  while (isThere(`/proc/${pid}`)) await delay(5);
  const second = await Deno.open(list, { write: true });
  second.close();
  const { code, stdout, stderr } = await batch;
  equal(code, 0);
  match(
    stderr,
    /one\.conf: interrupted \(exit code 137\); it is to be run again/,
  );
  match(stdout, /\/conf\/one\.conf +in sync +2 /);
});

Deno.test("a program that cannot be started is a failed run", async () => {
  const { namesIn, start } = taskSystem(MAIN);
  equal(namesIn("/nonexistent"), undefined);
  equal(namesIn("/dev/null"), undefined);
  const showing = { when: "later", notices: true } as const;
  const { ended, stop } = start(["--\0"], showing);
  const { code, reason, pieces } = await ended;
  deepEqual([code, pieces, typeof reason], [1, [], "string"]);
  stop();
});
