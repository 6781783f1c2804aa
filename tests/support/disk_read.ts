/** What is on a disk, as literals and as lines to compare. */

import { createHash } from "node:crypto";
import type { Time } from "@/core/entry.ts";
import { decodeName } from "@/core/name.ts";
import type { FileSystem, Stat } from "@/sys/fs.ts";
import {
  fifo,
  link,
  type Literal,
  type Piece,
  type Spot,
} from "./disk_tree.ts";

/** One thing found on a disk. */
export interface Found extends Spot {
  /** Its path below the root; `""` for the root itself. */
  readonly path: string;
  /** What stat tells. */
  readonly stat: Stat;
}

/** Everything below a root, and the root, in order; `name` and `dir` are good until the next step. */
export function* walk(
  fs: FileSystem,
  root: string,
  options: { readonly skip?: string } = {},
): Generator<Found> {
  const top = fs.openRoot(root);
  try {
    yield { path: "", dir: top, name: "", stat: fs.statOpen(top) };
    yield* walkInside(fs, { dir: top, name: "" }, options.skip);
  } finally {
    fs.close(top);
  }
}

function* walkInside(
  fs: FileSystem,
  { dir, name: above }: Spot,
  skip: string | undefined,
): Generator<Found> {
  for (const name of fs.names(dir).sort()) {
    const path = above === "" ? name : `${above}/${name}`;
    if (path === skip) continue;
    const stat = fs.stat(dir, name);
    if (stat === undefined) continue;
    yield { path, dir, name, stat };
    if (stat.kind !== "directory") continue;
    const inner = fs.openDirectory(dir, name);
    try {
      yield* walkInside(fs, { dir: inner, name: path }, skip);
    } finally {
      fs.close(inner);
    }
  }
}

/** A tree as the literal that would write it, without attributes. */
export function readTree(
  fs: FileSystem,
  root: string,
  options: { readonly skip?: string } = {},
): Literal {
  type Growing = { [name: string]: string | Growing | Piece | null };
  const tree: Growing = {};
  const directories = new Map<string, Growing>([["", tree]]);
  for (const { path, dir, name, stat } of walk(fs, root, options)) {
    if (path === "") continue;
    const slash = path.lastIndexOf("/");
    const parent = directories.get(path.slice(0, Math.max(slash, 0))) ?? tree;
    const value = stat.kind === "directory"
      ? {}
      : stat.kind === "symlink"
      ? link(fs.readLink(dir, name))
      : stat.kind === "fifo"
      ? fifo()
      : decodeName(readBytes(fs, { dir, name }));
    // "__proto__" is a good name for a file.
    Object.defineProperty(parent, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    if (stat.kind === "directory") directories.set(path, value as Growing);
  }
  return tree;
}

/** Content of a file. */
export function readBytes(
  fs: FileSystem,
  { dir, name }: Spot,
): Uint8Array<ArrayBuffer> {
  const handle = fs.openFile(dir, name);
  try {
    const bytes = new Uint8Array(fs.statOpen(handle).size);
    let length = 0;
    while (length < bytes.length) {
      const count = fs.read(handle, bytes.subarray(length));
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    fs.close(handle);
  }
}

/** A tree with the attributes that travel, one line for each path; the root is `"."`. */
export function sketchTree(
  fs: FileSystem,
  root: string,
  options: { readonly skip?: string } = {},
): Record<string, string> {
  return Object.fromEntries(
    walk(fs, root, options).map((found) =>
      [found.path || ".", sketchOf(fs, found)] as const
    ),
  );
}

/** What is at a place, in one line: kind, content, and the attributes that travel. */
function sketchOf(fs: FileSystem, found: Found): string {
  const { dir, name, stat } = found;
  const owner = `${stat.uid}:${stat.gid}`;
  const mode = stat.mode.toString(8);
  switch (stat.kind) {
    case "file": {
      const text = contentName(readBytes(fs, { dir, name }));
      return `file ${mode} ${owner} @${seconds(stat.mtime)} ${text}`;
    }
    case "directory":
      return `directory ${mode} ${owner} @${seconds(stat.mtime)}`;
    case "symlink":
      return `symlink ${owner} -> ${fs.readLink(dir, name)}`;
    default:
      return `${stat.kind} ${mode} ${owner}`;
  }
}

/** A short content is its own name, a long one goes by its digest. */
function contentName(bytes: Uint8Array): string {
  return bytes.length <= 64
    ? JSON.stringify(decodeName(bytes))
    : `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Nanoseconds as seconds, as short as they can be said. */
export function seconds(time: Time): string {
  if (time < 0n) return `-${seconds(-time)}`;
  const whole = time / 1_000_000_000n;
  const rest = String(time % 1_000_000_000n).padStart(9, "0");
  return rest === "000000000" ? `${whole}` : `${whole}.${rest}`;
}
