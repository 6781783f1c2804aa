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

function aliasOf(fs: FileSystem, { dir, name }: Place): string | undefined {
  const there = fs.stat(dir, name);
  const names = there === undefined ? [] : fs.names(dir);
  if (names.includes(name)) return undefined;
  return names.find((other) =>
    folded(other) === folded(name) &&
    fs.stat(dir, other)?.inode === there?.inode
  );
}

function folded(name: string): string {
  return name.normalize("NFD").toUpperCase();
}
