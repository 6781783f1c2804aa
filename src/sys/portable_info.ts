/** Deno's answers and failures in the words of the contract. */

import type { Time } from "@/core/entry.ts";
import { type Dir, type Stat, SysError } from "./fs.ts";

/** Failures of Deno's that carry no errno. */
const CODES: Readonly<Record<string, string>> = {
  AlreadyExists: "EEXIST",
  BadResource: "EBADF",
  Interrupted: "EINTR",
  NotCapable: "EACCES",
  NotFound: "ENOENT",
  NotSupported: "EOPNOTSUPP",
  PermissionDenied: "EACCES",
};

/**
 * Does something to a path.
 *
 * @throws {SysError} For whatever failure of the system.
 */
export function attempt<T>(operation: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (failure) {
    if (!(failure instanceof Error) || failure instanceof SysError) {
      throw failure;
    }
    throw new SysError(codeOf(failure), operation, path);
  }
}

function codeOf(failure: Error): string {
  if ("code" in failure && typeof failure.code === "string") {
    return failure.code;
  }
  return CODES[failure.name] ?? "EIO";
}

/** Sets owner and group; -1 leaves one as it is. */
export function changeOwner(
  path: string,
  owner: { readonly uid: number; readonly gid: number },
): void {
  const orNull = (id: number): number | null => id < 0 ? null : id;
  const [uid, gid] = [orNull(owner.uid), orNull(owner.gid)];
  attempt("chown", path, () => Deno.chownSync(path, uid, gid));
}

/**
 * The path of one component in a directory.
 *
 * @throws {SysError} `EINVAL` for what would name something outside, `EILSEQ` for a name that cannot be written.
 */
export function componentPath(dir: Dir, name: string): string {
  if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) {
    throw new SysError("EINVAL", "use", name);
  }
  if (!name.isWellFormed()) throw new SysError("EILSEQ", "use", name);
  return dir.path.endsWith("/") ? dir.path + name : `${dir.path}/${name}`;
}

/** What is at a path, not following a link; `undefined` if nothing. */
export function look(path: string): Stat | undefined {
  try {
    return attempt("lstat", path, () => readInfo(Deno.lstatSync(path)));
  } catch (failure) {
    if (failure instanceof SysError && failure.code === "ENOENT") {
      return undefined;
    }
    throw failure;
  }
}

/** What Deno says of a file. */
export function readInfo(info: Deno.FileInfo): Stat {
  return {
    kind: kindOf(info),
    mode: (info.mode ?? 0o644) & 0o7777,
    uid: info.uid ?? 0,
    gid: info.gid ?? 0,
    size: info.size,
    mtime: timeOf(info.mtime),
    ctime: timeOf(info.ctime),
    inode: BigInt(info.ino ?? 0),
    device: deviceOf(info.dev),
    links: info.nlink ?? 1,
  };
}

function kindOf(info: Deno.FileInfo): Stat["kind"] {
  if (info.isSymlink) return "symlink";
  if (info.isDirectory) return "directory";
  if (info.isFile) return "file";
  if (info.isFifo) return "fifo";
  if (info.isSocket) return "socket";
  return info.isBlockDevice || info.isCharDevice ? "device" : "odd";
}

function timeOf(date: Date | null): Time {
  return BigInt(date?.getTime() ?? 0) * 1_000_000n;
}

/** Linux packs major and minor in its own way; elsewhere the number is as good as any. */
function deviceOf(dev: number): number {
  if (Deno.build.os !== "linux") return dev;
  const major = (dev >>> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
  return major * 2 ** 32 + minor;
}
