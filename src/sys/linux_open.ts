/** Descriptors of directories and files. */

import { createTextBuffer, putName, putText } from "./c_string.ts";
import { type Dir, type File, type FileSystem, SysError } from "./fs.ts";
import { AT, joinPath, type Libc, O, SYSCALL } from "./libc.ts";
import { readStat, STATX_MASK } from "./statx.ts";

const DIRECTORY = O.read | O.directory | O.closeOnExec;
/** Without blocking, as a pipe might have taken the name. */
const FILE = O.noFollow | O.nonBlocking | O.closeOnExec;
/** Only their owner may use them until somebody says otherwise. */
const NEW_MODE = 0o600;

interface Handle extends Dir, File {
  /** -1 once it is closed. */
  fd: number;
}

/** The descriptor of a handle that {@linkcode createOpening} made. */
export function fdOf(handle: Dir | File): number {
  return (handle as Handle).fd;
}

/** The calls that open and close, and the one that looks at what is open. */
export function createOpening(
  libc: Libc,
): Pick<
  FileSystem,
  | "openRoot"
  | "openDirectory"
  | "close"
  | "createFile"
  | "openFile"
  | "openShared"
  | "statOpen"
> {
  const { call, errno, failure } = libc;
  const text = createTextBuffer();
  const empty = createTextBuffer();
  const words = new Uint32Array(64);
  let noAtime: number = O.noAtime;

  /** Opens the name in `text` without changing its atime, if the system permits. */
  function openQuietly(fd: number, flags: number): number {
    const opened = call.openat(fd, text, flags | noAtime, 0);
    if (opened >= 0 || noAtime === 0 || errno() !== "EPERM") return opened;
    noAtime = 0;
    return call.openat(fd, text, flags, 0);
  }

  function statOpen(handle: Dir | File) {
    const fd = fdOf(handle);
    const { statx } = SYSCALL;
    if (call.statx(statx, fd, empty, AT.emptyPath, STATX_MASK, words) !== 0) {
      throw failure("statx", handle);
    }
    return readStat(words);
  }

  function close(handle: Dir | File): void {
    const fd = fdOf(handle);
    if (fd < 0) return;
    (handle as Handle).fd = -1;
    // Linux frees the descriptor even when it was interrupted.
    if (call.close(fd) === 0 || errno() === "EINTR") return;
    throw failure("close", handle);
  }

  function openRegular(fd: number, dir: Dir, name: string): File {
    if (fd < 0) throw failure("openat", dir, name);
    const handle: Handle = { fd, path: joinPath(dir.path, name) };
    const { kind } = statOpen(handle);
    if (kind === "file") return handle;
    close(handle);
    const code = kind === "directory" ? "EISDIR" : "ENXIO";
    throw new SysError(code, "openat", handle.path);
  }

  return {
    openRoot(path) {
      putText(text, path);
      const fd = openQuietly(AT.currentDirectory, DIRECTORY);
      if (fd < 0) throw failure("openat", { path });
      return { fd, path };
    },
    openDirectory(dir, name) {
      putName(text, name);
      const fd = openQuietly(fdOf(dir), DIRECTORY | O.noFollow);
      if (fd < 0) throw failure("openat", dir, name);
      return { fd, path: joinPath(dir.path, name) };
    },
    createFile(dir, name, mode = NEW_MODE) {
      const flags = O.readWrite | O.create | O.exclusive | FILE;
      const fd = call.openat(fdOf(dir), putName(text, name), flags, mode);
      if (fd < 0) throw failure("openat", dir, name);
      return { fd, path: joinPath(dir.path, name) };
    },
    openFile(dir, name) {
      putName(text, name);
      return openRegular(openQuietly(fdOf(dir), O.read | FILE), dir, name);
    },
    openShared(dir, name) {
      const flags = O.readWrite | O.create | FILE;
      const fd = call.openat(fdOf(dir), putName(text, name), flags, NEW_MODE);
      return openRegular(fd, dir, name);
    },
    statOpen,
    close,
  };
}
