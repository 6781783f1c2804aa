/** What tests of whole runs look at besides the trees themselves. */

import { deepStrictEqual as equal, ok } from "node:assert/strict";
import {
  type BigIntStats,
  lstatSync,
  readdirSync,
  readFileSync,
} from "node:fs";
import { WORK_DIRECTORY } from "@/core/path.ts";
import { type PerSide, perSide, type Side, SIDES } from "@/core/side.ts";
import type { Ended } from "./osync.ts";
import { type Literal, Replicas } from "./replicas.ts";

/** A pair that has been synchronised once. */
export async function synced(
  tree: Literal,
  options: readonly string[] = [],
): Promise<Replicas> {
  const pair = new Replicas();
  pair.put("initiator", tree);
  await pair.sync(options);
  return pair;
}

/** The exit code must be this one; shows what was said if not. */
export function exits<E extends Ended>(code: number, ended: E): E {
  const said = `exit code ${ended.code}\n${ended.stdout}${ended.stderr}`;
  equal(ended.code, code, said);
  return ended;
}

/** Both replicas hold exactly this. */
export function holds(pair: Replicas, tree: Literal): void {
  for (const side of SIDES) equal(pair.tree(side), tree);
  noLitter(pair);
}

/** Nothing is left that a run only needs while it goes on. */
export function noLitter(pair: Replicas): void {
  for (const side of SIDES) {
    const found = pathsIn(pair.path(side, WORK_DIRECTORY)).filter((path) =>
      /^(lock|stage)|\.new$/.test(path)
    );
    equal(found, []);
  }
}

/** Everything below a directory, if it is there at all. */
export function pathsIn(dir: string): string[] {
  if (!exists(dir)) return [];
  return readdirSync(dir, { recursive: true, encoding: "utf8" }).sort();
}

/** Whether something is there, be it a broken link. */
export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Text of a file; names that are not UTF-8 cannot be read here. */
export function text(path: string): string {
  return readFileSync(path, "utf8");
}

/** Every path with all that the system knows of it, but for the time it was last read. */
export function photograph(dir: string): string[] {
  if (!exists(dir)) return [];
  return ["", ...pathsIn(dir)].map((path) => {
    const stat = lstatSync(`${dir}/${path}`, { bigint: true });
    const content = stat.isFile() ? readFileSync(`${dir}/${path}`, "hex") : "";
    return `${path} ${lineOf(stat)} ${content}`;
  });
}

function lineOf(stat: BigIntStats): string {
  const { ino, mode, uid, gid, size, mtimeNs, ctimeNs } = stat;
  return [ino, mode.toString(8), uid, gid, size, mtimeNs, ctimeNs].join(" ");
}

/** Photographs of both replicas and all that osync keeps in them. */
export function photographs(pair: Replicas): PerSide<string[]> {
  return perSide((side) => photograph(pair.path(side)));
}

/** Photographs of what is the user's, and of the states. */
export function belongings(pair: Replicas): PerSide<string[]> {
  return perSide((side) => [
    ...photograph(pair.path(side)).slice(1).filter((line) =>
      !line.startsWith(WORK_DIRECTORY)
    ),
    ...photograph(pair.path(side, `${WORK_DIRECTORY}/state`)),
  ]);
}

/** Contents of all that a side keeps, in no meaningful order. */
export function keptTexts(pair: Replicas, side: Side): string[] {
  const found: string[] = [];
  for (const area of ["backup", "deleted"]) {
    const dir = pair.path(side, `${WORK_DIRECTORY}/${area}`);
    for (const path of pathsIn(dir)) {
      const stat = lstatSync(`${dir}/${path}`);
      if (stat.isFile()) found.push(readFileSync(`${dir}/${path}`, "utf8"));
    }
  }
  return found.sort();
}

/** One more run finds nothing to do. */
export async function isSettled(pair: Replicas): Promise<void> {
  const { stdout } = await pair.sync();
  ok(/Nothing to do: both replicas are equal/.test(stdout), stdout);
}

/**
 * Every content that stands in a replica or is kept somewhere. What is on its
 * way in the stage is a copy: once somebody has overwritten its source, nobody
 * misses it.
 */
export function standingTexts(pair: Replicas): Set<string> {
  const found = new Set<string>();
  for (const side of SIDES) {
    const root = pair.path(side);
    for (const path of pathsIn(root)) {
      if (/^\.osync_workdir\/(?!backup\/|deleted\/|stage\/)/.test(path)) {
        continue;
      }
      if (/^\.osync_workdir\/stage\/[^/]+\/(in|dir)-/.test(path)) continue;
      if (lstatSync(`${root}/${path}`).isFile()) {
        found.add(readFileSync(`${root}/${path}`, "utf8"));
      }
    }
  }
  return found;
}
