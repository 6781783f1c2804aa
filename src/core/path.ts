/** Paths inside a replica: parsed once, then trusted. */

import { compareNames } from "./name.ts";

/** A string that only its own parser can make. */
export type Brand<T, N extends string> = T & { readonly __brand: N };

/** A normalised path inside a replica, `""` for its root. */
export type RelPath = Brand<string, "RelPath">;

/** The root of a replica. */
export const ROOT: RelPath = "" as RelPath;

/** Name of the folder osync keeps for itself in each replica, never synchronised. */
export const WORK_DIRECTORY = ".osync_workdir";

/** Trigger file of the old tool's target helper, never synchronised. */
export const PUSH_FILE = ".osync-update.push";

/**
 * Parses a path that arrived from outside.
 *
 * @throws {RangeError} If it is absolute, or has a name that is empty, `.`, `..` or holds a NUL.
 */
export function parseRelPath(text: string): RelPath {
  if (text === "") return ROOT;
  for (const name of text.split("/")) {
    if (!isName(name)) {
      throw new RangeError(
        `Cannot parse path ${
          JSON.stringify(text)
        }: names must not be empty, "." or "..", nor hold a NUL`,
      );
    }
  }
  return text as RelPath;
}

/** Whether `name` can be one component of a path. */
export function isName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name);
}

/** The path of `name` in the directory `parent`; `name` must be a valid name. */
export function childPath(parent: RelPath, name: string): RelPath {
  return (parent === "" ? name : `${parent}/${name}`) as RelPath;
}

/** The directory a path is in; the root's is the root. */
export function parentPath(path: RelPath): RelPath {
  const slash = path.lastIndexOf("/");
  return (slash < 0 ? "" : path.slice(0, slash)) as RelPath;
}

/** The last component of a path; `""` for the root. */
export function baseName(path: RelPath): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The components of a path; none for the root. */
export function pathNames(path: RelPath): string[] {
  return path === "" ? [] : path.split("/");
}

/** Number of components: 0 for the root. */
export function pathDepth(path: RelPath): number {
  if (path === "") return 0;
  let depth = 1;
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    depth++;
  }
  return depth;
}

/** Whether `path` is strictly below `directory`. */
export function isBelow(path: RelPath, directory: RelPath): boolean {
  if (directory === "") return path !== "";
  return path.length > directory.length && path[directory.length] === "/" &&
    path.startsWith(directory);
}

/**
 * Orders paths depth first, within a directory by name bytewise, a directory
 * before what is in it: the order of scans, states and plans.
 */
export function comparePaths(a: RelPath, b: RelPath): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  let at = 0;
  while (at < shared && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === shared) return a.length - b.length;
  const x = a.charCodeAt(at);
  const y = b.charCodeAt(at);
  // The slash ends a name, so it sorts before every byte a name can hold.
  if (x === 0x2f) return -1;
  if (y === 0x2f) return 1;
  if (x < 0xd800 && y < 0xd800) return x - y;
  const from = a.lastIndexOf("/", at) + 1;
  return compareNames(nameAt(a, from), nameAt(b, from));
}

function nameAt(path: string, from: number): string {
  const end = path.indexOf("/", from);
  return end < 0 ? path.slice(from) : path.slice(from, end);
}
