/** Directories in which something is done: they get back their own time and mode. */

import type { Time } from "@/core/entry.ts";
import { comparePaths, type RelPath } from "@/core/path.ts";
import { type Dir, SysError } from "@/sys/fs.ts";
import type { Tree } from "./tree.ts";

/** What a directory is to have in the end, and has meanwhile. */
export interface Loan {
  /** Time in the end. */
  readonly mtime: Time;
  /** Permission bits in the end. */
  readonly mode: number;
  /** Permission bits meanwhile. */
  readonly lent: number;
}

/** The directories of a tree in which something is being done. */
export class Borrowed {
  readonly #tree: Tree;
  readonly #loans = new Map<RelPath, Loan>();

  /** Takes a tree that must stay open until everything is given back. */
  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Remembers a directory before something in it changes, and makes it writable. */
  take(path: RelPath): void {
    if (this.#loans.has(path)) return;
    const dir = this.#tree.directory(path);
    const { mtime, mode } = this.#tree.fs.statOpen(dir);
    this.#loans.set(path, { mtime, mode, lent: this.#lend(dir, mode) });
  }

  /** Its owner may write in a read-only directory after a chmod, as with rsync; root may anyway. */
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

  /** Enters a directory that has just been made. */
  add(path: RelPath, loan: Loan): void {
    this.#loans.set(path, loan);
  }

  /** A directory is no longer there. */
  forget(path: RelPath): void {
    this.#loans.delete(path);
  }

  /** Everything in a directory is done: its own attributes may follow. */
  giveBackOne(path: RelPath): void {
    const loan = this.#loans.get(path);
    if (loan === undefined) return;
    this.#loans.delete(path);
    const { fs } = this.#tree;
    try {
      const dir = this.#tree.directory(path);
      const { mode, mtime } = fs.statOpen(dir);
      // Another mode than the one lent is somebody else's doing.
      if (mode === loan.lent && mode !== loan.mode) {
        fs.setModeOpen(dir, loan.mode);
      }
      if (mtime !== loan.mtime) fs.setTimeOpen(dir, loan.mtime);
    } catch (error) {
      // Gone or made unreadable meanwhile: its time is not worth a word.
      if (!(error instanceof SysError)) throw error;
    }
  }

  /** Everything is done. */
  giveBack(): void {
    this.#tree.forget();
    const paths = [...this.#loans.keys()].sort(comparePaths).reverse();
    for (const path of paths) this.giveBackOne(path);
  }
}
