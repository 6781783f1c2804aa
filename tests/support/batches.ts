/** Trees as streams of batches, cut anywhere. */

import {
  appendEntry,
  createBatch,
  type EntryBatch,
  entryOf,
  nameOf,
} from "@/core/batch.ts";
import type { Entry } from "@/core/entry.ts";
import { baseName, childPath, pathDepth, type RelPath } from "@/core/path.ts";
import type { Tree } from "./trees.ts";

/**
 * The entries of a tree in batches.
 *
 * @param sizes How many entries each batch has, over and over; 0 for an empty one.
 */
export function batchesOf(
  entries: Tree,
  sizes: readonly number[],
): EntryBatch[] {
  const rest = [...entries];
  const batches: EntryBatch[] = [];
  for (let turn = 0; rest.length > 0; turn++) {
    const piece = rest.splice(0, sizes[turn % sizes.length]);
    const batch = createBatch(piece.length);
    for (const [path, entry] of piece) {
      const place = { depth: pathDepth(path), name: baseName(path) };
      appendEntry(batch, place, entry);
    }
    batches.push(batch);
  }
  return batches;
}

/** The tree that batches add up to. */
export function treeOf(batches: Iterable<EntryBatch>): Tree {
  const entries = new Map<RelPath, Entry>();
  const way: RelPath[] = [];
  for (const batch of batches) {
    for (let index = 0; index < batch.length; index++) {
      const depth = batch.depth[index] ?? 0;
      const parent = way[depth - 1];
      const path = parent === undefined
        ? "" as RelPath
        : childPath(parent, nameOf(batch, index));
      way.length = depth;
      way[depth] = path;
      entries.set(path, entryOf(batch, index));
    }
  }
  return entries;
}
