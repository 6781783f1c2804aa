/**
 * The system calls osync needs, on names relative to open directories.
 *
 * Two implementations pass one contract suite: `linux.ts` (libc) and
 * `portable.ts` (Deno's and Node's own APIs). All calls but one are
 * synchronous: asynchronous file APIs cost ten times as much per file.
 *
 * Names are single components (never with a slash) in the encoding of
 * `core/name.ts`. No call follows a link at the name it is given.
 */

import type { EntryBatch } from "@/core/batch.ts";
import type { KnownEntry, Time } from "@/core/entry.ts";

/** An open directory. */
export interface Dir {
  /** Absolute path, for messages and for the portable implementation. */
  readonly path: string;
}

/** An open file. */
export interface File {
  /** Absolute path, for messages. */
  readonly path: string;
}

/** What stat tells, of any kind of entry. */
export interface Stat {
  /** Kind; `other` is a socket or a device. */
  readonly kind: KnownEntry["kind"] | "socket" | "device" | "odd";
  /** Permission bits (12 bits). */
  readonly mode: number;
  /** Owner. */
  readonly uid: number;
  /** Group. */
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  /** Modification time. */
  readonly mtime: Time;
  /** Inode change time. */
  readonly ctime: Time;
  /** Inode number. */
  readonly inode: bigint;
  /** Major and minor as `major * 2^32 + minor`. */
  readonly device: number;
  /** Names this inode has. */
  readonly links: number;
}

/** A directory's entries, sorted by name bytewise, with `depth` left at 0 and link targets filled in. */
export interface Listing {
  /** The entries; kinds that are not supported are `unknown` with their reason. */
  readonly batch: EntryBatch;
}

/** What an implementation can do; what it cannot, it says here. */
export interface Abilities {
  /** Smallest step of mtime it can read and write, in nanoseconds. */
  readonly timeStep: number;
  /** Names that are not UTF-8 survive. */
  readonly rawNames: boolean;
  /** `rename` can refuse to replace, and exchange, in one call. */
  readonly atomicRename: boolean;
  /** Times of links can be set. */
  readonly linkTimes: boolean;
}

/** What a mounted filesystem tells of itself. */
export interface Volume {
  /** Type by name where known (`ext4`, `vfat`, `tmpfs`, …), else its magic in hexadecimal. */
  readonly type: string;
  /** Identifies it; stable across mounts where the system can do that. */
  readonly id: string;
  /** Bytes that this user may still write. */
  readonly free: number;
  /** Bytes in all. */
  readonly total: number;
  /** Files that can still be made; `Infinity` where there is no limit. */
  readonly freeFiles: number;
  /** Longest name in bytes. */
  readonly nameLimit: number;
  /** Smallest step of mtime it keeps, in nanoseconds (2 s for vfat). */
  readonly timeStep: number;
  /** Whether it keeps owner, group and mode of its own for each file. */
  readonly ownership: boolean;
}

/** How `rename` treats what is at the new name. */
export type RenameMode = "no-replace" | "exchange" | "replace";

/** A system call failed. */
export class SysError extends Error {
  /** The errno's name: `ENOENT`, `EACCES`, … */
  readonly code: string;
  /** The call: `openat`, `renameat2`, … */
  readonly operation: string;
  /** On what. */
  readonly path: string;

  /** The errno in words. */
  get reason(): string {
    return describeErrno(this.code);
  }

  /** The call in words: `open`, `set the mode of`, … */
  get deed(): string {
    return DEEDS[this.operation] ?? this.operation;
  }

  /** Builds the message from its parts. */
  constructor(code: string, operation: string, path: string) {
    super(
      `Cannot ${DEEDS[operation] ?? operation} "${path}": ${
        describeErrno(code)
      }`,
    );
    this.name = "SysError";
    this.code = code;
    this.operation = operation;
    this.path = path;
  }
}

const DEEDS: Readonly<Record<string, string>> = {
  chmod: "set the mode of",
  chown: "set the owner of",
  fchmod: "set the mode of",
  fchmodat: "set the mode of",
  fchown: "set the owner of",
  fchownat: "set the owner of",
  fstatfs: "look at the filesystem of",
  fsync: "write",
  syncfs: "write everything on the filesystem of",
  ftruncate: "write",
  futimens: "set the time of",
  getdents64: "list",
  linkat: "create",
  lseek: "read",
  lstat: "look at",
  mkdir: "create",
  mkdirat: "create",
  mkfifo: "create",
  mkfifoat: "create",
  openat: "open",
  readlink: "read",
  readlinkat: "read",
  rename: "write",
  renameat2: "write",
  rmdir: "remove",
  statx: "look at",
  symlink: "create",
  symlinkat: "create",
  unlink: "remove",
  unlinkat: "remove",
  utime: "set the time of",
  utimensat: "set the time of",
};

const ERRNO_TEXT: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EAGAIN: "it changed at that moment",
  EBUSY: "it is in use",
  EDQUOT: "the disk quota is used up",
  EEXIST: "something is there already",
  EFBIG: "the file is too large for this filesystem",
  EILSEQ: "this system cannot write the name",
  EINTR: "a signal interrupted it",
  EINVAL: "the system does not accept this value",
  EIO: "the disk reports an input/output error",
  EISDIR: "it is a directory",
  ELOOP: "it is a symbolic link, or there are too many of them",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "it does not exist",
  ENOSPC: "no space left on the device",
  ENOTDIR: "it is not a directory",
  ENOTEMPTY: "the directory is not empty",
  ENXIO: "it is not a regular file",
  EOPNOTSUPP: "the filesystem does not support this",
  EPERM: "the system does not permit it",
  EROFS: "the filesystem is mounted read-only",
  ESTALE: "the network filesystem lost it",
  ETXTBSY: "the program is running",
  EXDEV: "it is on another filesystem",
};

/** An errno in words, with its name: `permission denied (EACCES)`. */
export function describeErrno(code: string): string {
  const text = ERRNO_TEXT[code];
  return text === undefined ? code : `${text} (${code})`;
}

/** The calls. Every failure is a {@linkcode SysError}. */
export interface FileSystem {
  /** Which implementation. */
  readonly name: "linux" | "portable";
  /** What it can do. */
  readonly abilities: Abilities;
  /** Effective user id; 0 is root. */
  readonly uid: number;

  /** Opens a directory by absolute path, following links (a root may be one). */
  openRoot(path: string): Dir;
  /** Opens a directory inside another; a link there is an error (`ENOTDIR` or `ELOOP`). */
  openDirectory(dir: Dir, name: string): Dir;
  /** Closes a directory or file; closing twice is a no-op. */
  close(handle: Dir | File): void;
  /**
   * Everything in a directory but `.` and `..`; what vanishes meanwhile is left out, what cannot be examined is `unknown`.
   *
   * @param reuse A batch that nobody needs any more, to be filled anew if it is large enough.
   */
  list(dir: Dir, reuse?: EntryBatch): Listing;
  /** Names in a directory, unsorted, nothing examined. */
  names(dir: Dir): string[];
  /** What is at a name; `undefined` if nothing. */
  stat(dir: Dir, name: string): Stat | undefined;
  /** What an open directory or file is. */
  statOpen(handle: Dir | File): Stat;
  /** Where a link points. */
  readLink(dir: Dir, name: string): string;
  /** Creates a directory (`EEXIST` if anything is there); the mode is exact, whatever the umask. */
  makeDirectory(dir: Dir, name: string, mode: number): void;
  /** Creates a symbolic link (`EEXIST`). */
  makeLink(dir: Dir, name: string, target: string): void;
  /** Creates a named pipe (`EEXIST`). */
  makeFifo(dir: Dir, name: string, mode: number): void;
  /** Creates a file for writing (`EEXIST`), with mode 0600 or the one given less the umask. */
  createFile(dir: Dir, name: string, mode?: number): File;
  /** Opens a regular file for reading, without changing its atime where that is allowed. Anything else is an error. */
  openFile(dir: Dir, name: string): File;
  /** Opens for reading and writing, creating it with mode 0600 if absent: lock files and logs. */
  openShared(dir: Dir, name: string): File;
  /** Reads up to `buffer.length` bytes at the file's position; 0 at the end. */
  read(file: File, buffer: Uint8Array<ArrayBuffer>): number;
  /** Writes the first `length` bytes of `buffer`, all of them. */
  write(file: File, buffer: Uint8Array<ArrayBuffer>, length: number): void;
  /** Cuts an open file to `size` bytes and moves its position to the end. */
  truncate(file: File, size: number): void;
  /** Shares all blocks of `from` with `to` (`FICLONE`); `false` where the filesystems cannot. */
  cloneFile(from: File, to: File): boolean;
  /** Lets the kernel copy up to `length` bytes at both positions; bytes copied, 0 at the end, -1 where it cannot. */
  copyRange(from: File, to: File, length: number): number;
  /** Sets the permission bits of an open file or directory. */
  setModeOpen(handle: Dir | File, mode: number): void;
  /** Sets owner and group of an open file or directory; -1 leaves one as it is. */
  setOwnerOpen(
    handle: Dir | File,
    owner: { readonly uid: number; readonly gid: number },
  ): void;
  /** Sets mtime (atime becomes the same) of an open file or directory. */
  setTimeOpen(handle: Dir | File, mtime: Time): void;
  /** Sets the permission bits of what is at a name, which must not be a link. */
  setMode(dir: Dir, name: string, mode: number): void;
  /** Sets owner and group at a name, of a link itself; -1 leaves one as it is. */
  setOwner(
    dir: Dir,
    name: string,
    owner: { readonly uid: number; readonly gid: number },
  ): void;
  /** Sets mtime at a name, of a link itself, leaving atime alone. */
  setTime(dir: Dir, name: string, mtime: Time): void;
  /** Moves a name. `no-replace`: `EEXIST` if the new name is taken. `exchange`: both must exist. Falls back to link-and-unlink or a check where the filesystem lacks `no-replace`; `EINVAL` where it lacks `exchange`. */
  rename(
    from: { readonly dir: Dir; readonly name: string },
    to: { readonly dir: Dir; readonly name: string },
    mode: RenameMode,
  ): void;
  /** A second name for the same inode (`EEXIST`). */
  hardLink(
    from: { readonly dir: Dir; readonly name: string },
    to: { readonly dir: Dir; readonly name: string },
  ): void;
  /** Removes a name that is no directory. */
  removeFile(dir: Dir, name: string): void;
  /** Removes an empty directory (`ENOTEMPTY`). */
  removeDirectory(dir: Dir, name: string): void;
  /** Waits until a file, or a directory's names, are on the disk. */
  sync(handle: Dir | File): void;
  /** Waits until everything written to the filesystem of `dir` is on the disk; the one call that lets others be made meanwhile. */
  syncVolume(dir: Dir): Promise<void>;
  /** Takes an exclusive `flock` without waiting; `false` if somebody holds it. The kernel drops it when the process ends. */
  lock(file: File): boolean;
  /** The filesystem a directory is on. */
  volume(dir: Dir): Volume;
}
