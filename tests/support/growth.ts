/** What users do to trees, so that sizes and mtimes tell contents apart. */

import type { Entry, KnownEntry, UnknownReason } from "@/core/entry.ts";
import {
  childPath,
  comparePaths,
  isBelow,
  parentPath,
  type RelPath,
  ROOT,
} from "@/core/path.ts";
import { digestOf, type Tree } from "./trees.ts";

/**
 * Two contents of one row have different sizes. An mtime says which row the
 * content is from, so that equal sizes and equal mtimes mean equal contents,
 * and equal mtimes with unequal contents still occur.
 */
const CONTENTS = [["1", "22"], ["3", "44"], ["5", "66"]] as const;

/** An entry and where it is. */
export type Placed = [RelPath, Entry];

/** Something a user does to the entry at some place of a tree. */
export type Edit =
  | { kind: "delete"; at: number }
  | { kind: "create"; at: number; name: string; piece: Placed[] }
  | { kind: "replace"; at: number; piece: Placed[] }
  | { kind: "touch"; at: number; when: number }
  | { kind: "attributes"; at: number; meta: KnownEntry["meta"] }
  | { kind: "hide"; at: number }
  | { kind: "blind"; at: number; reason: UnknownReason };

/** Where a side comes from and what became of it. */
export interface Growth {
  /** Before the edits. */
  readonly from: Tree;
  /** In this order. */
  readonly edits: readonly Edit[];
  /** What the ancestor has. */
  readonly base: Tree;
  /** Whether entries have inodes and ctimes. */
  readonly stamped: boolean;
}

/** The tree after the edits. */
export function grown({ from, edits, base, stamped }: Growth): Tree {
  const entries = new Map(from);
  for (const edit of edits) {
    const paths = [...entries.keys()];
    const path = paths[edit.at % paths.length] ?? ROOT;
    const here = entries.get(path);
    if (here === undefined || here.kind === "unknown") continue;
    apply(edit, { entries, path, here, base, stamped });
  }
  if (!stamped) return ordered(entries);
  return ordered(
    [...entries].map(([path, entry]): Placed => [
      path,
      restamped(entry, base.get(path)),
    ]),
  );
}

interface Spot {
  entries: Map<RelPath, Entry>;
  path: RelPath;
  here: KnownEntry;
  base: Tree;
  stamped: boolean;
}

function apply(edit: Edit, spot: Spot): void {
  const { entries, path, here } = spot;
  switch (edit.kind) {
    case "delete":
      if (path !== ROOT) clear(entries, path);
      return;
    case "create": {
      const parent = here.kind === "directory" ? path : parentPath(path);
      return place(entries, childPath(parent, edit.name), edit.piece);
    }
    case "replace":
      return path === ROOT ? undefined : place(entries, path, edit.piece);
    case "touch":
      entries.set(path, { ...here, mtime: mtimeOf(here, edit.when) });
      return;
    case "attributes":
      if (here.kind !== "symlink") {
        entries.set(path, { ...here, meta: edit.meta });
      }
      return;
    case "hide":
      return hide(spot);
    case "blind":
      if (path !== ROOT) {
        place(entries, path, [[ROOT, {
          kind: "unknown",
          reason: edit.reason,
        }]]);
      }
      return;
    default:
      return edit satisfies never;
  }
}

/** Changes the content of a file, but neither its size nor its mtime. */
function hide({ entries, path, here, base, stamped }: Spot): void {
  // Where there is no ctime to tell, or no base to compare it with, nobody could notice.
  if (!stamped || here.kind !== "file" || here !== base.get(path)) return;
  const row = rowOf(here);
  const content = CONTENTS[(row + 1) % CONTENTS.length]?.[here.size - 1] ?? "";
  entries.set(path, { ...here, digest: digestOf(content) });
}

function mtimeOf(entry: KnownEntry, when: number): bigint {
  const row = entry.kind === "file" ? rowOf(entry) : 0;
  return BigInt(when * 10 + row);
}

function rowOf(file: Entry & { kind: "file" }): number {
  return CONTENTS.findIndex((row) =>
    row.some((content) => digestOf(content) === file.digest)
  );
}

function clear(entries: Map<RelPath, Entry>, path: RelPath): void {
  for (const other of [...entries.keys()]) {
    if (other === path || isBelow(other, path)) entries.delete(other);
  }
}

function place(
  entries: Map<RelPath, Entry>,
  path: RelPath,
  piece: readonly Placed[],
): void {
  // What hides below something unknown stays hidden.
  if (entries.get(path)?.kind === "unknown") return;
  clear(entries, path);
  for (const [at, entry] of moved(piece, path)) entries.set(at, entry);
}

/** Gives what was edited the ctime of an edit, and keeps the rest as it was. */
function restamped(entry: Entry, was: Entry | undefined): Entry {
  if (entry === was || entry.kind === "unknown") return entry;
  const inode = was && "stamp" in was && was.stamp?.inode;
  const ctime = 1000n + entry.mtime + BigInt(entry.meta.mode % 7);
  return { ...entry, stamp: { device: 1, inode: inode || ctime, ctime } };
}

/** Gives every entry an inode and an early ctime. */
export function stampedTree(base: Tree): Tree {
  return new Map([...base].map(([path, entry], at): Placed => {
    const stamp = { device: 1, inode: BigInt(at + 1), ctime: BigInt(at + 1) };
    return [path, entry.kind === "unknown" ? entry : { ...entry, stamp }];
  }));
}

/** A file with one of the contents. */
export function fileOf(
  row: number,
  column: number,
  { when, meta }: { when: number; meta: KnownEntry["meta"] },
): Entry {
  const content = CONTENTS[row]?.[column] ?? "";
  const mtime = BigInt(when * 10 + row);
  const digest = digestOf(content);
  return { kind: "file", size: content.length, digest, mtime, meta };
}

/** A piece that was built at the root, at `to`. */
export function moved(piece: readonly Placed[], to: RelPath): Placed[] {
  return piece.map(([path, entry]) => [
    path === ROOT ? to : childPath(to, path),
    entry,
  ]);
}

/** A tree of entries in any order. */
export function ordered(placed: Iterable<Placed>): Tree {
  return new Map([...placed].sort(([a], [b]) => comparePaths(a, b)));
}
