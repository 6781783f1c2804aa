/** Mode, ownership and times of what is at a path. */

import type { Entry, KnownEntry, Node } from "@/core/entry.ts";
import { LEAVE, type SetMeta } from "@/core/step.ts";
import { type Dir, type File, type FileSystem, SysError } from "@/sys/fs.ts";
import type { Place } from "./tree.ts";

/** An open file, or a name. */
export type Handle = Place | { readonly open: File | Dir };

/** Creates a link or a pipe with all its attributes. */
export function createLeaf(
  fs: FileSystem,
  place: Place,
  entry: Entry,
): void {
  const { dir, name } = place;
  if (entry.kind === "symlink") fs.makeLink(dir, name, entry.target);
  else if (entry.kind === "fifo") fs.makeFifo(dir, name, 0o600);
  else throw new TypeError(`Cannot create an entry of kind "${entry.kind}"`);
  applyMeta(fs, place, { was: undefined, entry });
}

/**
 * Gives an entry the attributes of `entry`, as far as they differ from what
 * it `was`; a new one gets all of them.
 */
export function applyMeta(
  fs: FileSystem,
  handle: Handle,
  change: { readonly was: KnownEntry | undefined; readonly entry: KnownEntry },
): void {
  const opened = "open" in handle
    ? undefined
    : openFor(fs, handle, change.entry);
  try {
    if (opened !== undefined) refuseOther(fs, opened, change.was);
    applyTo(fs, opened === undefined ? handle : { open: opened }, change);
  } finally {
    if (opened !== undefined) fs.close(opened);
  }
}

/** Somebody may have put another file there since the last look; its attributes are not ours to change. */
function refuseOther(
  fs: FileSystem,
  opened: File | Dir,
  was: KnownEntry | undefined,
): void {
  if (was?.stamp === undefined) return;
  const { device, inode } = fs.statOpen(opened);
  if (inode === was.stamp.inode && device === was.stamp.device) return;
  throw new SysError("EAGAIN", "open", opened.path);
}

/** Changing an open file cannot hit what a link, put there meanwhile, points to. */
function openFor(
  fs: FileSystem,
  place: Place,
  entry: KnownEntry,
): File | Dir | undefined {
  try {
    if (entry.kind === "file") return fs.openFile(place.dir, place.name);
    if (entry.kind === "directory") {
      return fs.openDirectory(place.dir, place.name);
    }
  } catch (error) {
    // Its owner may change what it may not read.
    if (!(error instanceof SysError) || error.code !== "EACCES") throw error;
  }
  return undefined;
}

function applyTo(
  fs: FileSystem,
  handle: Handle,
  change: { readonly was: KnownEntry | undefined; readonly entry: KnownEntry },
): void {
  const { was, entry } = change;
  const { mode, uid, gid } = entry.meta;
  // Where times of links cannot be set, nothing of a link can.
  if (entry.kind === "symlink" && !fs.abilities.linkTimes) return;
  const newOwner = (uid !== LEAVE && uid !== was?.meta.uid) ||
    (gid !== LEAVE && gid !== was?.meta.gid);
  if (newOwner) setOwner(fs, handle, { uid, gid });
  // After the owner: changing that clears setuid and setgid.
  if (entry.kind !== "symlink" && (newOwner || mode !== was?.meta.mode)) {
    if ("open" in handle) fs.setModeOpen(handle.open, mode);
    else fs.setMode(handle.dir, handle.name, mode);
  }
  if (entry.mtime === was?.mtime) return;
  if ("open" in handle) fs.setTimeOpen(handle.open, entry.mtime);
  else fs.setTime(handle.dir, handle.name, entry.mtime);
}

function setOwner(
  fs: FileSystem,
  handle: Handle,
  owner: { readonly uid: number; readonly gid: number },
): void {
  try {
    if ("open" in handle) fs.setOwnerOpen(handle.open, owner);
    else fs.setOwner(handle.dir, handle.name, owner);
  } catch (error) {
    // Who is not root may be refused a group it is not in, as with cp and rsync.
    if (
      fs.uid === 0 || !(error instanceof SysError) || error.code !== "EPERM"
    ) {
      throw error;
    }
  }
}

/**
 * An entry whose attributes were changed, as both sides agree on it: what was
 * not ours to change is as the scan saw it, so that the next run sees what
 * somebody has made of it meanwhile.
 */
export function learned(found: Node, { entry, expect }: SetMeta): Node {
  if (found === undefined || found.kind === "unknown") return found;
  const kept = (field: "mode" | "uid" | "gid") =>
    entry.meta[field] === expect.meta[field] || entry.meta[field] === LEAVE;
  const meta = { ...found.meta };
  if (kept("uid")) meta.uid = expect.meta.uid;
  if (kept("gid")) meta.gid = expect.meta.gid;
  // A new owner may cost bits of the mode that cannot be given back.
  if (kept("mode") && kept("uid") && kept("gid")) meta.mode = expect.meta.mode;
  // A time that somebody set may be rounded; one that is as new as the inode
  // came of an edit since.
  const isEdited = found.mtime > entry.mtime &&
    found.mtime === found.stamp?.ctime;
  const isOurs = entry.mtime !== expect.mtime && !isEdited;
  return { ...found, mtime: isOurs ? found.mtime : entry.mtime, meta };
}
