/** Finding, identifying and creating the root of a replica. */

import type { Time } from "@/core/entry.ts";
import { ReplicaError } from "@/core/errors.ts";
import { WORK_DIRECTORY } from "@/core/path.ts";
import type { Side } from "@/core/side.ts";
import { type Dir, type FileSystem, SysError } from "@/sys/fs.ts";
import { identityOf } from "./scan.ts";

/**
 * Opens the root.
 *
 * @returns `undefined` if nothing is there.
 * @throws {ReplicaError} If it cannot be opened or is no directory.
 */
export function openRoot(
  fs: FileSystem,
  path: string,
  side: Side,
): Dir | undefined {
  try {
    return fs.openRoot(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.code === "ENOENT") return undefined;
    throw new ReplicaError(
      `Cannot open the ${side} "${path}": ${error.reason}`,
      { cause: error },
    );
  }
}

/** Creates a directory and what is missing above it, for its owner alone. */
export function createPath(fs: FileSystem, path: string): void {
  const slash = path.lastIndexOf("/");
  const parentPath = path.slice(0, slash) || "/";
  let parent: Dir;
  try {
    parent = fs.openRoot(parentPath);
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== "ENOENT") throw error;
    if (parentPath === "/") throw error;
    createPath(fs, parentPath);
    parent = fs.openRoot(parentPath);
  }
  try {
    fs.makeDirectory(parent, path.slice(slash + 1), 0o700);
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== "EEXIST") throw error;
  } finally {
    fs.close(parent);
  }
}

/** Identities of a directory and of all directories above it. */
export function identitiesUp(fs: FileSystem, root: Dir): string[] {
  const identities: string[] = [];
  for (let path = root.path;; path += "/..") {
    const dir = fs.openRoot(path);
    const { device, inode } = fs.statOpen(dir);
    fs.close(dir);
    const identity = identityOf(device, inode);
    // The root of the system is its own parent.
    if (identities.at(-1) === identity) return identities;
    identities.push(identity);
  }
}

/**
 * The same for a directory that does not exist yet: what is missing is known
 * by its path.
 */
export function identitiesOfMissing(fs: FileSystem, path: string): string[] {
  const above = path.slice(0, path.lastIndexOf("/")) || "/";
  const parent = openIfThere(fs, above);
  if (parent === undefined) {
    return [path, ...identitiesOfMissing(fs, above)];
  }
  try {
    return [path, ...identitiesUp(fs, parent)];
  } finally {
    fs.close(parent);
  }
}

/** The nearest directory above a path that does not exist yet. */
export function openNearest(fs: FileSystem, path: string): Dir {
  const above = path.slice(0, path.lastIndexOf("/")) || "/";
  return openIfThere(fs, above) ?? openNearest(fs, above);
}

function openIfThere(fs: FileSystem, path: string): Dir | undefined {
  try {
    return fs.openRoot(path);
  } catch (error) {
    if (!(error instanceof SysError) || path === "/") throw error;
    return undefined;
  }
}

/** Whether a directory holds nothing, not even osync's own folder: one that was used has that. */
export function isEmptyRoot(fs: FileSystem, root: Dir): boolean {
  return fs.names(root).length === 0;
}

function keepTime(fs: FileSystem, dir: Dir, mtime: Time): void {
  try {
    fs.setTimeOpen(dir, mtime);
  } catch (error) {
    // Who may write in a directory need not own it.
    if (!(error instanceof SysError)) throw error;
  }
}

/**
 * Opens the work directory, created if missing. The root keeps its time: a
 * folder of ours is no change of the user's.
 */
export function openWorkDirectory(fs: FileSystem, root: Dir): Dir {
  if (fs.stat(root, WORK_DIRECTORY) === undefined) {
    const { mtime } = fs.statOpen(root);
    fs.makeDirectory(root, WORK_DIRECTORY, 0o700);
    keepTime(fs, root, mtime);
  }
  return fs.openDirectory(root, WORK_DIRECTORY);
}

/** The directory for states, in the work directory or elsewhere; made where it is missing. */
export function openStateDirectory(
  fs: FileSystem,
  work: Dir,
  elsewhere: string | undefined,
): Dir {
  if (elsewhere !== undefined) {
    createPath(fs, elsewhere);
    return fs.openRoot(elsewhere);
  }
  if (fs.stat(work, "state") === undefined) {
    fs.makeDirectory(work, "state", 0o700);
  }
  return fs.openDirectory(work, "state");
}
