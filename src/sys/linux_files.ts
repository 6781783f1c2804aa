/** What is done with an open file or directory. */

import { putTime } from "./timespec.ts";
import { type File, type FileSystem, SysError } from "./fs.ts";
import type { Libc } from "./libc.ts";
import { fdOf } from "./linux_open.ts";

const FICLONE = 0x4004_9409;
const SEEK_END = 2;
const LOCK_EXCLUSIVE_NOW = 6;
/** What one call moves at most. */
const MAX_TRANSFER = 0x7fff_f000;

/** These mean that two filesystems have no such operation. */
const CANNOT_CLONE = ["EOPNOTSUPP", "EXDEV", "EINVAL", "ENOTTY", "ENOSYS"];
const CANNOT_COPY = ["EOPNOTSUPP", "EXDEV", "EINVAL", "ENOSYS"];

/** The calls on what is open. */
export function createFiles(
  libc: Libc,
): Pick<
  FileSystem,
  | "read"
  | "write"
  | "truncate"
  | "cloneFile"
  | "copyRange"
  | "setModeOpen"
  | "setOwnerOpen"
  | "setTimeOpen"
  | "sync"
  | "syncVolume"
  | "lock"
> {
  const { call, errno, failure } = libc;
  const times = new BigInt64Array(16);

  /** After a failed call: returns if it only has to be repeated. */
  function expectInterrupted(operation: string, file: File): void {
    if (errno() !== "EINTR") throw failure(operation, file);
  }

  return {
    read(file, buffer) {
      const length = Math.min(buffer.length, MAX_TRANSFER);
      for (;;) {
        const done = call.read(fdOf(file), buffer, length);
        if (done >= 0) return done;
        expectInterrupted("read", file);
      }
    },
    write(file, buffer, length) {
      for (let from = 0; from < length;) {
        const rest = from === 0 ? buffer : buffer.subarray(from);
        const count = Math.min(length - from, MAX_TRANSFER);
        const done = call.write(fdOf(file), rest, count);
        if (done >= 0) from += done;
        else expectInterrupted("write", file);
      }
    },
    truncate(file, size) {
      if (call.ftruncate(fdOf(file), BigInt(size)) !== 0) {
        throw failure("ftruncate", file);
      }
      if (call.lseek(fdOf(file), 0n, SEEK_END) < 0n) {
        throw failure("lseek", file);
      }
    },
    cloneFile(from, to) {
      if (call.ioctl(fdOf(to), FICLONE, fdOf(from)) === 0) return true;
      if (CANNOT_CLONE.includes(errno())) return false;
      throw failure("clone", to);
    },
    copyRange(from, to, length) {
      const count = Math.min(length, MAX_TRANSFER);
      const [source, target] = [fdOf(from), fdOf(to)];
      for (;;) {
        const done = call.copy_file_range(source, null, target, null, count, 0);
        if (done >= 0) return done;
        if (CANNOT_COPY.includes(errno())) return -1;
        expectInterrupted("copy_file_range", to);
      }
    },
    setModeOpen(handle, mode) {
      if (call.fchmod(fdOf(handle), mode) !== 0) {
        throw failure("fchmod", handle);
      }
    },
    setOwnerOpen(handle, { uid, gid }) {
      if (call.fchown(fdOf(handle), uid >>> 0, gid >>> 0) !== 0) {
        throw failure("fchown", handle);
      }
    },
    setTimeOpen(handle, mtime) {
      if (call.futimens(fdOf(handle), putTime(times, mtime)) !== 0) {
        throw failure("futimens", handle);
      }
    },
    sync(handle) {
      while (call.fsync(fdOf(handle)) !== 0) {
        // Some filesystems have nothing to wait for in a directory.
        if (errno() === "EINVAL") return;
        expectInterrupted("fsync", handle);
      }
    },
    async syncVolume(dir) {
      if (await call.syncfs(fdOf(dir)) === 0) return;
      // Made by another thread, which has an errno of its own.
      throw new SysError("EIO", "syncfs", dir.path);
    },
    lock(file) {
      while (call.flock(fdOf(file), LOCK_EXCLUSIVE_NOW) !== 0) {
        if (errno() === "EAGAIN") return false;
        expectInterrupted("flock", file);
      }
      return true;
    },
  };
}
