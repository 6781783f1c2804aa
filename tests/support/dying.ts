/** osync, but for the end: SIGKILL at the changing call that `DIES_AT` numbers. */

import { FaultyFileSystem } from "./faulty_fs.ts";

const last = Number(Deno.env.get("DIES_AT"));

new FaultyFileSystem({
  before({ number }) {
    if (number === last) Deno.kill(Deno.pid, "SIGKILL");
  },
});

await import("../../main.ts");
