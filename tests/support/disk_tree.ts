/** Literal trees, written to a disk and removed from it. */

import type { Time } from "@/core/entry.ts";
import { encodeName } from "@/core/name.ts";
import type { Dir, FileSystem } from "@/sys/fs.ts";

/** What may be said of a piece besides its content; what is not said is left as it is. */
export interface Look {
  /** mtime: a number is seconds since 1970, a bigint nanoseconds. */
  readonly at?: number | Time;
  /** Permission bits. */
  readonly mode?: number;
  /** Owner. */
  readonly uid?: number;
  /** Group. */
  readonly gid?: number;
}

/** Something on a disk; made by {@linkcode file}, {@linkcode dir}, {@linkcode link} and {@linkcode fifo}. */
export class Piece {
  /** What it is. */
  readonly kind: "file" | "directory" | "symlink" | "fifo";
  /** Content of a file, target of a link. */
  readonly text: string;
  /** What is in a directory. */
  readonly inside: Literal;
  /** Its attributes. */
  readonly look: Look;

  /**
   * Puts one together.
   *
   * @param parts What is missing is empty.
   */
  constructor(
    parts: Pick<Piece, "kind"> & Partial<Pick<Piece, "text" | "inside">>,
    look: Look,
  ) {
    this.kind = parts.kind;
    this.text = parts.text ?? "";
    this.inside = parts.inside ?? {};
    this.look = look;
  }
}

/**
 * A tree by path; directories above a path are made where they are missing.
 * `"text"` is a file with that content, `"text@5"` one last modified at second
 * 5, `null` removes what is there. Content and names are bytes in the encoding
 * of `core/name.ts`.
 */
export interface Literal {
  /** A file, a directory, a piece with attributes of its own, or nothing. */
  readonly [path: string]: string | Literal | Piece | null;
}

/** A file. */
export function file(text: string, look: Look = {}): Piece {
  return new Piece({ kind: "file", text }, look);
}

/** A directory. */
export function dir(inside: Literal, look: Look = {}): Piece {
  return new Piece({ kind: "directory", inside }, look);
}

/** A symbolic link. */
export function link(target: string, look: Look = {}): Piece {
  return new Piece({ kind: "symlink", text: target }, look);
}

/** A named pipe. */
export function fifo(look: Look = {}): Piece {
  return new Piece({ kind: "fifo" }, look);
}

/** A name in an open directory. */
export interface Spot {
  /** The directory. */
  readonly dir: Dir;
  /** The name; empty for the directory itself. */
  readonly name: string;
}

/**
 * Does something with the directory a path is in.
 *
 * @param make Makes the directories above it where they are missing.
 */
export function withSpot<T>(
  fs: FileSystem,
  at: { readonly root: string; readonly path: string; readonly make?: boolean },
  act: (spot: Spot) => T,
): T {
  const names = at.path === "" ? [] : at.path.split("/");
  const last = names.pop() ?? "";
  let here = fs.openRoot(at.root);
  try {
    for (const name of names) {
      if (at.make && fs.stat(here, name) === undefined) {
        fs.makeDirectory(here, name, 0o755);
      }
      const next = fs.openDirectory(here, name);
      fs.close(here);
      here = next;
    }
    return act({ dir: here, name: last });
  } finally {
    fs.close(here);
  }
}

/** Writes a literal over what is there; a file that exists is rewritten in place. */
export function writeTree(fs: FileSystem, root: string, tree: Literal): void {
  for (const [path, value] of Object.entries(tree)) {
    withSpot(fs, { root, path, make: true }, (spot) => {
      if (value === null) removeAt(fs, spot);
      else writePiece(fs, spot, pieceOf(value));
    });
  }
}

function pieceOf(value: string | Literal | Piece): Piece {
  if (value instanceof Piece) return value;
  if (typeof value !== "string") return dir(value);
  const [, text, at] = /^([^]*)@(-?\d+(?:\.\d+)?)$/.exec(value) ?? [];
  return text === undefined ? file(value) : file(text, { at: Number(at) });
}

function writePiece(fs: FileSystem, spot: Spot, piece: Piece): void {
  const { kind, inside, text, look } = piece;
  const there = fs.stat(spot.dir, spot.name);
  const keep = there?.kind === kind &&
    (kind === "file" || kind === "directory");
  if (!keep) removeAt(fs, spot);
  if (kind === "symlink") fs.makeLink(spot.dir, spot.name, text);
  else if (kind === "fifo") fs.makeFifo(spot.dir, spot.name, 0o644);
  else if (kind === "file") writeFile(fs, spot, { text, isNew: !keep });
  else {
    if (!keep) fs.makeDirectory(spot.dir, spot.name, 0o755);
    writeTree(fs, pathOf(spot), inside);
  }
  dress(fs, spot, look);
}

function writeFile(
  fs: FileSystem,
  { dir, name }: Spot,
  { text, isNew }: { readonly text: string; readonly isNew: boolean },
): void {
  const bytes = encodeName(text);
  const handle = isNew ? fs.createFile(dir, name) : fs.openShared(dir, name);
  try {
    fs.truncate(handle, 0);
    fs.write(handle, bytes, bytes.length);
    if (isNew) fs.setModeOpen(handle, 0o644);
  } finally {
    fs.close(handle);
  }
}

/** Gives what is at a name the attributes that are said. */
export function dress(fs: FileSystem, spot: Spot, look: Look): void {
  const { dir, name } = spot;
  const isRoot = name === "";
  const stat = isRoot ? fs.statOpen(dir) : fs.stat(dir, name);
  if (stat === undefined) throw new Error(`Nothing is at "${pathOf(spot)}"`);
  if (look.uid !== undefined || look.gid !== undefined) {
    const owner = { uid: look.uid ?? stat.uid, gid: look.gid ?? stat.gid };
    if (isRoot) fs.setOwnerOpen(dir, owner);
    else fs.setOwner(dir, name, owner);
  }
  if (look.mode !== undefined) {
    if (isRoot) fs.setModeOpen(dir, look.mode);
    else fs.setMode(dir, name, look.mode);
  }
  if (look.at !== undefined) {
    if (isRoot) fs.setTimeOpen(dir, timeOf(look.at));
    else fs.setTime(dir, name, timeOf(look.at));
  }
}

function timeOf(at: number | Time): Time {
  return typeof at === "bigint" ? at : BigInt(Math.round(at * 1e6)) * 1000n;
}

/** Removes whatever is at a name, with all that is in it. */
export function removeAt(fs: FileSystem, { dir, name }: Spot): void {
  const stat = fs.stat(dir, name);
  if (stat === undefined) return;
  if (stat.kind !== "directory") return fs.removeFile(dir, name);
  if ((stat.mode & 0o700) !== 0o700) fs.setMode(dir, name, 0o700);
  const inner = fs.openDirectory(dir, name);
  try {
    for (const inside of fs.names(inner)) {
      removeAt(fs, { dir: inner, name: inside });
    }
  } finally {
    fs.close(inner);
  }
  fs.removeDirectory(dir, name);
}

function pathOf({ dir, name }: Spot): string {
  return name === "" ? dir.path : `${dir.path}/${name}`;
}
