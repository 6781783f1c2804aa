/** Names that a filesystem takes for one, and others tell apart: `README` and `readme`. */

import { printableName } from "@/core/name.ts";
import { type FileSystem, SysError } from "@/sys/fs.ts";
import type { Place } from "./tree.ts";

/** Something is there under a name that this filesystem takes for the same. */
export class SameName extends Error {}

/** Whether a call failed because something is there already. */
export function isTaken(error: unknown): boolean {
  return error instanceof SysError && error.code === "EEXIST";
}

/**
 * Says what is in the way if it has another name.
 *
 * @param place Where something is said to be.
 * @throws {SameName} If so.
 */
export function refuseAlias(fs: FileSystem, place: Place): void {
  const alias = aliasOf(fs, place);
  if (alias === undefined) return;
  throw new SameName(
    `this filesystem takes its name for that of "${printableName(alias)}"`,
  );
}

/** By which other name something is there that is found by this one; nothing on most filesystems. */
export function aliasOf(fs: FileSystem, place: Place): string | undefined {
  const { dir, name } = place;
  const upper = name.toUpperCase();
  const twin = name === upper ? name.toLowerCase() : upper;
  // Listing a directory takes longer than seeing whether case matters.
  if (twin === name || !isSame(fs, place, twin)) return undefined;
  const names = fs.names(dir);
  if (names.includes(name)) return undefined;
  return names.find((other) =>
    folded(other) === folded(name) && isSame(fs, place, other)
  );
}

function isSame(fs: FileSystem, { dir, name }: Place, other: string): boolean {
  try {
    const inode = fs.stat(dir, name)?.inode;
    return inode !== undefined && inode === fs.stat(dir, other)?.inode;
  } catch (error) {
    // The other one may be too long, say.
    if (error instanceof SysError) return false;
    throw error;
  }
}

function folded(name: string): string {
  return name.normalize("NFD").toUpperCase();
}
