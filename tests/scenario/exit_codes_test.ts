import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import { SIDES } from "@/core/side.ts";
import { exits, synced } from "../support/evidence.ts";
import { runHere } from "../support/osync.ts";
import { file, Replicas } from "../support/replicas.ts";
import { canBeImmutable, Immutable, sh } from "../support/machine.ts";

Deno.test("exit code 0: all is in sync, be it by conflicts", async () => {
  using pair = await synced({ a: "1" });
  pair.put("initiator", { a: "one" });
  pair.put("target", { a: "other" });
  const { report } = await pair.sync();
  equal(report?.conflicts.length, 1);
});

Deno.test("exit code 0: sockets and devices are left alone, and it is said", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1" });
  using _ = Deno.listen({
    transport: "unix",
    path: pair.path("initiator", "s"),
  });
  const { stdout } = await pair.sync();
  match(stdout, /Left alone: \S*\/initiator\/s is a socket/);
  equal(pair.tree("target"), { a: "1" });
});

Deno.test("exit code 2: too little space is left", async () => {
  using pair = await synced({ a: "1" });
  const env = { MINIMUM_SPACE: "1000000000000" };
  const { stderr } = exits(2, await pair.run([], { env }));
  match(stderr, /Only [\d.]+ .?i?B are free/);
});

Deno.test("exit code 2: the log cannot be written", async () => {
  using pair = await synced({ a: "1" });
  const env = { LOGFILE: `${pair.home}/missing/log` };
  const { stderr } = exits(2, await pair.run([], { env }));
  match(stderr, /log/i);
});

Deno.test("exit code 1 beats 2: a warning and a problem", async () => {
  using pair = await synced({ a: "1" });
  if (!canBeImmutable()) return;
  pair.put("initiator", { a: "2" });
  using _ = new Immutable(pair.path("target", "a"));
  exits(1, await pair.run([], { env: { MINIMUM_SPACE: "1000000000000" } }));
});

Deno.test.each([
  {
    name: "a missing replica",
    options: ["--initiator=/nonexistent/x"],
    code: 1,
  },
  {
    name: "a replica that is a file",
    options: ["--initiator=/etc/passwd"],
    code: 1,
  },
  {
    name: "an unknown option",
    options: ["--initiator=/tmp", "--nonsense"],
    code: 64,
  },
  {
    name: "a value nobody understands",
    options: ["--initiator=/tmp", "--sync-type=sideways"],
    code: 64,
  },
])("exit code $code: $name", async ({ options, code }) => {
  using pair = new Replicas();
  const { stderr } = exits(
    code,
    await runHere([...options, `--target=${pair.path("target")}`], {
      env: { LOGFILE: `${pair.home}/log` },
    }),
  );
  ok(stderr.length > 10);
  equal(pair.tree("target"), {});
});

Deno.test("--json prints an object on each line, and names every change, conflict and problem", async () => {
  using pair = await synced({ a: "1", b: "2", c: "3", 'quo"te\n': "4" });
  pair.put("initiator", { a: "one", new: "5", 'quo"te\n': "edited" });
  pair.put("target", { a: file("other", { at: 1000 }) });
  pair.remove("target", "b");
  const { stdout, stderr } = exits(
    0,
    await pair.run(["--json", "--summary", "--stats"]),
  );
  equal(stderr, "");
  const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  ok(
    events.every(({ kind, time }) =>
      typeof kind === "string" && !Number.isNaN(Date.parse(time))
    ),
  );
  equal(events[0].kind, "started");
  equal(events.at(-1).kind, "finished");
  equal(events.filter(({ kind }) => kind === "conflict").length, 1);
  const changed = events.filter(({ kind }) => kind === "changed").map((
    { side, verb, action },
  ) => `${verb} ${action.path} ${side}`);
  for (
    const change of [
      "update a target",
      "create new target",
      'update quo"te\n target',
      "delete b initiator",
    ]
  ) {
    ok(changed.includes(change), changed.join());
  }
});

Deno.test("--json ends with the failure of a run that could not begin", async () => {
  using pair = await synced({ a: "1" });
  sh("rm", "-r", pair.path("target"));
  const { stdout } = exits(1, await pair.run(["--json"]));
  const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  equal(events.at(-1).kind, "failed");
  equal(events.at(-1).exitCode, 1);
});

Deno.test("--json tells names that are not UTF-8 in a way that can be read", async () => {
  using pair = new Replicas();
  pair.put("initiator", { "bad\udcff": "1" });
  const { stdout } = await pair.sync(["--json"]);
  const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  ok(
    events.some(({ kind, action }) =>
      kind === "changed" && action.path === "bad\udcff"
    ),
  );
  for (const side of SIDES) equal(pair.tree(side), { "bad\udcff": "1" });
});
