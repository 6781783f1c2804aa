/** Whether a path still is what the scan saw. */

import type { Entry, KnownEntry, Node } from "@/core/entry.ts";
import type { Dir, FileSystem } from "@/sys/fs.ts";
import { entryOfStat } from "./scan.ts";

/** How closely to look. */
export interface Closeness {
  /** Compare ctime too; not after a rename of ours, which changes it. */
  readonly ctime: boolean;
}

/** What is at a name now, as an entry; `undefined` if nothing. */
export function entryAt(fs: FileSystem, dir: Dir, name: string): Node {
  const stat = fs.stat(dir, name);
  if (stat === undefined) return undefined;
  const target = stat.kind === "symlink" ? fs.readLink(dir, name) : "";
  return entryOfStat(stat, target);
}

/**
 * Whether what is at a name is what was expected; a directory only has to be
 * a directory still, since osync itself changes what is in it.
 *
 * @returns `undefined` if it is, else what was found, in words.
 */
export function findDifference(
  fs: FileSystem,
  place: { readonly dir: Dir; readonly name: string },
  expect: Node,
  closeness: Closeness = { ctime: true },
): string | undefined {
  const stat = fs.stat(place.dir, place.name);
  if (stat === undefined) {
    return expect === undefined ? undefined : "it is gone";
  }
  if (expect === undefined) return `a ${stat.kind} has appeared`;
  const found = entryOfStat(stat);
  if (found.kind !== expect.kind) return `it is a ${stat.kind} now`;
  if (found.kind === "unknown" || found.kind === "directory") return undefined;
  return sameInode(found, expect as KnownEntry, {
      // Another name of the same file may have been dealt with in this run.
      ctime: closeness.ctime && stat.links === 1,
    })
    ? undefined
    : "it was changed meanwhile";
}

/** Whether an open file is what the scan saw. */
export function isSameFile(
  found: Entry,
  expect: KnownEntry,
  links: number,
): boolean {
  return found.kind === expect.kind &&
    sameInode(found as KnownEntry, expect, { ctime: links === 1 });
}

/**
 * Whether what was found is what was put there, but for attributes; a
 * directory only has to be one. A rename of ours may have changed the ctime.
 */
export function isStill(found: Node, put: Node): boolean {
  if (found === undefined || found.kind !== put?.kind) return false;
  if (found.kind === "unknown" || found.kind === "directory") return true;
  return sameInode(found, put as KnownEntry, { ctime: false });
}

function sameInode(
  found: KnownEntry,
  expect: KnownEntry,
  closeness: Closeness,
): boolean {
  if (found.mtime !== expect.mtime) return false;
  if (found.kind === "file" && expect.kind === "file") {
    if (found.size !== expect.size) return false;
  }
  const [is, was] = [found.stamp, expect.stamp];
  if (is === undefined || was === undefined) return true;
  return is.inode === was.inode && is.device === was.device &&
    (!closeness.ctime || is.ctime === was.ctime);
}
