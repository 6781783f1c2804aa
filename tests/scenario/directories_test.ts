/** Directories have attributes of their own, whatever happens inside. */

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
