/** The way from a root down to where a scan is. However long it is, only the last directories of it are open. */

import type { EntryBatch } from "@/core/batch.ts";
import { baseName, type RelPath, ROOT } from "@/core/path.ts";
import { type Dir, type FileSystem, type Stat, SysError } from "@/sys/fs.ts";

/** Directories open at once, besides the root. */
const OPEN_LEVELS = 64;

/** A directory that has been listed. */
export interface Level {
  /** Where it is. */
  readonly path: RelPath;
  /** What is in it. */
  readonly listing: EntryBatch;
  /** Index of the entry in the listing whose turn it is. */
  next: number;
  /** Not while it is closed. */
  dir: Dir | undefined;
  /** Which directory it is, once it has been closed. */
  identity: Pick<Stat, "device" | "inode"> | undefined;
  /** Why it cannot be opened again. */
  lost: SysError | undefined;
}

/** A level of which nothing has been looked at. */
export function createLevel(
  dir: Dir,
  { path, listing }: Pick<Level, "path" | "listing">,
): Level {
  const [identity, lost] = [undefined, undefined];
  return { path, listing, next: 0, dir, identity, lost };
}

/** A stack of levels; the lowest is the root, which stays open and is not closed in the end. */
export class Levels {
  readonly #fs: FileSystem;
  readonly #root: Dir;
  readonly #levels: Level[];
  /** The first level of those that are open; all below it are. */
  #firstOpen = 1;

  /** Starts with an open root and its listing. */
  constructor(fs: FileSystem, root: Dir, listing: EntryBatch) {
    this.#fs = fs;
    this.#root = root;
    this.#levels = [createLevel(root, { path: ROOT, listing })];
  }

  /** How many there are. */
  get depth(): number {
    return this.#levels.length;
  }

  /** The last one. */
  get top(): Level {
    return this.#levels.at(-1) as Level;
  }

  /** Adds a level that is open. */
  push(level: Level): void {
    this.#levels.push(level);
    if (this.#levels.length - this.#firstOpen > OPEN_LEVELS) this.#suspend();
  }

  /** Removes the last one, and closes it. */
  pop(): void {
    const level = this.#levels.pop();
    if (this.#levels.length === 0) return;
    if (level?.dir !== undefined) this.#fs.close(level.dir);
    this.#firstOpen = Math.min(this.#firstOpen, this.#levels.length);
  }

  /**
   * The last directory, opened again if need be, name by name from the root.
   *
   * @throws {SysError} `EAGAIN` if it, or one above it, is no longer the one that was listed.
   */
  open(): Dir {
    const { dir, lost } = this.top;
    if (lost !== undefined) throw lost;
    return dir ?? this.#reopen();
  }

  #reopen(): Dir {
    let dir = this.#root;
    try {
      this.#firstOpen = 1;
      for (let at = 1; at < this.#levels.length; at++) {
        const level = this.#levels[at] as Level;
        dir = openAgain(this.#fs, dir, level);
        level.dir = dir;
        if (at - this.#firstOpen >= OPEN_LEVELS) this.#suspend();
      }
      return dir;
    } catch (error) {
      this.close();
      if (error instanceof SysError) this.top.lost = error;
      throw error;
    }
  }

  /** Closes the first one that is open. */
  #suspend(): void {
    const level = this.#levels[this.#firstOpen++] as Level;
    const dir = level.dir as Dir;
    level.identity ??= this.#fs.statOpen(dir);
    level.dir = undefined;
    this.#fs.close(dir);
  }

  /** Closes all of them. */
  close(): void {
    for (const level of this.#levels.slice(this.#firstOpen)) {
      if (level.dir !== undefined) this.#fs.close(level.dir);
      level.dir = undefined;
    }
    this.#firstOpen = this.#levels.length;
  }
}

/** What says that something else is at a name now. */
const REPLACED: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);

function openAgain(fs: FileSystem, parent: Dir, level: Level): Dir {
  let dir: Dir | undefined;
  try {
    dir = fs.openDirectory(parent, baseName(level.path));
    const { device, inode } = fs.statOpen(dir);
    const { identity } = level;
    if (device === identity?.device && inode === identity.inode) return dir;
    throw new SysError("EAGAIN", "openat", dir.path);
  } catch (error) {
    if (dir !== undefined) fs.close(dir);
    if (!(error instanceof SysError) || !REPLACED.has(error.code)) throw error;
    throw new SysError("EAGAIN", error.operation, error.path);
  }
}
