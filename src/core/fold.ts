/** The next state of one side: the old one with what the run verified. Pure. */

import {
  appendEntry,
  createBatch,
  type EntryBatch,
  KIND,
  nameStart,
} from "./batch.ts";
import { appendRows } from "./batch_rows.ts";
import type { KnownEntry } from "./entry.ts";
import { encodeName } from "./name.ts";
import {
  baseName,
  isBelow,
  parentPath,
  pathDepth,
  type RelPath,
} from "./path.ts";

/** What the ancestor learns about one path. */
export interface Edit {
  /** Where. */
  readonly path: RelPath;
  /** How the entry looks on this side; `undefined`: it is forgotten, with all that is below it. */
  readonly entry: KnownEntry | undefined;
  /** Counts only where the state has no entry of this kind yet. */
  readonly onlyNew?: boolean;
}

/** A path that has an edit, or is on the way to one (`entry` is then `"keep"`). */
interface Head {
  readonly depth: number;
  readonly name: Uint8Array;
  readonly text: string;
  readonly entry: KnownEntry | undefined | "keep";
  readonly onlyNew: boolean;
}

/**
 * Merges edits into a state. An entry whose directory is not in the result is
 * left out: the ancestor holds whole paths only.
 *
 * @param old In tree order.
 * @param edits In tree order, each path once.
 */
export function* foldState(
  old: Iterable<EntryBatch>,
  edits: Iterable<Edit>,
): Generator<EntryBatch> {
  const out = new Output();
  const changes = headsOf(edits)[Symbol.iterator]();
  let change = changes.next();
  for (const batch of old) {
    for (let index = 0; index < batch.length;) {
      if (out.room === 0) yield out.take();
      const most = Math.min(batch.length, index + out.room);
      const to = change.done === true
        ? most
        : passedUntil(change.value, batch, { from: index, to: most });
      if (to > index) {
        out.copy(batch, { from: index, to });
        index = to;
        continue;
      }
      const head = change.value as Head;
      const isSame = compareHead(head, batch, index) === 0;
      if (isSame && keepsOld(head, batch.kind[index] as number)) {
        out.copy(batch, { from: index, to: index + 1 });
      } else out.put(head);
      if (isSame) index++;
      change = changes.next();
    }
  }
  for (; change.done !== true; change = changes.next()) {
    if (out.room === 0) yield out.take();
    out.put(change.value);
  }
  if (!out.isEmpty) yield out.take();
}

function keepsOld({ entry, onlyNew }: Head, kind: number): boolean {
  if (entry === "keep") return true;
  return onlyNew && entry !== undefined && KIND[entry.kind] === kind;
}

/**
 * Edits with the directories above them, so that the walk can compare depths
 * and names alone (see `merge.ts`).
 */
function* headsOf(edits: Iterable<Edit>): Generator<Head> {
  let last: RelPath | undefined;
  for (const { path, entry, onlyNew = false } of edits) {
    yield* wayTo(path, last);
    yield { ...head(path, entry), onlyNew };
    last = path;
  }
}

function* wayTo(path: RelPath, last: RelPath | undefined): Generator<Head> {
  if (path === "") return;
  const way: RelPath[] = [];
  for (let up = parentPath(path);; up = parentPath(up)) {
    const passed = last !== undefined &&
      (last === up || isBelow(last, up));
    if (passed) break;
    way.push(up);
    if (up === "") break;
  }
  for (const up of way.reverse()) yield head(up, "keep");
}

function head(path: RelPath, entry: Head["entry"]): Head {
  const text = baseName(path);
  const name = encodeName(text);
  return { depth: pathDepth(path), name, text, entry, onlyNew: false };
}

/** Where the first entry is that does not come before the edit. */
function passedUntil(
  change: Head,
  batch: EntryBatch,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  let index = from;
  while (index < to && compareHead(change, batch, index) > 0) index++;
  return index;
}

/** Negative if the edit comes first, 0 if it is about this entry. */
function compareHead(change: Head, batch: EntryBatch, index: number): number {
  const depth = batch.depth[index] as number;
  if (change.depth !== depth) return depth - change.depth;
  const { name } = change;
  const { names } = batch;
  const start = nameStart(batch, index);
  const length = (batch.nameEnd[index] as number) - start;
  const shared = Math.min(name.length, length);
  for (let offset = 0; offset < shared; offset++) {
    const difference = (name[offset] as number) -
      (names[start + offset] as number);
    if (difference !== 0) return difference;
  }
  return name.length - length;
}

/** Collects entries into batches; drops what is below nothing. */
class Output {
  #batch = createBatch();
  /** Whether the last entry at each depth is a directory that is kept. */
  readonly #open: boolean[] = [];

  /** How many more entries there can be. */
  get room(): number {
    return this.#batch.kind.length - this.#batch.length;
  }

  get isEmpty(): boolean {
    return this.#batch.length === 0;
  }

  /** What was collected; the next entry starts another batch. */
  take(): EntryBatch {
    const batch = this.#batch;
    this.#batch = createBatch();
    return batch;
  }

  /** Must have room. */
  put(change: Head): void {
    const { depth, text, entry } = change;
    if (entry === undefined || entry === "keep") this.#open[depth] = false;
    else if (this.#accepts(depth, entry.kind === "directory")) {
      appendEntry(this.#batch, { depth, name: text }, entry);
    }
  }

  /** Must have room. */
  copy(
    source: EntryBatch,
    { from, to }: { readonly from: number; readonly to: number },
  ): void {
    let start = from;
    for (let index = from; index < to; index++) {
      const depth = source.depth[index] as number;
      const isDirectory = source.kind[index] === KIND.directory;
      if (this.#accepts(depth, isDirectory)) continue;
      appendRows(this.#batch, source, { from: start, to: index });
      start = index + 1;
    }
    appendRows(this.#batch, source, { from: start, to });
  }

  #accepts(depth: number, isDirectory: boolean): boolean {
    const kept = depth === 0 || this.#open[depth - 1] === true;
    this.#open[depth] = kept && isDirectory;
    return kept;
  }
}
