/** Reads a whole tree in tree order, in batches. */

import {
  appendEntry,
  createBatch,
  type EntryBatch,
  isFull,
  KIND,
  nameOf,
  nameStart,
} from "@/core/batch.ts";
import { appendRow, appendRows } from "@/core/batch_rows.ts";
import type { Entry } from "@/core/entry.ts";
import { ReplicaError } from "@/core/errors.ts";
import type { Filter } from "@/core/filter.ts";
import {
  baseName,
  childPath,
  type RelPath,
  WORK_DIRECTORY,
} from "@/core/path.ts";
import { type Dir, type FileSystem, type Stat, SysError } from "@/sys/fs.ts";
import { createLevel, type Level, Levels } from "./levels.ts";

/** What a scan leaves out, and where it must not arrive. */
export interface ScanOptions {
  /** What is excluded appears as an unknown entry. */
  readonly filter: Filter;
  /** Identities (`device:inode`) of directories that must not be inside: the other replica's root. */
  readonly forbidden: ReadonlySet<string>;
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
  const levels = new Levels(fs, root, fs.list(root).batch);
  const spare: EntryBatch[] = [];
  let batch = createBatch();
  appendEntry(batch, { depth: 0, name: "" }, entryOfStat(fs.statOpen(root)));
  try {
    while (levels.depth > 0) {
      const { listing, next } = levels.top;
      if (next === listing.length) {
        levels.pop();
        spare.push(listing);
        continue;
      }
      if (isFull(batch)) {
        yield batch;
        batch = createBatch();
      }
      visit(fs, levels, { batch, options, root, spare });
    }
    yield batch;
  } finally {
    levels.close();
  }
}

interface Target {
  readonly batch: EntryBatch;
  readonly options: ScanOptions;
  readonly root: Dir;
  /** Listings that nobody needs any more. */
  readonly spare: EntryBatch[];
}

/** Appends the last level's next entries that need no look, or the next one and, if it is a directory, opens it as the next level. */
function visit(fs: FileSystem, levels: Levels, target: Target): void {
  const { batch, options, root } = target;
  const { depth, top } = levels;
  const { listing, next } = top;
  const room = batch.kind.length - batch.length;
  const to = plainUntil(listing, { from: next, most: room }, options.filter);
  if (to > next) {
    appendRows(batch, listing, { from: next, to, depth });
    top.next = to;
    return;
  }
  const index = top.next++;
  const isDirectory = listing.kind[index] === KIND.directory;
  const name = nameOf(listing, index);
  const path = childPath(top.path, name);
  // Neither side ever has it: without it, nothing differs from the state.
  if (path === WORK_DIRECTORY) return;
  if (options.filter.excludes(path, isDirectory)) {
    const excluded = { kind: "unknown", reason: "excluded" } as const;
    return appendEntry(batch, { depth, name }, excluded);
  }
  if (isDirectory) {
    refuseForbidden(root, { listing, index, path }, options.forbidden);
    const below = openLevel(fs, levels, { path, spare: target.spare.pop() });
    if (below === "vanished") return;
    if ("kind" in below) return appendEntry(batch, { depth, name }, below);
    levels.push(below);
  }
  appendRow(batch, listing, { index, depth });
}

const DOT = 0x2e;

/**
 * Where the first entry is that is a directory or may be excluded. Without
 * rules of the user's only names with a leading dot are osync's own.
 */
function plainUntil(
  listing: EntryBatch,
  { from, most }: { readonly from: number; readonly most: number },
  filter: Filter,
): number {
  if (!filter.empty) return from;
  const { kind, names, nameEnd } = listing;
  const end = Math.min(listing.length, from + most);
  let start = nameStart(listing, from);
  for (let index = from; index < end; index++) {
    if (kind[index] === KIND.directory || names[start] === DOT) return index;
    start = nameEnd[index] as number;
  }
  return end;
}

function openLevel(
  fs: FileSystem,
  levels: Levels,
  place: { readonly path: RelPath; readonly spare: EntryBatch | undefined },
): Level | Entry | "vanished" {
  const { path, spare } = place;
  let dir: Dir | undefined;
  try {
    dir = fs.openDirectory(levels.open(), baseName(path));
    const listing = fs.list(dir, spare).batch;
    return createLevel(dir, { path, listing });
  } catch (error) {
    if (dir !== undefined) fs.close(dir);
    if (!(error instanceof SysError)) throw error;
    if (error.code === "ENOENT") return "vanished";
    const reason = error.code === "EAGAIN" ? "changed" : "unreadable";
    return { kind: "unknown", reason, detail: error.reason };
  }
}

function refuseForbidden(
  root: Dir,
  entry: {
    readonly listing: EntryBatch;
    readonly index: number;
    readonly path: RelPath;
  },
  forbidden: ReadonlySet<string>,
): void {
  if (forbidden.size === 0) return;
  const { listing, index, path } = entry;
  const high = BigInt(listing.inodeHigh[index] as number) << 32n;
  const inode = high | BigInt(listing.inodeLow[index] as number);
  if (!forbidden.has(identityOf(listing.device[index] as number, inode))) {
    return;
  }
  throw new ReplicaError(
    `Cannot synchronise: "${root.path}/${path}" is the other replica, inside this one`,
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
