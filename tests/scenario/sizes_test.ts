import { ok, strictEqual as equal } from "node:assert/strict";
import { SIDES } from "@/core/side.ts";
import { openFileSystem } from "@/sys/open.ts";
import { runs } from "../support/effort.ts";
import { text } from "../support/evidence.ts";
import { sh } from "../support/machine.ts";
import { Replicas } from "../support/replicas.ts";

const fs = openFileSystem();
const MANY = 200_000;
const DEEP = 100;

/** Empty files of one time, made without a literal for each. */
function fill(path: string): void {
  const root = fs.openRoot(path);
  for (let number = 0; number < MANY; number++) {
    const file = fs.createFile(root, `f${number}`);
    fs.setTimeOpen(file, 1_700_000_000_000_000_000n);
    fs.close(file);
  }
  fs.setTimeOpen(root, 1_700_000_000_000_000_000n);
  fs.close(root);
}

Deno.test("a directory of 200,000 entries is compared, and one edit in it travels", async () => {
  using pair = new Replicas();
  for (const side of SIDES) fill(pair.path(side));
  await pair.sync();
  pair.put("target", { f77: "edited" });
  pair.remove("initiator", "f199999");
  const { report } = await pair.sync();
  equal(report?.done.initiator.updated, 1);
  equal(report?.done.target.deleted, 1);
  equal(text(pair.path("initiator", "f77")), "edited");
  equal(pair.stat("target", "f199999"), undefined);
  equal(pair.stat("target", "f199998")?.size, 0);
});

Deno.test({
  name:
    "a directory of 200,000 entries arrives, and goes again (in the long run only)",
  ignore: runs() === 1,
  async fn() {
    using pair = new Replicas();
    pair.put("both", { still: "1" });
    await pair.sync();
    fill(pair.path("initiator"));
    const { report } = await pair.sync();
    equal(report?.done.target.created, MANY);
    sh("find", pair.path("target"), "-maxdepth", "1", "-name", "f*", "-delete");
    const { report: gone } = await pair.sync(["--allow-mass-deletion"]);
    equal(gone?.done.initiator.deleted, MANY);
    equal(Object.keys(pair.kept("initiator", "deleted")).length, MANY);
  },
});

Deno.test("a tree of depth 100 arrives, is edited at its end, and goes from there", async () => {
  using pair = new Replicas();
  const way = Array.from({ length: DEEP }, (_, depth) => `d${depth}`);
  const end = [...way, "f"].join("/");
  pair.put("initiator", { [end]: "1", still: "2" });
  await pair.sync();
  await pair.mustBeEqual();
  pair.put("target", { [end]: "edited" });
  await pair.sync();
  equal(text(pair.path("initiator", end)), "edited");
  pair.remove("initiator", "d0");
  await pair.sync();
  await pair.mustBeEqual();
  equal(pair.stat("target", "still")?.size, 1);
  ok(Object.keys(pair.keptSketch("target", "deleted")).length > 0);
});
