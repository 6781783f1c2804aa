/** Replicas on a real disk in which everything has changed that can change. */

import { readFileSync } from "node:fs";
import { opposite, type Side, SIDES } from "@/core/side.ts";
import { exits, pathsIn } from "./evidence.ts";
import { FaultyFileSystem } from "./faulty_fs.ts";
import { type Ran, runHere } from "./osync.ts";
import { dir, file, link, Replicas } from "./replicas.ts";

const OLD = {
  changed: file("changed: old", { at: 1000 }),
  conflict: file("conflict: old", { at: 1000 }),
  deleted: file("deleted: old", { at: 1000 }),
  gone: dir({ a: file("gone/a", { at: 1000 }), sub: dir({}, { at: 1500 }) }, {
    at: 1500,
  }),
  mode: file("mode", { at: 1000 }),
  tree: dir({ a: file("tree/a", { at: 1000 }) }, { at: 1500 }),
  leaf: file("leaf: old", { at: 1000 }),
  link: link("old", { at: 1000 }),
  in: dir({ f: file("in/f", { at: 1000 }) }, { at: 1500, mode: 0o500 }),
};

/** Every kind of change there is, made on one side; the other one only edits too. */
function edit(pair: Replicas, side: Side): void {
  pair.put(side, {
    changed: file("changed: new", { at: 2000 }),
    conflict: file("conflict: new", { at: 3000 }),
    tree: file("tree: a file now", { at: 2000 }),
    leaf: null,
    link: link("new", { at: 2000 }),
    "in/f": file("in/f: new", { at: 2000 }),
    "in/g": file("in/g", { at: 2000, mode: 0o640, uid: 7, gid: 8 }),
    new: file("new", { at: 2000, mode: 0o755 }),
  });
  pair.put(side, {
    leaf: dir({ b: file("leaf/b", { at: 2000 }) }, { at: 2500 }),
    made: dir({ deep: dir({ f: file("f", { at: 2000 }) }, { at: 2500 }) }, {
      at: 2500,
      mode: 0o555,
      uid: 7,
    }),
    shut: dir({}, { at: 2500, mode: 0o500, uid: 7, gid: 8 }),
  });
  pair.remove(side, "deleted", "gone");
  pair.set(side, "mode", { mode: 0o600, uid: 5 });
  pair.set(side, "in", { at: 2600 });
  pair.put(opposite(side), { conflict: file("conflict: other", { at: 2000 }) });
}

/** A pair that agreed on everything, and in which one side has changed all of it since. */
export async function edited(side: Side): Promise<Replicas> {
  const pair = new Replicas();
  pair.put("both", OLD);
  for (const each of SIDES) pair.set(each, "", { at: 1700 });
  using _ = new FaultyFileSystem({});
  exits(0, await runPlainly(pair));
  edit(pair, side);
  for (const each of SIDES) pair.set(each, "", { at: 1800 });
  return pair;
}

/** Contents of all files of both replicas and of what is kept; with `stage` of what is on its way, too. */
export function contents(
  pair: Replicas,
  { stage = false } = {},
): Set<string> {
  const own = stage
    ? /^\.osync_workdir\/(?!backup|deleted|stage)/
    : /^\.osync_workdir\/(?!backup|deleted)/;
  const found = new Set<string>();
  for (const side of SIDES) {
    for (const path of pathsIn(pair.path(side))) {
      if (own.test(path)) continue;
      const full = pair.path(side, path);
      if (Deno.lstatSync(full).isFile) found.add(readFileSync(full, "utf8"));
    }
  }
  return found;
}

/** All but the times of directories: what a run has begun to change in one shows in its time. */
export function sketch(pair: Replicas, side: Side): Record<string, string> {
  const lines = Object.entries(pair.sketch(side));
  return Object.fromEntries(
    lines.map(([path, line]) => [
      path,
      line.startsWith("directory") ? line.replace(/ @.*/, "") : line,
    ]),
  );
}

/** Without the pause before each run that other tests need: all edits say their times. */
export function runPlainly(pair: Replicas): Promise<Ran> {
  const { initiator, target } = pair.roots;
  return runHere([`--initiator=${initiator}`, `--target=${target}`], {
    env: { LOGFILE: `${pair.home}/log` },
  });
}
