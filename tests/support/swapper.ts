/** A program that exchanges two paths without rest, until a file appears: `swapper.ts PATH OTHER STOP`. */

import { existsSync, lstatSync, writeFileSync } from "node:fs";
import { openFileSystem } from "@/sys/open.ts";

/** After so many times it says so, in a file beside STOP. */
const ENOUGH = 1000;

/** Exchanges what is at two absolute paths, in one step. */
export function swap(a: string, b: string): void {
  const fs = openFileSystem();
  const places = [a, b].map((path) => {
    const slash = path.lastIndexOf("/");
    const dir = fs.openRoot(path.slice(0, slash));
    return { dir, name: path.slice(slash + 1) };
  });
  const [from, to] = places as [typeof places[0], typeof places[0]];
  try {
    fs.rename(from, to, "exchange");
  } finally {
    for (const { dir } of places) fs.close(dir);
  }
}

if (import.meta.main) {
  const [path = "", other = "", stop = ""] = Deno.args;
  const rest = new Int32Array(new SharedArrayBuffer(4));
  let count = 0;
  while (!existsSync(stop)) {
    swap(path, other);
    if (++count === ENOUGH) writeFileSync(`${stop}.enough`, "");
    // Now and then long enough for a whole run to believe what it sees.
    Atomics.wait(rest, 0, 0, count % 50 === 0 ? Math.random() * 30 : 0.2);
  }
  if (!lstatSync(path).isDirectory()) swap(path, other);
  writeFileSync(stop, `${count}`);
}
