/** Files of several names: each name is synchronised as a file of its own. */

import { deepStrictEqual as equal } from "node:assert/strict";
import { Replicas } from "../support/replicas.ts";

Deno.test("sync() carries an edit over under every name a file has", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "one" });
  pair.hardLink("initiator", "a", "b");
  await pair.sync();
  pair.put("initiator", { b: "two, in place" });
  await pair.sync();
  await pair.mustBeEqual();
  equal(pair.tree("target"), { a: "two, in place", b: "two, in place" });
  equal(pair.kept("target", "backup"), { a: "one", b: "one" });
  await pair.mustBeQuiet();
});

Deno.test("sync() settles attributes that names have in common at the next run", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "one" });
  pair.hardLink("initiator", "a", "b");
  await pair.sync();
  pair.set("target", "a", { mode: 0o600 });
  pair.set("target", "b", { mode: 0o640 });
  await pair.sync();
  await pair.sync();
  await pair.mustBeEqual();
  await pair.mustBeQuiet();
});
