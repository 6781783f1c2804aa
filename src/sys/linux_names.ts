/** What changes names: making, renaming, removing, and attributes without opening. */

import { createTextBuffer, putName, putText } from "./c_string.ts";
import { type Dir, type FileSystem, type RenameMode, SysError } from "./fs.ts";
import { AT, joinPath, type Libc, SYSCALL } from "./libc.ts";
import { fdOf } from "./linux_open.ts";
import { putModified } from "./timespec.ts";

/** A name in an open directory. */
type Place = Parameters<FileSystem["hardLink"]>[0];

const RENAME_FLAGS: Readonly<Record<RenameMode, number>> = {
  "replace": 0,
  "no-replace": 1,
  "exchange": 2,
};

/** These mean that a filesystem has no such operation. */
const CANNOT_RENAME = ["EINVAL", "ENOSYS"];
const CANNOT_LINK = ["EPERM", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/** The calls on names; `stat` is used where the kernel does not check for us. */
export function createNaming(
  libc: Libc,
  stat: FileSystem["stat"],
): Pick<
  FileSystem,
  | "makeDirectory"
  | "makeLink"
  | "makeFifo"
  | "setMode"
  | "setOwner"
  | "setTime"
  | "rename"
  | "hardLink"
  | "removeFile"
  | "removeDirectory"
> {
  const { call, errno, failure } = libc;
  const text = createTextBuffer();
  const other = createTextBuffer();
  const times = new BigInt64Array(16);

  function setMode(dir: Dir, name: string, mode: number): void {
    putName(text, name);
    if (call.fchmodat(fdOf(dir), text, mode, AT.noFollow) !== 0) {
      throw failure("fchmodat", dir, name);
    }
  }

  /** Gives what was just made the bits that the umask took away. */
  function completeMode(dir: Dir, name: string, mode: number): void {
    if (stat(dir, name)?.mode !== mode) setMode(dir, name, mode);
  }

  function tryRename(from: Place, to: Place, mode: RenameMode): boolean {
    return call.renameat2(
      SYSCALL.renameat2,
      fdOf(from.dir),
      putName(text, from.name),
      fdOf(to.dir),
      putName(other, to.name),
      RENAME_FLAGS[mode],
    ) === 0;
  }

  function tryLink(from: Place, to: Place): boolean {
    return call.linkat(
      fdOf(from.dir),
      putName(text, from.name),
      fdOf(to.dir),
      putName(other, to.name),
      0,
    ) === 0;
  }

  function linkFailure(from: Place, to: Place): SysError {
    const { dir, name } = errno() === "ENOENT" ? from : to;
    return failure("linkat", dir, name);
  }

  function unlink(dir: Dir, name: string, flags: number): void {
    if (call.unlinkat(fdOf(dir), putName(text, name), flags) !== 0) {
      throw failure("unlinkat", dir, name);
    }
  }

  /** Renames without replacing where the filesystem cannot do that by itself. */
  function renameCarefully(from: Place, to: Place): void {
    if (stat(from.dir, from.name)?.kind !== "directory") {
      if (tryLink(from, to)) return unlink(from.dir, from.name, 0);
      if (!CANNOT_LINK.includes(errno())) {
        throw linkFailure(from, to);
      }
    }
    if (stat(to.dir, to.name) !== undefined) {
      throw new SysError("EEXIST", "renameat2", joinPath(to.dir.path, to.name));
    }
    if (!tryRename(from, to, "replace")) {
      throw failure("renameat2", to.dir, to.name);
    }
  }

  return {
    setMode,
    makeDirectory(dir, name, mode) {
      if (call.mkdirat(fdOf(dir), putName(text, name), mode) !== 0) {
        throw failure("mkdirat", dir, name);
      }
      completeMode(dir, name, mode);
    },
    makeLink(dir, name, target) {
      putText(other, target);
      if (call.symlinkat(other, fdOf(dir), putName(text, name)) !== 0) {
        throw failure("symlinkat", dir, name);
      }
    },
    makeFifo(dir, name, mode) {
      if (call.mkfifoat(fdOf(dir), putName(text, name), mode) !== 0) {
        throw failure("mkfifoat", dir, name);
      }
      completeMode(dir, name, mode);
    },
    setOwner(dir, name, { uid, gid }) {
      putName(text, name);
      const [owner, group] = [uid >>> 0, gid >>> 0];
      if (call.fchownat(fdOf(dir), text, owner, group, AT.noFollow) !== 0) {
        throw failure("fchownat", dir, name);
      }
    },
    setTime(dir, name, mtime) {
      putName(text, name);
      putModified(times, mtime);
      if (call.utimensat(fdOf(dir), text, times, AT.noFollow) !== 0) {
        throw failure("utimensat", dir, name);
      }
    },
    rename(from, to, mode) {
      if (tryRename(from, to, mode)) return;
      if (mode === "no-replace" && CANNOT_RENAME.includes(errno())) {
        return renameCarefully(from, to);
      }
      const { dir, name } = errno() === "ENOENT" ? from : to;
      const error = failure("renameat2", dir, name);
      if (mode !== "exchange" || error.code !== "ENOSYS") throw error;
      throw new SysError("EINVAL", error.operation, error.path);
    },
    hardLink(from, to) {
      if (!tryLink(from, to)) throw linkFailure(from, to);
    },
    removeFile(dir, name) {
      unlink(dir, name, 0);
    },
    removeDirectory(dir, name) {
      unlink(dir, name, AT.removeDirectory);
    },
  };
}
