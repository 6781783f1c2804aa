/** What osync 1.3 remembers of a task: the paths that both replicas had after its last run. */

import type { Config } from "@/config/config.ts";
import type { Time } from "@/core/entry.ts";
import { type RelPath, WORK_DIRECTORY } from "@/core/path.ts";
import { readPathList } from "@/core/path_list.ts";
import { openRoot } from "@/replica/root.ts";
import { type Dir, type FileSystem, SysError } from "@/sys/fs.ts";
import { openFileSystem } from "@/sys/open.ts";

/** Paths that were on both sides, or why they are not known. */
export type OldState =
  | {
    /** Discriminates the union. */
    readonly ok: true;
    /** Paths of files, directories and links. */
    readonly paths: ReadonlySet<RelPath>;
    /** When that was. */
    readonly written: Time;
  }
  | {
    /** Discriminates the union. */
    readonly ok: false;
    /** Completes "nothing is imported: …". */
    readonly why: string;
  };

/** What the sides are called in names of files; in osync 1.0 they had others. */
const NAMES = [["initiator", "target"], ["master", "slave"]] as const;

/** Reads the lists, which are all on the initiator. */
export function readOldState(config: Config): OldState {
  const fs = openFileSystem();
  const dir = openOldDirectory(fs, config);
  const none = {
    ok: false,
    why: "osync 1 has left no lists of paths",
  } as const;
  if (dir === undefined) return none;
  try {
    for (const sides of NAMES) {
      const name = `${sides[0]}-tree-after-${config.instance}`;
      if (fs.stat(dir, name) === undefined) continue;
      return readLists(fs, dir, { sides, instance: config.instance });
    }
    return none;
  } finally {
    fs.close(dir);
  }
}

function openOldDirectory(fs: FileSystem, config: Config): Dir | undefined {
  const { initiator } = config.replicas;
  if (initiator.kind !== "local") return undefined;
  const path = config.stateDirectories.initiator ??
    `${initiator.path}/${WORK_DIRECTORY}/state`;
  return openRoot(fs, path, "initiator");
}

function readLists(
  fs: FileSystem,
  dir: Dir,
  { sides, instance }: {
    readonly sides: readonly string[];
    readonly instance: string;
  },
): OldState {
  for (const side of sides) {
    if (fs.stat(dir, `${side}-failed-delete-${instance}`) !== undefined) {
      return { ok: false, why: `osync 1 could not delete all on the ${side}` };
    }
    const own = `${side}-last-action-${instance}`;
    const hasOwn = fs.stat(dir, own) !== undefined;
    // Osync 1.0 has one for both.
    const action = read(fs, dir, hasOwn ? own : `last-action-${instance}`);
    if (new TextDecoder().decode(action).trim() !== "synced") {
      return { ok: false, why: "the last run of osync 1 was not completed" };
    }
  }
  const lists = sides.map((side) => `${side}-tree-after-${instance}`);
  const [ours, theirs] = lists.map((name) =>
    readPathList(read(fs, dir, name))
  ) as [Set<RelPath>, Set<RelPath>];
  const [first = 0n, second = 0n] = lists.map((name) =>
    fs.stat(dir, name)?.mtime ?? 0n
  );
  return {
    ok: true,
    paths: ours.intersection(theirs),
    written: first < second ? first : second,
  };
}

/** A file's bytes; none if it is not there. */
function read(fs: FileSystem, dir: Dir, name: string): Uint8Array {
  try {
    const file = fs.openFile(dir, name);
    try {
      const bytes = new Uint8Array(fs.statOpen(file).size);
      let length = 0;
      while (length < bytes.length) {
        const more = fs.read(file, bytes.subarray(length));
        if (more === 0) break;
        length += more;
      }
      return bytes.subarray(0, length);
    } finally {
      fs.close(file);
    }
  } catch (error) {
    if (error instanceof SysError && error.code === "ENOENT") {
      return new Uint8Array(0);
    }
    throw error;
  }
}
