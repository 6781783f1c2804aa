/** Directories in which something is done, and the time and mode each is to end with. */

import type { KnownEntry, Time } from "@/core/entry.ts";
import { comparePaths, parentPath, type RelPath } from "@/core/path.ts";
import { type Dir, SysError } from "@/sys/fs.ts";
import type { Tree } from "./tree.ts";

/** What a directory is to end with. */
export interface Ending {
  /** Modification time. */
  readonly mtime: Time;
  /** Permission bits. */
  readonly mode: number;
  /** Permission bits until then, so that its owner can write in it. */
  readonly lent: number;
}

/** Whatever is done in a directory changes its time: this puts it back. */
export class DirectoryTimes {
  readonly #tree: Tree;
  readonly #endings = new Map<RelPath, Ending>();

  /** Uses a tree that must stay open. */
  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Remembers the directory that `path` is in, before something in it changes. */
  touch(path: RelPath): void {
    const parent = parentPath(path);
    if (this.#endings.has(parent)) return;
    const dir = this.#tree.directory(parent);
    const { mtime, mode } = this.#tree.fs.statOpen(dir);
    this.#endings.set(parent, { mtime, mode, lent: this.#lend(dir, mode) });
  }

  /** Makes a read-only directory writable for its owner, as rsync does; root may write anyway. */
  #lend(dir: Dir, mode: number): number {
    const { fs } = this.#tree;
    const lent = mode | 0o700;
    if (lent === mode || fs.uid === 0) return mode;
    try {
      fs.setModeOpen(dir, lent);
      return lent;
    } catch (error) {
      // Somebody else's: what is done in it will tell.
      if (!(error instanceof SysError)) throw error;
      return mode;
    }
  }

  /** Decides what a directory ends with. */
  end(path: RelPath, ending: Ending): void {
    this.#endings.set(path, ending);
  }

  /** The directory is gone, or as it is to stay. */
  forget(path: RelPath): void {
    this.#endings.delete(path);
  }

  /** What a directory looks like that the scan saw as `expect`: time and mode may be others by now. */
  asTouched(expect: KnownEntry, path: RelPath): KnownEntry {
    const ending = this.#endings.get(path);
    if (ending === undefined) return expect;
    const dir = this.#tree.directory(path);
    const { mtime, mode } = this.#tree.fs.statOpen(dir);
    if (mode !== ending.lent) return { ...expect, mtime };
    return { ...expect, mtime, meta: { ...expect.meta, mode } };
  }

  /** Gives every directory what it is to end with, from the bottom up. */
  settle(): void {
    const paths = [...this.#endings.keys()].sort(comparePaths).reverse();
    this.#tree.forget();
    for (const path of paths) this.#settleOne(path);
    this.#endings.clear();
  }

  #settleOne(path: RelPath): void {
    const wanted = this.#endings.get(path);
    if (wanted === undefined) return;
    const { fs } = this.#tree;
    try {
      const dir = this.#tree.directory(path);
      const stat = fs.statOpen(dir);
      // Another mode than the one lent is somebody else's doing.
      if (stat.mode === wanted.lent && stat.mode !== wanted.mode) {
        fs.setModeOpen(dir, wanted.mode);
      }
      if (stat.mtime !== wanted.mtime) fs.setTimeOpen(dir, wanted.mtime);
    } catch (error) {
      // Gone or made unreadable meanwhile: its time is not worth a word.
      if (!(error instanceof SysError)) throw error;
    }
  }
}
