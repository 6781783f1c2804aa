/** A directory tree whose paths are reached name by name, never through a link. */

import {
  baseName,
  isBelow,
  parentPath,
  type RelPath,
  ROOT,
} from "@/core/path.ts";
import { type Dir, type FileSystem, SysError } from "@/sys/fs.ts";

/** Directories kept open at most, however deep a path is; actions come in tree order, so a few are enough. */
const OPEN_DIRECTORIES = 64;

/** Where a path is: an open directory and a name in it. */
export interface Place {
  /** The directory it is in. */
  readonly dir: Dir;
  /** Its name there. */
  readonly name: string;
}

/** Opens directories below a root and keeps the latest ones open. */
export class Tree {
  /** Calls of the system. */
  readonly fs: FileSystem;
  /** The root; belongs to the tree from now on. */
  readonly root: Dir;
  readonly #open = new Map<RelPath, Dir>();

  /** Takes a root, which is closed with the tree. */
  constructor(fs: FileSystem, root: Dir) {
    this.fs = fs;
    this.root = root;
  }

  /**
   * Where `path`, which is not the root, is.
   *
   * @throws {SysError} `ENOENT`, `ENOTDIR`, `ELOOP`, … if a directory above it is not there.
   */
  place(path: RelPath): Place {
    return { dir: this.directory(parentPath(path)), name: baseName(path) };
  }

  /** The open directory at `path`; usable until another one is asked for. */
  directory(path: RelPath): Dir {
    return this.#reach(path, (dir, name) => this.fs.openDirectory(dir, name));
  }

  /**
   * The open directory at `path`, created where missing (mode 0700).
   *
   * @param makeRoom Called with the path of something that is no directory and is in the way; must move it.
   */
  ensure(
    path: RelPath,
    makeRoom: (place: Place, path: RelPath) => void,
  ): Dir {
    return this.#reach(path, (dir, name, here) => {
      try {
        return this.fs.openDirectory(dir, name);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        if (error.code === "ENOTDIR" || error.code === "ELOOP") {
          makeRoom({ dir, name }, here);
        } else if (error.code !== "ENOENT") throw error;
        this.fs.makeDirectory(dir, name, 0o700);
        return this.fs.openDirectory(dir, name);
      }
    });
  }

  #reach(
    path: RelPath,
    open: (dir: Dir, name: string, path: RelPath) => Dir,
  ): Dir {
    const known = path === ROOT ? this.root : this.#open.get(path);
    if (known !== undefined) return known;
    const [start, missing] = this.#nearest(path);
    let dir = start;
    for (const below of missing.toReversed()) {
      dir = open(dir, baseName(below), below);
      this.#keep(below, dir);
    }
    return dir;
  }

  /** What is open of the way to a path, and what is to be opened, the last first. */
  #nearest(path: RelPath): [Dir, RelPath[]] {
    const missing: RelPath[] = [];
    for (let up = path; up !== ""; up = parentPath(up)) {
      const dir = this.#open.get(up);
      if (dir !== undefined) return [dir, missing];
      missing.push(up);
    }
    return [this.root, missing];
  }

  /** Keeps a directory open, and closes the one that has been open for longest. */
  #keep(path: RelPath, dir: Dir): void {
    this.#open.set(path, dir);
    if (this.#open.size <= OPEN_DIRECTORIES) return;
    for (const [oldest, other] of this.#open) {
      this.fs.close(other);
      this.#open.delete(oldest);
      return;
    }
  }

  /** Closes what is kept open at and below `path`: it may have been moved or removed since. */
  forget(path: RelPath = ROOT): void {
    for (const [at, dir] of this.#open) {
      if (at !== path && !isBelow(at, path)) continue;
      this.fs.close(dir);
      this.#open.delete(at);
    }
  }

  /** Closes everything. */
  [Symbol.dispose](): void {
    this.forget();
    this.fs.close(this.root);
  }
}
