/** Locks a file and waits to be killed: `lock_holder.ts linux|portable DIRECTORY NAME`. */

import { openFileSystem } from "@/sys/open.ts";

const [prefer, path = "", name = ""] = Deno.args;
const fs = openFileSystem(prefer === "portable" ? "portable" : "linux");
const held = fs.lock(fs.openShared(fs.openRoot(path), name));
Deno.stdout.writeSync(new TextEncoder().encode(held ? "locked" : "busy"));
Deno.stdin.readSync(new Uint8Array(1));
