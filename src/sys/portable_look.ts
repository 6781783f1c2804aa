/** Looking at directories, names and volumes with Deno's own APIs. */

import { appendEntry, createBatch } from "@/core/batch.ts";
import type { Entry } from "@/core/entry.ts";
import { compareNames } from "@/core/name.ts";
import { describeErrno, type FileSystem, type Stat, SysError } from "./fs.ts";
import { attempt, componentPath, look, readInfo } from "./portable_info.ts";

const REPLACEMENT = "\ufffd";
const NOT_UTF8: Entry = {
  kind: "unknown",
  reason: "odd",
  detail: "name is not valid UTF-8",
};

/** The calls that only look. */
export function createLooking(): Pick<
  FileSystem,
  "list" | "names" | "stat" | "readLink" | "volume"
> {
  return {
    names: ({ path }) => readNames(path),
    list(dir) {
      // Names that are not UTF-8 may all look the same.
      const names = [...new Set(readNames(dir.path))].sort(compareNames);
      const batch = createBatch(names.length);
      for (const name of names) {
        const entry = examine(componentPath(dir, name), name);
        if (entry !== undefined) appendEntry(batch, { depth: 0, name }, entry);
      }
      return { batch };
    },
    stat: (dir, name) => look(componentPath(dir, name)),
    readLink(dir, name) {
      return readTarget(componentPath(dir, name));
    },
    volume({ path }) {
      const { device } = attempt(
        "lstat",
        path,
        () => readInfo(Deno.statSync(path)),
      );
      return {
        type: "unknown",
        id: `device:${device}`,
        free: Infinity,
        total: Infinity,
        freeFiles: Infinity,
        nameLimit: 255,
        timeStep: 1_000_000,
        ownership: Deno.build.os !== "windows",
      };
    },
  };
}

function readNames(path: string): string[] {
  return attempt(
    "readdir",
    path,
    () => Array.from(Deno.readDirSync(path), ({ name }) => name),
  );
}

function examine(path: string, name: string): Entry | undefined {
  try {
    const stat = look(path);
    if (stat !== undefined) return entryOf(stat, path);
    return name.includes(REPLACEMENT) ? NOT_UTF8 : undefined;
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    if (failure.code === "ENOENT") return undefined;
    const detail = describeErrno(failure.code);
    return { kind: "unknown", reason: "unreadable", detail };
  }
}

function entryOf(stat: Stat, path: string): Entry {
  const { kind, size, mode, uid, gid, mtime, inode, device, ctime } = stat;
  const base = {
    mtime,
    meta: { mode, uid, gid },
    stamp: { device, inode, ctime },
  };
  switch (kind) {
    case "file":
      return { kind, size, ...base };
    case "symlink":
      return { kind, target: readTarget(path), ...base };
    case "directory":
    case "fifo":
      return { kind, ...base };
    default:
      return { kind: "unknown", reason: kind };
  }
}

/** Deno says of everything but a link that it does not exist. */
function readTarget(path: string): string {
  const kind = look(path)?.kind ?? "symlink";
  if (kind !== "symlink") throw new SysError("EINVAL", "readlink", path);
  return attempt("readlink", path, () => Deno.readLinkSync(path));
}
