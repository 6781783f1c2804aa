/** Trees as literals, for tables in which one case fits one line. */

import type { Digest, Entry, KnownEntry, Meta } from "@/core/entry.ts";
import { childPath, comparePaths, type RelPath, ROOT } from "@/core/path.ts";

/** What stands at each path, in tree order; the root is always in it. */
export type Tree = ReadonlyMap<RelPath, Entry>;

/** One second, the unit of the times in literals. */
export const SECOND = 1_000_000_000n;

/** Attributes of a piece, where the defaults will not do. */
export interface Look {
  /** mtime in seconds; 1 by default. */
  readonly at?: number;
  /** Permission bits; 0o755 for directories, 0o777 for links, else 0o644. */
  readonly mode?: number;
  /** Owner; 0 by default. */
  readonly uid?: number;
  /** Group; 0 by default. */
  readonly gid?: number;
  /** Inode and ctime (seconds); without it the entry has no stamp. */
  readonly stamp?: { readonly inode: number; readonly ctime: number };
}

/** An entry and, for a directory, what is in it. */
export class Piece {
  /** The entry. */
  readonly entry: Entry;
  /** What is in it. */
  readonly inside: Literal;

  /** @param inside Nothing by default. */
  constructor(entry: Entry, inside: Literal = {}) {
    this.entry = entry;
    this.inside = inside;
  }
}

/** `"text"` is a file with that content, `"text@5"` one last modified at second 5. */
export interface Literal {
  /** A file, a directory, or a piece with attributes of its own. */
  readonly [name: string]: string | Literal | Piece;
}

/** A file. */
export function file(content: string, look: Look = {}): Piece {
  const entry = {
    kind: "file",
    size: content.length,
    digest: digestOf(content),
    ...lookOf(look, 0o644),
  } as const;
  return new Piece(entry);
}

/** A directory. */
export function dir(inside: Literal, look: Look = {}): Piece {
  return new Piece({ kind: "directory", ...lookOf(look, 0o755) }, inside);
}

/** A symbolic link. */
export function link(target: string, look: Look = {}): Piece {
  return new Piece({ kind: "symlink", target, ...lookOf(look, 0o777) });
}

/** A named pipe. */
export function fifo(look: Look = {}): Piece {
  return new Piece({ kind: "fifo", ...lookOf(look, 0o644) });
}

/** Something that cannot be read. */
export function unreadable(): Piece {
  return new Piece({ kind: "unknown", reason: "unreadable" });
}

/** Something a filter hides. */
export function excluded(): Piece {
  return new Piece({ kind: "unknown", reason: "excluded" });
}

/** Builds a tree. */
export function tree(root: Literal | Piece): Tree {
  const entries: [RelPath, Entry][] = [];
  collect(ROOT, root, entries);
  return new Map(entries.sort(([a], [b]) => comparePaths(a, b)));
}

function collect(
  path: RelPath,
  value: string | Literal | Piece,
  into: [RelPath, Entry][],
): void {
  const piece = pieceOf(value);
  into.push([path, piece.entry]);
  for (const [name, inside] of Object.entries(piece.inside)) {
    collect(childPath(path, name), inside, into);
  }
}

function pieceOf(value: string | Literal | Piece): Piece {
  if (value instanceof Piece) return value;
  if (typeof value !== "string") return dir(value);
  const [content = "", at] = value.split("@");
  return file(content, at === undefined ? {} : { at: Number(at) });
}

function lookOf(look: Look, mode: number) {
  const meta: Meta = {
    mode: look.mode ?? mode,
    uid: look.uid ?? 0,
    gid: look.gid ?? 0,
  };
  const mtime = BigInt(Math.round((look.at ?? 1) * 1e9));
  if (look.stamp === undefined) return { mtime, meta };
  const stamp = {
    device: 1,
    inode: BigInt(look.stamp.inode),
    ctime: BigInt(look.stamp.ctime) * SECOND,
  };
  return { mtime, meta, stamp };
}

/** Names a content; the content can be read in it. */
export function digestOf(content: string): Digest {
  return `sha256:${content}` as Digest;
}

/** The entry as a scan delivers it: nobody has read the content. */
export function unread<E extends Entry>(entry: E): E {
  if (entry.kind !== "file") return entry;
  const { digest: _, ...rest } = entry;
  return rest as E;
}

/** Whether both have the same content; a digest that is missing proves nothing. */
export function sameContent(a: Entry, b: Entry): boolean {
  if (a.kind === "file" && b.kind === "file") {
    return a.size === b.size &&
      (!a.digest || !b.digest || a.digest === b.digest);
  }
  if (a.kind === "symlink" && b.kind === "symlink") {
    return a.target === b.target;
  }
  return a.kind === b.kind;
}

/** What must be equal on both sides in the end, one line for each path. */
export function sketch(entries: Tree): Record<string, string> {
  const lines = [...entries].map(([path, entry]) =>
    [path || ".", sketchEntry(entry)] as const
  );
  return Object.fromEntries(lines);
}

function sketchEntry(entry: Entry): string {
  if (entry.kind === "unknown") return entry.reason;
  return [contentOf(entry), ...attributesOf(entry)].join(" ");
}

/** The part of an entry that must never be lost. */
export function contentOf(entry: KnownEntry): string {
  if (entry.kind === "file") return `file ${entry.digest ?? entry.size}`;
  if (entry.kind === "symlink") return `symlink ${entry.target}`;
  return entry.kind;
}

function attributesOf({ kind, meta, mtime }: KnownEntry): string[] {
  const owner = `${meta.uid}:${meta.gid}`;
  if (kind === "symlink") return [owner];
  const mode = meta.mode.toString(8);
  return kind === "fifo" ? [mode, owner] : [mode, owner, `@${mtime}`];
}
