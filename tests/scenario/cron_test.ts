import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import { runBare } from "../support/bare.ts";
import { exits, holds, synced, text } from "../support/evidence.ts";
import { Replicas } from "../support/replicas.ts";

const TREE = { a: "1", d: { b: "2" } };

function pairOf(tree: typeof TREE): Replicas {
  const pair = new Replicas();
  pair.put("initiator", tree);
  return pair;
}

for (
  const [where, env, through] of [
    ["with next to nothing in the environment", {}, []],
    ["with cron's PATH only", { PATH: "/usr/bin:/bin" }, []],
    ["with an empty PATH and an empty HOME", { PATH: "", HOME: "" }, []],
    ["with a HOME that does not exist", { HOME: "/does/not/exist" }, []],
    ["with stdin closed", {}, ["/bin/sh", "-c", 'exec "$@" <&-', "sh"]],
    ["with stdout and stderr closed", {}, [
      "/bin/sh",
      "-c",
      'exec "$@" >&- 2>&-',
      "sh",
    ]],
    ["in the C locale", { LC_ALL: "C", LANG: "" }, []],
  ] as const
) {
  Deno.test(`a run ${where} does its work`, async () => {
    using pair = pairOf(TREE);
    exits(0, await runBare(pair, [], { env, through }));
    holds(pair, TREE);
  });
}

Deno.test("a run with umask 077 gives files the permissions they have, and its own to nobody", async () => {
  using pair = pairOf(TREE);
  pair.set("initiator", "a", { mode: 0o664 });
  pair.set("initiator", "d", { mode: 0o775 });
  for (const umask of ["077", "000"]) {
    const through = ["/bin/sh", "-c", `umask ${umask} && exec "$@"`, "sh"];
    exits(0, await runBare(pair, [], { through }));
    equal(pair.stat("target", "a")?.mode, 0o664);
    equal(pair.stat("target", "d")?.mode, 0o775);
    equal(pair.stat("target", ".osync_workdir")?.mode, 0o700);
  }
});

Deno.test("a run whose reader goes away does its work", async () => {
  using pair = pairOf(TREE);
  const through = ["/bin/sh", "-c", '"$@" | head -c 1', "sh"];
  await runBare(pair, ["--verbose"], { through });
  holds(pair, TREE);
});

Deno.test("a run with --silent prints nothing, and logs", async () => {
  using pair = pairOf(TREE);
  const { stdout } = exits(0, await runBare(pair, ["--silent"]));
  equal(stdout, "");
  match(text(`${pair.home}/log`), /Synchronised/);
});

Deno.test("a run with --errors-only --summary --no-prefix prints its list and nothing else", async () => {
  using pair = await synced({ a: "1" });
  pair.put("initiator", { b: "2" });
  const { stdout } = await pair.sync([
    "--errors-only",
    "--summary",
    "--no-prefix",
  ]);
  ok(
    stdout.split("\n").every((line) =>
      /^(Attributes|Transfers|Deletions): |^(CREATE|TIMESTAMP|ATTRIBUTES) |^(Updates|Deletions) on |^$/
        .test(line)
    ),
    stdout,
  );
});
