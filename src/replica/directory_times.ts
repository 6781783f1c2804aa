/** Directories in which something is done, and the time and mode each is to end with. */

import type { KnownEntry, Time } from "@/core/entry.ts";
import { comparePaths, parentPath, type RelPath } from "@/core/path.ts";
import { SysError } from "@/sys/fs.ts";
import type { Tree } from "./tree.ts";

/** What a directory is to end with. */
export interface Ending {
  /** Modification time. */
  readonly mtime: Time;
  /** Permission bits. */
  readonly mode: number;
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
    this.#endings.set(parent, { mtime, mode });
  }

  /** Decides what a directory ends with. */
  end(path: RelPath, ending: Ending): void {
    this.#endings.set(path, ending);
  }

  /** The directory is gone, or as it is to stay. */
  forget(path: RelPath): void {
    this.#endings.delete(path);
  }

  /** What a directory looks like that the scan saw as `expect`: its time may be another one by now. */
  asTouched(expect: KnownEntry, path: RelPath): KnownEntry {
    if (!this.#endings.has(path)) return expect;
    const dir = this.#tree.directory(path);
    return { ...expect, mtime: this.#tree.fs.statOpen(dir).mtime };
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
      if (stat.mode !== wanted.mode) fs.setModeOpen(dir, wanted.mode);
      if (stat.mtime !== wanted.mtime) fs.setTimeOpen(dir, wanted.mtime);
    } catch (error) {
      // Gone or made unreadable meanwhile: its time is not worth a word.
      if (!(error instanceof SysError)) throw error;
    }
  }
}
