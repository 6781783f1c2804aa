import { deepStrictEqual as deepEqual, match, ok } from "node:assert/strict";
import { Replicas } from "../support/replicas.ts";

Deno.test("LOG_FORMAT=json makes the log one of JSON, and the screen stays text", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1" });
  const env = { LOG_FORMAT: "json" };
  const { stdout } = await pair.sync(["--no-prefix"], { env });
  match(stdout, /^Synchronised: /m);
  await Deno.remove(pair.path("target"), { recursive: true });
  await pair.run([], { env });
  const log = await Deno.readTextFile(`${pair.home}/log`);
  const lines = log.trimEnd().split("\n").map((line) => JSON.parse(line));
  const ends = lines.filter(({ kind }) => /finished|failed/.test(kind));
  deepEqual(ends.map(({ kind }) => kind), ["finished", "failed"]);
  ok(
    lines.some(({ kind, action }) => kind === "changed" && action.path === "a"),
  );
});

Deno.test("LOG_FORMAT=json ends with the report, also if an alert fails", async () => {
  using pair = new Replicas();
  const env = { LOG_FORMAT: "json", WEBHOOK_URL: "http://127.0.0.1:1" };
  await pair.run([], { env });
  const log = await Deno.readTextFile(`${pair.home}/log`);
  const kinds = log.trimEnd().split("\n").map((line) => JSON.parse(line).kind);
  deepEqual(kinds.slice(-2), ["message", "finished"]);
});

Deno.test("LOG_MAX_SIZE begins a new log with the run that finds it too large", async () => {
  using pair = new Replicas();
  const log = `${pair.home}/log`;
  const env = { LOG_MAX_SIZE: "1" };
  await Deno.writeTextFile(log, "x".repeat(1024));
  await pair.sync([], { env });
  const first = await Deno.readTextFile(log);
  ok(first.startsWith("xxx") && first.length > 1024);
  await pair.sync();
  ok((await Deno.readTextFile(log)).startsWith("xxx"));
  const whole = await Deno.readTextFile(log);
  await pair.sync([], { env });
  deepEqual(await Deno.readTextFile(`${log}.1`), whole);
  match(await Deno.readTextFile(log), /^[^x]* - -----/);
});
