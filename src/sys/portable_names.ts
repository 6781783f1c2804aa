/** Making, renaming and removing names with Deno's own APIs. */

import { type Dir, type FileSystem, SysError } from "./fs.ts";
import { attempt, changeOwner, componentPath, look } from "./portable_info.ts";
import { dateOf, syncDirectory } from "./portable_open.ts";

/** A name in an open directory. */
type Place = Parameters<FileSystem["hardLink"]>[0];

/** These mean that a filesystem has no such operation. */
const CANNOT_LINK = ["EPERM", "EOPNOTSUPP", "ENOTSUP", "ENOSYS", "EMLINK"];

/** The calls on names, and the one that waits for all that they changed. */
export function createNaming(): Pick<
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
  | "syncVolume"
> {
  /** Directories whose names changed since the last `syncVolume`. */
  const changed = new Set<string>();

  /** The path of a name that is about to change. */
  function change({ dir, name }: Place): string {
    changed.add(dir.path);
    return componentPath(dir, name);
  }

  function hardLink(from: Place, to: Place): void {
    const source = componentPath(from.dir, from.name);
    const path = change(to);
    attempt("link", path, () => Deno.linkSync(source, path));
  }

  function move(from: Place, to: Place): void {
    const source = change(from);
    const path = change(to);
    attempt("rename", path, () => Deno.renameSync(source, path));
  }

  function moveCarefully(from: Place, to: Place): void {
    const source = change(from);
    if (look(source)?.kind !== "directory") {
      try {
        hardLink(from, to);
        return attempt("unlink", source, () => Deno.removeSync(source));
      } catch (failure) {
        if (!(failure instanceof SysError)) throw failure;
        if (!CANNOT_LINK.includes(failure.code)) throw failure;
      }
    }
    const path = componentPath(to.dir, to.name);
    if (look(path) !== undefined) throw new SysError("EEXIST", "rename", path);
    move(from, to);
  }

  return {
    makeDirectory(dir, name, mode) {
      const path = change({ dir, name });
      attempt("mkdir", path, () => {
        Deno.mkdirSync(path, { mode });
        if (Deno.build.os !== "windows") Deno.chmodSync(path, mode);
      });
    },
    makeLink(dir, name, target) {
      const path = change({ dir, name });
      if (!target.isWellFormed()) throw new SysError("EILSEQ", "symlink", path);
      attempt("symlink", path, () => Deno.symlinkSync(target, path));
    },
    makeFifo(dir, name) {
      throw new SysError("EOPNOTSUPP", "mkfifo", componentPath(dir, name));
    },
    setMode(dir, name, mode) {
      const path = ownPath("chmod", dir, name);
      attempt("chmod", path, () => Deno.chmodSync(path, mode));
    },
    setOwner(dir, name, owner) {
      const path = ownPath("chown", dir, name);
      changeOwner(path, owner);
    },
    setTime(dir, name, mtime) {
      const path = ownPath("utime", dir, name);
      attempt("utime", path, () => {
        const { atime } = Deno.lstatSync(path);
        Deno.utimeSync(path, atime ?? dateOf(mtime), dateOf(mtime));
      });
    },
    rename(from, to, mode) {
      switch (mode) {
        case "replace":
          return move(from, to);
        case "no-replace":
          return moveCarefully(from, to);
        case "exchange":
          throw new SysError(
            "EINVAL",
            "rename",
            componentPath(to.dir, to.name),
          );
        default:
          return mode satisfies never;
      }
    },
    hardLink,
    removeFile(dir, name) {
      const path = change({ dir, name });
      if (look(path)?.kind === "directory") {
        throw new SysError("EISDIR", "unlink", path);
      }
      attempt("unlink", path, () => Deno.removeSync(path));
    },
    removeDirectory(dir, name) {
      const path = change({ dir, name });
      const kind = look(path)?.kind ?? "directory";
      if (kind !== "directory") throw new SysError("ENOTDIR", "rmdir", path);
      attempt("rmdir", path, () => Deno.removeSync(path));
    },
    syncVolume: () =>
      Promise.try(() => {
        for (const path of changed) {
          if (look(path) !== undefined) syncDirectory({ path });
        }
        changed.clear();
      }),
  };
}

/** The path of a name that is no link, as the APIs would follow it. */
function ownPath(operation: string, dir: Dir, name: string): string {
  const path = componentPath(dir, name);
  const kind = look(path)?.kind;
  if (kind === undefined) throw new SysError("ENOENT", operation, path);
  if (kind === "symlink") throw new SysError("EOPNOTSUPP", operation, path);
  return path;
}
