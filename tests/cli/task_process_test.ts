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

Deno.test("a stopped batch lets its runs end cleanly", async () => {
  await using here = await place();
  const list = `${here.path}/list`;
  await here.task("one", `RSYNC_EXCLUDE_FROM="${list}"`);
  await here.task("two");
  // The run waits for whoever writes its list of patterns.
  await new Deno.Command("mkfifo", { args: [list] }).output();
  const stop = new AbortController();
  const batch = osync(
    ["batch", `--path=${here.path}/conf`, "--no-prefix"],
    { tasks: taskSystem(MAIN), signal: stop.signal },
  );
  const pipe = await Deno.open(list, { write: true });
  stop.abort(new InterruptedError("SIGTERM"));
  pipe.close();
  const { code, stdout } = await batch;
  equal(code, 143);
  match(stdout, /\/conf\/one\.conf +interrupted \(exit code 143\) +1 /);
  match(stdout, /\/conf\/two\.conf +not run +0 /);
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
