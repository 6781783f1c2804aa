/**
 * One run at a time in a replica: `flock` on the work directory's `lock`,
 * which the kernel drops with the process. The file holds `pid@instance`, as
 * the old tool writes and respects it; `lock.owner` beside it tells the rest.
 */

import { LockedError } from "@/core/errors.ts";
import type { Dir, File, FileSystem } from "@/sys/fs.ts";
import { bootId, hostId, processStart, processStartTime } from "@/sys/host.ts";

const LOCK = "lock";
const OWNER = "lock.owner";

/** Who holds a lock. */
interface Owner {
  readonly pid: number;
  readonly instance: string;
  readonly host: string;
  readonly boot: string;
  /** Clock ticks since boot. */
  readonly start: number;
  /** ISO 8601. */
  readonly since: string;
}

/** How to take a lock. */
export interface LockOptions {
  /** Name of the task. */
  readonly instance: string;
  /** Take it whoever holds it. */
  readonly force: boolean;
  /** Only look whether it is held; nothing is written. */
  readonly dry: boolean;
  /** Told when a dead run's lock is taken over. */
  readonly onTakeover: (text: string) => void;
}

/** A held lock; disposing it releases it. */
export class ReplicaLock {
  readonly #fs: FileSystem;
  readonly #work: Dir;
  readonly #file: File;
  readonly #written: boolean;

  private constructor(
    fs: FileSystem,
    work: Dir,
    held: { readonly file: File; readonly written: boolean },
  ) {
    this.#fs = fs;
    this.#work = work;
    this.#file = held.file;
    this.#written = held.written;
  }

  /**
   * Takes the lock without waiting.
   *
   * @returns `undefined` in a dry run where nobody ever took one.
   * @throws {LockedError} If another run holds it.
   */
  static acquire(
    fs: FileSystem,
    work: Dir,
    options: LockOptions,
  ): ReplicaLock | undefined {
    if (options.dry) return ReplicaLock.#look(fs, work);
    if (options.force && fs.stat(work, LOCK) !== undefined) {
      fs.removeFile(work, LOCK);
    }
    for (;;) {
      const file = fs.openShared(work, LOCK);
      try {
        if (!fs.lock(file)) throw heldBy(work, readOwner(fs, work));
        if (!isStill(fs, work, file)) {
          // Its holder removed it between our open and our lock.
          fs.close(file);
          continue;
        }
        refuseLive(fs, work, { file, options });
        write(fs, work, { file, instance: options.instance });
        return new ReplicaLock(fs, work, { file, written: true });
      } catch (error) {
        fs.close(file);
        throw error;
      }
    }
  }

  static #look(fs: FileSystem, work: Dir): ReplicaLock | undefined {
    if (fs.stat(work, LOCK) === undefined) return undefined;
    const file = fs.openFile(work, LOCK);
    if (!fs.lock(file)) {
      fs.close(file);
      throw heldBy(work, readOwner(fs, work));
    }
    return new ReplicaLock(fs, work, { file, written: false });
  }

  /** Releases the lock. */
  [Symbol.dispose](): void {
    try {
      if (this.#written && isStill(this.#fs, this.#work, this.#file)) {
        for (const name of [OWNER, LOCK]) {
          if (this.#fs.stat(this.#work, name) !== undefined) {
            this.#fs.removeFile(this.#work, name);
          }
        }
      }
    } finally {
      this.#fs.close(this.#file);
    }
  }
}

function isStill(fs: FileSystem, work: Dir, file: File): boolean {
  return fs.stat(work, LOCK)?.inode === fs.statOpen(file).inode;
}

/** The `flock` was free; what is written there may still belong to somebody. */
function refuseLive(
  fs: FileSystem,
  work: Dir,
  found: { readonly file: File; readonly options: LockOptions },
): void {
  const { file, options } = found;
  const text = readText(fs, file).trim();
  if (text === "" || options.force) return;
  const pid = Number(/^\d+/.exec(text)?.[0] ?? NaN);
  const owner = readOwner(fs, work);
  if (owner !== undefined && owner.pid === pid) {
    if (owner.host !== hostId()) throw heldBy(work, owner);
    // What this process could not remove is nobody's.
    const alive = pid !== Deno.pid && owner.boot === bootId() &&
      processStart(pid) === owner.start;
    if (alive) throw heldBy(work, owner);
  } else if (Number.isInteger(pid)) {
    // Written by the old tool, which started before it wrote.
    const started = processStartTime(pid);
    const written = Number(fs.statOpen(file).mtime / 1_000_000n);
    if (started !== undefined && started <= written + 2000) {
      throw heldBy(work, undefined, `process ${pid} (${text})`);
    }
  }
  options.onTakeover(
    `The lock in "${work.path}" was left by a run that has ended (${text}): taking it over`,
  );
}

function heldBy(
  work: Dir,
  owner: Owner | undefined,
  who = owner === undefined ? "another run" : describe(owner),
): LockedError {
  return new LockedError(
    `Cannot lock the replica: "${work.path}/${LOCK}" is held by ${who}`,
    {
      hint:
        "Wait until that run has ended. If you are sure that it has, use --force-unlock.",
    },
  );
}

function describe(owner: Owner): string {
  const host = owner.host === hostId() ? "" : " on another host";
  return `process ${owner.pid}${host} (task ${owner.instance}, since ${owner.since})`;
}

function write(
  fs: FileSystem,
  work: Dir,
  lock: { readonly file: File; readonly instance: string },
): void {
  const { file, instance } = lock;
  const owner: Owner = {
    pid: Deno.pid,
    instance,
    host: hostId(),
    boot: bootId(),
    start: processStart(Deno.pid) ?? 0,
    since: new Date().toISOString(),
  };
  writeText(fs, file, `${Deno.pid}@${instance}\n`);
  const ownerFile = fs.openShared(work, OWNER);
  try {
    writeText(fs, ownerFile, JSON.stringify(owner) + "\n");
  } finally {
    fs.close(ownerFile);
  }
}

function writeText(fs: FileSystem, file: File, text: string): void {
  const bytes = new TextEncoder().encode(text);
  fs.truncate(file, 0);
  fs.write(file, bytes, bytes.length);
}

function readText(fs: FileSystem, file: File): string {
  const buffer = new Uint8Array(4096);
  return new TextDecoder().decode(buffer.subarray(0, fs.read(file, buffer)));
}

function readOwner(fs: FileSystem, work: Dir): Owner | undefined {
  try {
    const file = fs.openFile(work, OWNER);
    try {
      return JSON.parse(readText(fs, file)) as Owner;
    } finally {
      fs.close(file);
    }
  } catch {
    return undefined;
  }
}
