/** The system calls over libc: the implementation that keeps everything. */

import { decodeName } from "@/core/name.ts";
import { createTextBuffer, putName } from "./c_string.ts";
import type { Dir, FileSystem, Stat } from "./fs.ts";
import { AT, type Libc, loadLibc, SYSCALL } from "./libc.ts";
import { createFiles } from "./linux_files.ts";
import { DirectoryReader } from "./linux_list.ts";
import { createNaming } from "./linux_names.ts";
import { createOpening, fdOf } from "./linux_open.ts";
import { readStat, STATX_MASK } from "./statx.ts";
import { readVolume, STATFS_SIZE } from "./volume.ts";

const SEEK_START = 0;

/**
 * Loads libc.
 *
 * @throws {AggregateError} If there is no libc to load, or the permission `ffi` is missing.
 */
export function createLinux(): FileSystem {
  const libc = loadLibc();
  const looking = createLooking(libc);
  return {
    name: "linux",
    abilities: {
      timeStep: 1,
      rawNames: true,
      atomicRename: true,
      linkTimes: true,
    },
    get uid() {
      return libc.call.geteuid();
    },
    ...createOpening(libc),
    ...createFiles(libc),
    ...createNaming(libc, looking.stat),
    ...looking,
  };
}

/** The calls that only look. */
function createLooking(
  libc: Libc,
): Pick<FileSystem, "list" | "names" | "stat" | "readLink" | "volume"> {
  const { call, errno, failure } = libc;
  const reader = new DirectoryReader(libc);
  const text = createTextBuffer();
  const target = createTextBuffer();
  const words = new Uint32Array(64);
  const statfs = new Uint8Array(STATFS_SIZE);

  function stat(
    dir: Dir,
    name: string,
  ): Stat | undefined {
    putName(text, name);
    const flags = AT.noFollow | AT.noAutomount;
    const { statx } = SYSCALL;
    if (call.statx(statx, fdOf(dir), text, flags, STATX_MASK, words) === 0) {
      return readStat(words);
    }
    if (errno() === "ENOENT") return undefined;
    throw failure("statx", dir, name);
  }

  return {
    stat,
    list(dir, reuse) {
      call.lseek(fdOf(dir), 0n, SEEK_START);
      const batch = reader.list(fdOf(dir), reuse);
      if (batch === undefined) throw failure("getdents64", dir);
      return { batch };
    },
    names(dir) {
      call.lseek(fdOf(dir), 0n, SEEK_START);
      const names = reader.names(fdOf(dir));
      if (names === undefined) throw failure("getdents64", dir);
      return names;
    },
    readLink(dir, name) {
      putName(text, name);
      const size = target.length;
      const length = call.readlinkat(fdOf(dir), text, target, size);
      if (length < 0) throw failure("readlinkat", dir, name);
      return decodeName(target.subarray(0, length));
    },
    volume(dir) {
      if (call.fstatfs(fdOf(dir), statfs) !== 0) throw failure("fstatfs", dir);
      return readVolume(statfs);
    },
  };
}
