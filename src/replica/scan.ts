/** Reads a whole tree in tree order, in batches. */

import {
  appendEntry,
  appendRow,
  createBatch,
  type EntryBatch,
  isFull,
  KIND,
  nameOf,
  nameStart,
} from "@/core/batch.ts";
import type { Entry } from "@/core/entry.ts";
import { ReplicaError } from "@/core/errors.ts";
import type { Filter } from "@/core/filter.ts";
import { childPath, type RelPath, ROOT, WORK_DIRECTORY } from "@/core/path.ts";
import { type Dir, type FileSystem, type Stat, SysError } from "@/sys/fs.ts";

/** What a scan leaves out, and where it must not arrive. */
export interface ScanOptions {
  /** What is excluded appears as an unknown entry. */
  readonly filter: Filter;
  /** Identities (`device:inode`) of directories that must not be inside: the other replica's root. */
  readonly forbidden: ReadonlySet<string>;
}

interface Level {
  readonly dir: Dir;
  readonly path: RelPath;
  readonly listing: EntryBatch;
  next: number;
}

/**
 * Yields the root and everything below it. What cannot be read is there as an
 * unknown entry; what vanishes meanwhile is not there.
 *
 * @throws {SysError} If the root itself cannot be read.
 * @throws {ReplicaError} If a forbidden directory is inside.
 */
export function* scanTree(
  fs: FileSystem,
  root: Dir,
  options: ScanOptions,
): Generator<EntryBatch> {
  const levels: Level[] = [
    { dir: root, path: ROOT, listing: fs.list(root).batch, next: 0 },
  ];
  const spare: EntryBatch[] = [];
  let batch = createBatch();
  appendEntry(batch, { depth: 0, name: "" }, entryOfStat(fs.statOpen(root)));
  try {
    for (;;) {
      const level = levels.at(-1) as Level;
      if (level.next === level.listing.length) {
        levels.pop();
        spare.push(level.listing);
        if (levels.length === 0) break;
        fs.close(level.dir);
        continue;
      }
      if (isFull(batch)) {
        yield batch;
        batch = createBatch();
      }
      const target = { batch, depth: levels.length, options, spare };
      const below = visit(fs, level, target);
      if (below !== undefined) levels.push(below);
    }
    yield batch;
  } finally {
    for (const level of levels) if (level.dir !== root) fs.close(level.dir);
  }
}

interface Target {
  readonly batch: EntryBatch;
  readonly depth: number;
  readonly options: ScanOptions;
  /** Listings that nobody needs any more. */
  readonly spare: EntryBatch[];
}

/** Appends the level's next entry and, if it is a directory, opens it. */
function visit(
  fs: FileSystem,
  level: Level,
  target: Target,
): Level | undefined {
  const { batch, depth, options } = target;
  const { listing } = level;
  const index = level.next++;
  const isDirectory = listing.kind[index] === KIND.directory;
  if (!isDirectory && !mayBeExcluded(listing, index, options.filter)) {
    appendRow(batch, listing, { index, depth });
    return undefined;
  }
  const name = nameOf(listing, index);
  const path = childPath(level.path, name);
  // Neither side ever has it: without it, nothing differs from the state.
  if (path === WORK_DIRECTORY) return undefined;
  if (options.filter.excludes(path, isDirectory)) {
    appendEntry(batch, { depth, name }, {
      kind: "unknown",
      reason: "excluded",
    });
    return undefined;
  }
  if (isDirectory) {
    refuseForbidden(level.dir, { listing, index, name }, options.forbidden);
    const below = openLevel(fs, level.dir, {
      name,
      path,
      spare: target.spare.pop(),
    });
    if (below === "vanished") return undefined;
    if ("kind" in below) {
      appendEntry(batch, { depth, name }, below);
      return undefined;
    }
    appendRow(batch, listing, { index, depth });
    return below;
  }
  appendRow(batch, listing, { index, depth });
  return undefined;
}

const DOT = 0x2e;

/** Without rules of the user's only names with a leading dot are osync's own. */
function mayBeExcluded(
  listing: EntryBatch,
  index: number,
  filter: Filter,
): boolean {
  if (!filter.empty) return true;
  return listing.names[nameStart(listing, index)] === DOT;
}

function openLevel(
  fs: FileSystem,
  parent: Dir,
  place: {
    readonly name: string;
    readonly path: RelPath;
    readonly spare: EntryBatch | undefined;
  },
): Level | Entry | "vanished" {
  let dir: Dir | undefined;
  try {
    dir = fs.openDirectory(parent, place.name);
    const listing = fs.list(dir, place.spare).batch;
    return { dir, path: place.path, listing, next: 0 };
  } catch (error) {
    if (dir !== undefined) fs.close(dir);
    if (!(error instanceof SysError)) throw error;
    if (error.code === "ENOENT") return "vanished";
    return { kind: "unknown", reason: "unreadable", detail: error.reason };
  }
}

function refuseForbidden(
  parent: Dir,
  entry: {
    readonly listing: EntryBatch;
    readonly index: number;
    readonly name: string;
  },
  forbidden: ReadonlySet<string>,
): void {
  if (forbidden.size === 0) return;
  const { listing, index, name } = entry;
  const high = BigInt(listing.inodeHigh[index] as number) << 32n;
  const inode = high | BigInt(listing.inodeLow[index] as number);
  if (!forbidden.has(identityOf(listing.device[index] as number, inode))) {
    return;
  }
  throw new ReplicaError(
    `Cannot synchronise: "${parent.path}/${name}" is the other replica, inside this one`,
    { hint: "Choose two directories of which neither is inside the other." },
  );
}

/** Tells one directory from all others on this machine. */
export function identityOf(device: number, inode: bigint): string {
  return `${device}:${inode}`;
}

/** The entry a stat describes; links need their target from elsewhere. */
export function entryOfStat(stat: Stat, target = ""): Entry {
  const base = {
    mtime: stat.mtime,
    meta: { mode: stat.mode, uid: stat.uid, gid: stat.gid },
    stamp: { device: stat.device, inode: stat.inode, ctime: stat.ctime },
  };
  switch (stat.kind) {
    case "directory":
    case "fifo":
      return { kind: stat.kind, ...base };
    case "file":
      return { kind: "file", size: stat.size, ...base };
    case "symlink":
      return { kind: "symlink", target, ...base };
    default:
      return { kind: "unknown", reason: stat.kind };
  }
}
