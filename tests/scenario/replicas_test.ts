/** The language of the scenarios says what it means. */

import { deepStrictEqual as equal, match, rejects } from "node:assert/strict";
import { lookOf, lostContents, undoneEdits } from "../support/audit.ts";
import { dir, fifo, file, link, Replicas } from "../support/replicas.ts";

Deno.test("put() and tree() speak the same language", () => {
  using pair = new Replicas();
  const tree = {
    "a.txt": "one",
    "__proto__": "name",
    empty: {},
    sub: { "b\n\udcff": "two \udcfe" },
    l: link("nowhere"),
    p: fifo(),
  };
  pair.put("initiator", tree);
  equal(pair.tree("initiator"), tree);
  pair.put("initiator", {
    "a.txt": { now: "a directory" },
    sub: null,
    "l": "file",
    p: null,
    "__proto__": null,
  });
  equal(pair.tree("initiator"), {
    "a.txt": { now: "a directory" },
    empty: {},
    l: "file",
  });
});

Deno.test("sketch() shows the attributes that travel", () => {
  using pair = new Replicas();
  pair.put("target", {
    a: file("x", { at: 5.25, mode: 0o600 }),
    b: "y@7",
    d: dir({ c: link("z", { at: 4n }) }, { mode: 0o1777, at: -1n }),
  });
  pair.set("target", "", { at: 9, mode: 0o700 });
  const { uid, gid } = pair.stat("target", "") ?? {};
  equal(pair.sketch("target"), {
    ".": `directory 700 ${uid}:${gid} @9`,
    a: `file 600 ${uid}:${gid} @5.250000000 "x"`,
    b: `file 644 ${uid}:${gid} @7 "y"`,
    d: `directory 1777 ${uid}:${gid} @-0.000000001`,
    "d/c": `symlink ${uid}:${gid} -> z`,
  });
});

Deno.test("sync() makes replicas equal, keeps what was replaced, and is quiet then", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "one@1", gone: "x", sub: { b: "two" } });
  await pair.sync();
  await pair.mustBeEqual();
  pair.put("target", { a: "changed", gone: null });
  const { stdout, report } = await pair.sync(["--summary"]);
  equal(report?.result, "ok");
  match(stdout, /sub|a/);
  equal(pair.tree("initiator"), { a: "changed", sub: { b: "two" } });
  equal(pair.kept("initiator", "backup"), { a: "one" });
  equal(pair.kept("initiator", "deleted"), { gone: "x" });
  await pair.mustBeEqual();
  await pair.mustBeQuiet();
});

Deno.test("differences(), mustBeEqual() and mustBeQuiet() find what is wrong", async () => {
  using pair = new Replicas();
  pair.put("both", { a: "one@1" });
  pair.put("target", { b: file("x", { at: 1 }) });
  equal((await pair.differences()).some((line) => /^b: /.test(line)), true);
  await rejects(pair.mustBeEqual());
  await rejects(pair.mustBeQuiet());
});

Deno.test("start() runs the program itself", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "one" });
  const { code, stderr } = await pair.start(["--silent"]).ended;
  equal({ code, stderr }, { code: 0, stderr: "" });
  await pair.mustBeEqual();
  equal((await pair.run(["--no-such-option"])).code, 64);
});

Deno.test("lostContents() and undoneEdits() find what a run must not do", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "one@1", b: "same" });
  await pair.sync();
  const agreed = lookOf(pair);
  pair.put("target", { a: "edited" });
  const before = lookOf(pair);
  pair.put("target", { a: "one@1" });
  const after = lookOf(pair);
  equal(lostContents(pair, before, after), ['"edited"']);
  const [undone, ...others] = undoneEdits(agreed, before, after);
  match(undone ?? "", /^target a: .*"edited", not .*"one"$/);
  equal(others, []);
});
