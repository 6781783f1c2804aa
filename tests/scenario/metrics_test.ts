import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert/strict";
import { Replicas } from "../support/replicas.ts";

function aPair(): Replicas {
  const pair = new Replicas();
  pair.put("initiator", { a: "1" });
  return pair;
}

async function namesIn(directory: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  return entries.map(({ name }) => name).toSorted();
}

Deno.test("METRICS_FILE has the figures of every run, and everybody can read it", async () => {
  using pair = aPair();
  const directory = `${pair.home}/figures`;
  await Deno.mkdir(directory);
  const path = `${directory}/osync.prom`;
  const env = { METRICS_FILE: path };
  const { umask } = Deno;
  const before = umask(0o077);
  try {
    await pair.sync(["--instance-id=photos"], { env });
  } finally {
    umask(before);
  }
  deepEqual(await namesIn(directory), ["osync.prom"]);
  equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o644);
  const good = await Deno.readTextFile(path);
  match(good, /^osync_run_success\{instance="photos"\} 1$/m);
  match(good, /^osync_run_changes\{instance="photos",side="target"\} [12]$/m);

  await Deno.remove(pair.path("target"), { recursive: true });
  equal((await pair.run(["--instance-id=photos"], { env })).code, 1);
  const bad = await Deno.readTextFile(path);
  match(bad, /^osync_run_success\{instance="photos"\} 0$/m);
  const success = /^osync_last_success_timestamp_seconds.*$/m;
  equal(success.exec(bad)?.[0], success.exec(good)?.[0]);
});

Deno.test("METRICS_FILE tells of alerts that failed, too", async () => {
  using pair = aPair();
  const path = `${pair.home}/osync.prom`;
  const env = { METRICS_FILE: path, WEBHOOK_URL: "http://127.0.0.1:1" };
  equal((await pair.run([], { env })).code, 2);
  const text = await Deno.readTextFile(path);
  match(text, /^osync_run_exit_code\{.*\} 2$/m);
  match(text, /^osync_run_warnings\{.*\} 1$/m);
});

Deno.test("METRICS_FILE that cannot be written costs a warning", async () => {
  using pair = aPair();
  for (const name of ["no/such.prom", "initiator"]) {
    const path = `${pair.home}/${name}`;
    const env = { METRICS_FILE: path };
    const ran = await pair.run(["--no-prefix"], { env });
    equal(ran.code, 2);
    match(ran.stderr, /^Warning: Cannot write the figures to .*: \S/);
    await pair.mustBeEqual();
  }
  deepEqual(await namesIn(pair.home), ["initiator", "log", "target"]);
});
