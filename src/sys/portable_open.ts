/** Opening, reading and writing with Deno's own APIs. */

import type { Time } from "@/core/entry.ts";
import { type Dir, type File, type FileSystem, SysError } from "./fs.ts";
import {
  attempt,
  changeOwner,
  componentPath,
  look,
  readInfo,
} from "./portable_info.ts";

/** A path, and the open file unless it is a directory. */
interface Handle extends Dir, File {
  readonly file?: Deno.FsFile;
  /** It may have content that is not on the disk. */
  written?: boolean;
  closed?: boolean;
}

const NEW_MODE = 0o600;

/** The calls that open, and those on what is open. */
export function createOpening(): Pick<
  FileSystem,
  | "openRoot"
  | "openDirectory"
  | "close"
  | "statOpen"
  | "createFile"
  | "openFile"
  | "openShared"
  | "read"
  | "write"
  | "truncate"
  | "cloneFile"
  | "copyRange"
  | "setModeOpen"
  | "setOwnerOpen"
  | "setTimeOpen"
  | "sync"
  | "lock"
> {
  return {
    openRoot(path) {
      const info = attempt("open", path, () => Deno.statSync(path));
      if (!info.isDirectory) throw new SysError("ENOTDIR", "open", path);
      return { path };
    },
    openDirectory(dir, name) {
      const path = componentPath(dir, name);
      const kind = look(path)?.kind;
      if (kind === "directory") return { path };
      const code = kind === undefined ? "ENOENT" : "ENOTDIR";
      throw new SysError(code, "open", path);
    },
    close(handle) {
      const open: Handle = handle;
      if (open.closed) return;
      open.closed = true;
      // There is no syncfs that could make up for it later.
      if (open.written) onFile(handle, "fsync", (file) => file.syncSync());
      open.file?.close();
    },
    statOpen(handle) {
      const { file, path }: Handle = handle;
      return attempt(
        "stat",
        path,
        () => readInfo(file?.statSync() ?? Deno.statSync(path)),
      );
    },
    createFile(dir, name, mode = NEW_MODE) {
      const path = componentPath(dir, name);
      const options = { read: true, write: true, createNew: true };
      return openPath(path, { ...options, mode });
    },
    openFile(dir, name) {
      const path = componentPath(dir, name);
      if (look(path) === undefined) throw new SysError("ENOENT", "open", path);
      return openRegular(path, { read: true });
    },
    openShared(dir, name) {
      const options = { read: true, write: true, create: true };
      const path = componentPath(dir, name);
      return openRegular(path, { ...options, mode: NEW_MODE });
    },
    read(file, buffer) {
      return onFile(file, "read", (open) => open.readSync(buffer) ?? 0);
    },
    write(file, buffer, length) {
      (file as Handle).written = true;
      for (let from = 0; from < length;) {
        const rest = buffer.subarray(from, length);
        from += onFile(file, "write", (open) => open.writeSync(rest));
      }
    },
    truncate(file, size) {
      (file as Handle).written = true;
      onFile(file, "truncate", (open) => {
        open.truncateSync(size);
        open.seekSync(0, Deno.SeekMode.End);
      });
    },
    cloneFile: () => false,
    copyRange: () => -1,
    setModeOpen({ path }, mode) {
      attempt("chmod", path, () => Deno.chmodSync(path, mode));
    },
    setOwnerOpen({ path }, owner) {
      changeOwner(path, owner);
    },
    setTimeOpen(handle, mtime) {
      const { file, path }: Handle = handle;
      const date = dateOf(mtime);
      attempt("utime", path, () => {
        if (file === undefined) Deno.utimeSync(path, date, date);
        else file.utimeSync(date, date);
      });
    },
    sync(handle) {
      if ((handle as Handle).file === undefined) return syncDirectory(handle);
      (handle as Handle).written = false;
      onFile(handle, "fsync", (file) => file.syncSync());
    },
    lock(file) {
      return onFile(file, "flock", (open) => open.tryLockSync(true));
    },
  };
}

/** A time as Deno takes it, cut to whole milliseconds. */
export function dateOf(time: Time): Date {
  const rest = ((time % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return new Date(Number((time - rest) / 1_000_000n));
}

/** Waits until a directory's names are on the disk, where the system lets one open it. */
export function syncDirectory({ path }: Dir): void {
  if (Deno.build.os === "windows") return;
  attempt("fsync", path, () => {
    using directory = Deno.openSync(path);
    directory.syncSync();
  });
}

function onFile<T>(
  handle: File,
  operation: string,
  act: (file: Deno.FsFile) => T,
): T {
  const { file, path }: Handle = handle;
  if (file === undefined) throw new SysError("EISDIR", operation, path);
  return attempt(operation, path, () => act(file));
}

function openPath(path: string, options: Deno.OpenOptions): Handle {
  return {
    path,
    file: attempt("open", path, () => Deno.openSync(path, options)),
  };
}

/** Opens what is a file before and after; the APIs follow links and wait for pipes. */
function openRegular(path: string, options: Deno.OpenOptions): File {
  const before = look(path);
  if (before !== undefined) expectFile(before.kind, path);
  const handle = openPath(path, options);
  const after = look(path);
  const opened = handle.file && readInfo(handle.file.statSync());
  if (after !== undefined && after.inode === opened?.inode) return handle;
  handle.file?.close();
  throw new SysError("EAGAIN", "open", path);
}

function expectFile(kind: string, path: string): void {
  if (kind === "file") return;
  const codes: Readonly<Record<string, string>> = {
    directory: "EISDIR",
    symlink: "ELOOP",
  };
  throw new SysError(codes[kind] ?? "ENXIO", "open", path);
}
