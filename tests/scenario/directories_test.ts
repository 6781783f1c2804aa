/** Directories have attributes of their own, whatever happens inside. */

import { deepStrictEqual as equal } from "node:assert/strict";
import { SIDES } from "@/core/side.ts";
import { Replicas } from "../support/replicas.ts";

Deno.test("sync() keeps a directory's newer time where it loses a file and gets a mode", async () => {
  using pair = new Replicas();
  pair.put("initiator", { d: { gone: "one" }, gone: "two" });
  await pair.sync();
  pair.put("initiator", { d: { gone: null }, gone: null });
  pair.set("initiator", "d", { at: 7e8, mode: 0o700 });
  pair.set("initiator", "", { at: 7e8, mode: 0o700 });
  pair.put("target", { "d/from target": "y", new: "z" });
  pair.set("target", "d", { at: 8e8 });
  pair.set("target", "", { at: 8e8 });
  await pair.sync();
  await pair.mustBeEqual();
  await pair.mustBeQuiet();
});

Deno.test("sync() leaves times of directories to each side where they need not be preserved", async () => {
  using pair = new Replicas();
  const env = { RSYNC_OPTIONAL_ARGS: "--omit-dir-times" };
  pair.put("both", { d: { a: "1@5" } });
  for (const [at, side] of SIDES.entries()) {
    pair.set(side, "d", { at: 7e8 + at });
    pair.set(side, "", { at: 8e8 + at });
  }
  const { events } = await pair.sync([], { env });
  equal(events.filter(({ kind }) => kind === "changed"), []);
  for (const [at, side] of SIDES.entries()) {
    const seconds = BigInt(1e9);
    equal(pair.stat(side, "d")?.mtime, BigInt(7e8 + at) * seconds);
    equal(pair.stat(side, "")?.mtime, BigInt(8e8 + at) * seconds);
  }
});
