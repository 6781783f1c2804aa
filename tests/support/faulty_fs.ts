/** The disk, made to fail, or to stop for good, at the n-th call that changes something. */

import { type FileSystem, SysError } from "@/sys/fs.ts";
import { openFileSystem } from "@/sys/open.ts";

/** Calls that change what is on the disk. */
const CHANGING = [
  "createFile",
  "openShared",
  "write",
  "truncate",
  "cloneFile",
  "copyRange",
  "setModeOpen",
  "setOwnerOpen",
  "setTimeOpen",
  "setMode",
  "setOwner",
  "setTime",
  "makeDirectory",
  "makeLink",
  "makeFifo",
  "rename",
  "hardLink",
  "removeFile",
  "removeDirectory",
  "sync",
  "syncVolume",
] as const satisfies readonly (keyof FileSystem)[];

/** Calls that only look. */
const LOOKING = [
  "openRoot",
  "openDirectory",
  "list",
  "names",
  "stat",
  "statOpen",
  "readLink",
  "openFile",
  "read",
] as const satisfies readonly (keyof FileSystem)[];

/** Every call between which somebody else may do something. */
export const EVERY = [...CHANGING, ...LOOKING] as const;

/** One of the calls that are watched. */
export type WatchedCall = typeof EVERY[number];

/** One call that is about to be made. */
export interface Call {
  /** Which. */
  readonly name: WatchedCall;
  /** Counted from 1. */
  readonly number: number;
  /** What it was called with. */
  readonly args: readonly unknown[];
}

/** What may be done around a call. */
export interface Meddling {
  /** Before it; what is thrown is thrown instead. */
  readonly before?: (call: Call) => void;
  /** After it succeeded. */
  readonly after?: (call: Call) => void;
}

/** Gets between osync, run in this process, and the system, until disposed of. */
export class FaultyFileSystem implements Disposable {
  readonly #fs = openFileSystem();
  readonly #own = { ...this.#fs };
  #calls = 0;
  #failed = "";

  readonly #names: readonly WatchedCall[];

  /**
   * @param meddling Called around each call.
   * @param names Which calls: those that change something, or {@linkcode EVERY}.
   */
  constructor(meddling: Meddling, names: readonly WatchedCall[] = CHANGING) {
    this.#names = names;
    for (const name of names) this.#wrap(name, meddling);
  }

  #wrap(name: WatchedCall, { before, after }: Meddling): void {
    const real = this.#own[name] as (...args: unknown[]) => unknown;
    const wrapped = (...args: unknown[]): unknown => {
      const call = { name, args, number: ++this.#calls };
      try {
        before?.(call);
      } catch (error) {
        this.#failed ||= `${name} ${placeOf(call)}`;
        if (name === "syncVolume") return Promise.reject(error);
        throw error;
      }
      // Nothing here lives long enough to lose its power.
      if (name === "sync") return;
      if (name === "syncVolume") return Promise.resolve();
      const result = real(...args);
      after?.(call);
      return result;
    };
    Object.assign(this.#fs, { [name]: wrapped });
  }

  /** Watched calls so far. */
  get calls(): number {
    return this.#calls;
  }

  /** The first call that was made to fail, and where. */
  get failed(): string {
    return this.#failed;
  }

  /** Everything works again. */
  [Symbol.dispose](): void {
    for (const name of this.#names) {
      Object.assign(this.#fs, { [name]: this.#own[name] });
    }
  }
}

/** The process is dead. */
export class Killed extends Error {}

/**
 * From the n-th changing call on nothing changes any more, as if the process
 * had been killed there; only its lock goes, as this process lives on.
 */
export function killedAt(number: number): FaultyFileSystem {
  return new FaultyFileSystem({
    before(call) {
      if (call.number < number) return;
      const [, name] = call.args;
      const isLock = name === "lock" || name === "lock.owner";
      if (call.name !== "removeFile" || !isLock) throw new Killed();
    },
  });
}

/** The n-th changing call, and only this one, fails. */
export function failingAt(number: number, code: string): FaultyFileSystem {
  return new FaultyFileSystem({
    before(call) {
      if (call.number === number) {
        throw new SysError(code, call.name, placeOf(call));
      }
    },
  });
}

function placeOf({ args }: Call): string {
  const [first, second] = args as [
    { path?: string; dir?: { path: string }; name?: string },
    unknown,
  ];
  if (first.dir !== undefined) return `${first.dir.path}/${first.name}`;
  return typeof second === "string"
    ? `${first.path}/${second}`
    : first.path ?? "";
}
