/** Things that become things of another kind. */

import { deepEqual } from "node:assert/strict";
import { dir, fifo, file, link, Replicas } from "../support/replicas.ts";

const KINDS = {
  file: file("now a file"),
  directory: dir({ inside: "now a directory" }),
  link: link("now/a/link"),
  pipe: fifo(),
};

for (const [was, old] of Object.entries(KINDS)) {
  for (const [is, now] of Object.entries(KINDS)) {
    if (was === is) continue;
    Deno.test(`sync() carries over that a ${was} became a ${is}, both ways`, async () => {
      using pair = new Replicas();
      pair.put("initiator", { d: { a: old, b: old, c: old } });
      await pair.sync();
      pair.put("initiator", { d: { a: now } });
      pair.put("target", { d: { b: now } });
      const ran = await pair.sync();
      deepEqual(ran.report?.conflicts, []);
      await pair.mustBeEqual();
      await pair.mustBeQuiet();
    });
  }
}
