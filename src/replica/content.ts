/** Copies one file's content into an open file, watching that the source does not change meanwhile. */

import type { FileEntry, KnownEntry } from "@/core/entry.ts";
import type { RelPath } from "@/core/path.ts";
import type { File, FileSystem } from "@/sys/fs.ts";
import { isSameFile } from "./expect.ts";
import { entryOfStat } from "./scan.ts";
import type { Tree } from "./tree.ts";

/** Read and write piece: larger ones leave the processor's cache. */
const PIECE = 128 * 1024;

/** Below this, reading and writing beats asking the kernel to copy. */
const SMALL = 64 * 1024;

/** What the kernel copies in one call: a fraction of a second on a slow disk. */
const RANGE = 16 * 1024 * 1024;

const buffer = new Uint8Array(PIECE);

/** Lets signals and timers through between two pieces; reports bytes copied. */
export type Pause = (bytes: number) => Promise<void>;

/**
 * Copies `path` of a tree on this machine into `to`.
 *
 * @returns Whether all went well; `false` if the source is not, or no longer, what was expected.
 */
export function copyContent(
  source: { readonly tree: Tree; readonly path: RelPath },
  to: { readonly fs: FileSystem; readonly file: File },
  options: { readonly expect: KnownEntry; readonly pause: Pause },
): boolean | Promise<boolean> {
  const { fs } = source.tree;
  const { expect } = options;
  const { dir, name } = source.tree.place(source.path);
  const from = fs.openFile(dir, name);
  let later = false;
  try {
    const { size } = expect as FileEntry;
    if (size <= SMALL) {
      return copySmall(fs, from, { ...to, size }) &&
        isExpected(fs, from, expect);
    }
    if (!isExpected(fs, from, expect)) return false;
    later = true;
    return copyLarge(fs, from, { ...to, ...options }).finally(() =>
      fs.close(from)
    );
  } finally {
    if (!later) fs.close(from);
  }
}

function isExpected(fs: FileSystem, file: File, expect: KnownEntry): boolean {
  const stat = fs.statOpen(file);
  return isSameFile(entryOfStat(stat), expect, stat.links);
}

/** @returns Whether it was as long as expected. */
function copySmall(
  fs: FileSystem,
  from: File,
  to: { readonly fs: FileSystem; readonly file: File; readonly size: number },
): boolean {
  let copied = 0;
  while (copied < to.size) {
    const length = fs.read(from, buffer);
    if (length === 0) return false;
    to.fs.write(to.file, buffer, length);
    copied += length;
  }
  return copied === to.size;
}

async function copyLarge(
  fs: FileSystem,
  from: File,
  to: {
    readonly fs: FileSystem;
    readonly file: File;
    readonly expect: KnownEntry;
    readonly pause: Pause;
  },
): Promise<boolean> {
  const { expect, pause, file } = to;
  const { size } = expect as FileEntry;
  if (fs === to.fs && fs.cloneFile(from, file)) {
    await pause(size);
  } else {
    let copied = 0;
    while (copied < size) {
      const length = copyPiece(fs, from, to);
      if (length === 0) break;
      copied += length;
      await pause(length);
    }
  }
  return to.fs.statOpen(file).size === size && isExpected(fs, from, expect);
}

function copyPiece(
  fs: FileSystem,
  from: File,
  to: { readonly fs: FileSystem; readonly file: File },
): number {
  const copied = fs === to.fs ? fs.copyRange(from, to.file, RANGE) : -1;
  if (copied >= 0) return copied;
  let length = 0;
  while (length < RANGE) {
    const piece = fs.read(from, buffer);
    if (piece === 0) break;
    to.fs.write(to.file, buffer, piece);
    length += piece;
  }
  return length;
}
