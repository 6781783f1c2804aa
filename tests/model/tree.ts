/** A replica as the model knows it: a map from paths to what is there. */

import { decodeName } from "@/core/name.ts";
import { WORK_DIRECTORY } from "@/core/path.ts";
import { type PerSide, perSide, type Side } from "@/core/side.ts";
import { openFileSystem } from "@/sys/open.ts";
import { type Found, readBytes, walk } from "../support/disk_read.ts";
import type { Replicas } from "../support/replicas.ts";

/** What is at a path. */
export interface Item {
  /** What it is. */
  readonly kind: string;
  /** Content of a file, target of a link. */
  readonly text: string;
  /** Permission bits; 0 for a link, which has none. */
  readonly mode: number;
  /** Owner. */
  readonly uid: number;
  /** Group. */
  readonly gid: number;
  /** Nanoseconds. */
  readonly mtime: bigint;
  /** Nanoseconds. */
  readonly ctime: bigint;
}

/** Everything by path; the root is `""`. */
export type Tree = ReadonlyMap<string, Item>;

/** The two folders of what was set aside. */
export const AREAS = ["backup", "deleted"] as const;

/** One of them. */
export type Area = typeof AREAS[number];

const fs = openFileSystem();

/** Both replicas, without osync's own folder. */
export function treesOf(pair: Replicas): PerSide<Tree> {
  return perSide((side) => treeAt(pair.path(side)));
}

/** What both have set aside. */
export function keptTreesOf(pair: Replicas): PerSide<Record<Area, Tree>> {
  return perSide((side) => ({
    backup: keptTree(pair, side, "backup"),
    deleted: keptTree(pair, side, "deleted"),
  }));
}

function keptTree(pair: Replicas, side: Side, area: Area): Tree {
  const above = `${pair.path(side)}/${WORK_DIRECTORY}`;
  return has(above, area) ? treeAt(`${above}/${area}`) : new Map();
}

function has(directory: string, name: string): boolean {
  try {
    return [...Deno.readDirSync(directory)].some((each) => each.name === name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function treeAt(root: string): Tree {
  const found = walk(fs, root, { skip: WORK_DIRECTORY });
  return new Map(found.map((each) => [each.path, itemOf(each)] as const));
}

function itemOf({ dir, name, stat }: Found): Item {
  const { kind, uid, gid, mtime, ctime } = stat;
  const mode = kind === "symlink" ? 0 : stat.mode;
  const text = kind === "symlink"
    ? fs.readLink(dir, name)
    : kind === "file"
    ? decodeName(readBytes(fs, { dir, name }))
    : "";
  return { kind, text, mode, uid, gid, mtime, ctime };
}

/** Whether both are of the same kind and content, or both nothing. */
export function sameContent(x: Item | undefined, y: Item | undefined): boolean {
  return x?.kind === y?.kind && x?.text === y?.text;
}

/** Whether nothing that travels differs; times only of files. */
export function same(x: Item | undefined, y: Item | undefined): boolean {
  return sameContent(x, y) && x?.mode === y?.mode && x?.uid === y?.uid &&
    x?.gid === y?.gid && (x?.kind !== "file" || x.mtime === y?.mtime);
}

/**
 * Whether a file was edited to the same size, and its time put back. Alone,
 * such an edit travels; against a deletion or another edit it may count as
 * none, as a chmod looks the same: it only must be kept.
 */
export function isHiddenEdit(
  old: Item | undefined,
  now: Item | undefined,
): boolean {
  return old?.kind === "file" && now?.kind === "file" &&
    old.mtime === now.mtime && old.text !== now.text &&
    old.text.length === now.text.length;
}

/**
 * Whether both have a new file of one size and time at a path, with different
 * contents: only `--checksum` looks into these.
 */
export function hasTwins(
  ancestor: Tree,
  { initiator, target }: PerSide<Tree>,
): boolean {
  return [...initiator].some(([path, ours]) => {
    const theirs = target.get(path);
    return ours.kind === "file" && theirs?.kind === "file" &&
      ancestor.get(path)?.kind !== "file" && ours.mtime === theirs.mtime &&
      ours.text !== theirs.text && ours.text.length === theirs.text.length;
  });
}

/** The path of the directory a path is in; `undefined` for the root. */
export function above(path: string): string | undefined {
  if (path === "") return undefined;
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** Whether a path is somewhere in a directory. */
export function isBelow(path: string, directory: string): boolean {
  if (directory === "") return path !== "";
  return path.startsWith(`${directory}/`);
}

/** An item in one line. */
export function told(item: Item | undefined): string {
  if (item === undefined) return "nothing";
  const { kind, text, mode, uid, gid, mtime } = item;
  const content = text.length <= 40
    ? JSON.stringify(text)
    : `${text.length} bytes from ${JSON.stringify(text.slice(0, 20))}`;
  return `${kind} ${content} ${mode.toString(8)} ${uid}:${gid} @${mtime}`;
}
