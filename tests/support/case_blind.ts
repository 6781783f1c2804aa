/** A filesystem that takes names for one that differ in case only, but keeps them as they were made. */

import { type Dir, type FileSystem, SysError } from "@/sys/fs.ts";
import { openFileSystem } from "@/sys/open.ts";

type Place = Parameters<FileSystem["hardLink"]>[0];

/** Calls on a name that is there. */
const FINDING = [
  "openDirectory",
  "openFile",
  "openShared",
  "stat",
  "readLink",
  "setMode",
  "setOwner",
  "setTime",
  "removeFile",
  "removeDirectory",
] as const satisfies readonly (keyof FileSystem)[];

/** Calls on a name that must not be there, and what the system calls them. */
const MAKING = {
  makeDirectory: "mkdirat",
  makeLink: "symlinkat",
  makeFifo: "mkfifoat",
  createFile: "openat",
} as const satisfies Partial<Record<keyof FileSystem, string>>;

const MAKERS = Object.keys(MAKING) as (keyof typeof MAKING)[];

/** Everything below a directory is blind to case in this process, until this is disposed of. */
export class CaseBlind implements Disposable {
  readonly #fs = openFileSystem();
  readonly #own = { ...this.#fs };
  readonly #root: string;

  /** @param root Absolute path. */
  constructor(root: string) {
    this.#root = root;
    for (const name of FINDING) {
      this.#wrap(name, (dir, name) => this.#actual({ dir, name }));
    }
    for (const maker of MAKERS) {
      this.#wrap(maker, (dir, name) => {
        if (this.#actual({ dir, name }) === name) return name;
        throw new SysError("EEXIST", MAKING[maker], `${dir.path}/${name}`);
      });
    }
    Object.assign(this.#fs, {
      rename: (from: Place, to: Place, mode: "no-replace") =>
        this.#rename(from, to, mode),
    });
  }

  #wrap(call: keyof FileSystem, find: (dir: Dir, name: string) => string) {
    const own = this.#own[call] as (...args: unknown[]) => unknown;
    const wrapped = (dir: Dir, name: string, ...rest: unknown[]) =>
      own(dir, find(dir, name), ...rest);
    Object.assign(this.#fs, { [call]: wrapped });
  }

  /** The name by which something is there, if it is. */
  #actual({ dir, name }: Place): string {
    const own = this.#own;
    if (!dir.path.startsWith(this.#root)) return name;
    if (own.stat(dir, name) !== undefined) return name;
    const folded = name.toLowerCase();
    const names = own.names(dir);
    return names.find((other) => other.toLowerCase() === folded) ?? name;
  }

  #rename(from: Place, to: Place, mode: "no-replace"): void {
    const { rename, stat } = this.#own;
    const old = { ...from, name: this.#actual(from) };
    const there = { ...to, name: this.#actual(to) };
    const taken = there.name !== to.name;
    const isItself = taken &&
      stat(old.dir, old.name)?.inode === stat(there.dir, there.name)?.inode;
    if (!taken || isItself) return rename(old, to, mode);
    if (mode !== "no-replace") return rename(old, there, mode);
    throw new SysError("EEXIST", "renameat2", `${to.dir.path}/${to.name}`);
  }

  /** It tells them apart again. */
  [Symbol.dispose](): void {
    for (const name of [...FINDING, ...MAKERS, "rename"] as const) {
      Object.assign(this.#fs, { [name]: this.#own[name] });
    }
  }
}
