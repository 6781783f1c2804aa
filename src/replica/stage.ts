/**
 * Where incoming pieces grow until they are whole: `stage/<run>` in the work
 * directory. Names starting with `in-` are incoming and may be thrown away;
 * `dir-` is a directory that was perhaps in place for a moment, and may be
 * thrown away if it is empty; `old-` was taken out of the replica and is never
 * thrown away unseen.
 */

import type { Dir, FileSystem } from "@/sys/fs.ts";
import type { Place } from "./tree.ts";

/** Folder name in the work directory. */
export const STAGE = "stage";

/** The staging folder of one run; made when first needed, gone with the run. */
export class Stage {
  readonly #fs: FileSystem;
  readonly #work: Dir;
  readonly #run: string;
  #all: Dir | undefined;
  #dir: Dir | undefined;
  #count = 0;

  /** Uses a work directory, which must stay open. */
  constructor(fs: FileSystem, work: Dir, run: string) {
    this.#fs = fs;
    this.#work = work;
    this.#run = run;
  }

  /** A name nothing has yet. */
  place(prefix: "in-" | "dir-" | "old-"): Place {
    return { dir: this.open(), name: `${prefix}${++this.#count}` };
  }

  /** Makes the folder: from now on a run that is killed leaves a trace. */
  open(): Dir {
    if (this.#dir !== undefined) return this.#dir;
    const fs = this.#fs;
    if (fs.stat(this.#work, STAGE) === undefined) {
      fs.makeDirectory(this.#work, STAGE, 0o700);
    }
    this.#all = fs.openDirectory(this.#work, STAGE);
    fs.makeDirectory(this.#all, this.#run, 0o700);
    this.#dir = fs.openDirectory(this.#all, this.#run);
    return this.#dir;
  }

  /** Removes the folder, which must be empty by then. */
  [Symbol.dispose](): void {
    if (this.#all === undefined || this.#dir === undefined) return;
    const fs = this.#fs;
    const empty = fs.names(this.#dir).length === 0;
    fs.close(this.#dir);
    if (empty) fs.removeDirectory(this.#all, this.#run);
    fs.close(this.#all);
    if (empty && fs.names(this.#work).includes(STAGE)) {
      removeIfEmpty(fs, this.#work, STAGE);
    }
    this.#dir = undefined;
    this.#all = undefined;
  }
}

function removeIfEmpty(fs: FileSystem, dir: Dir, name: string): void {
  try {
    fs.removeDirectory(dir, name);
  } catch {
    // What an earlier run left there is dealt with at the next start.
  }
}
