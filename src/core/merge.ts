/**
 * Walks the scans and states of both sides together and picks the paths where
 * something differs.
 *
 * All streams are in tree order. The walk compares only depth and name of the
 * heads: when every parent comes before its children in each stream, the head
 * with the greater depth comes first (it is still inside the directory that
 * the others have left), and heads of equal depth have the same parent, so
 * that their names decide.
 */

import {
  at,
  type EntryBatch,
  entryOf,
  KIND,
  nameOf,
  nameStart,
} from "./batch.ts";
import type { Node } from "./entry.ts";
import { childPath, type RelPath, ROOT } from "./path.ts";
import { type PerSide, perSide, type Side } from "./side.ts";
import type { Row } from "./step.ts";

/** Batches in tree order; the root's entry comes first. */
export type EntryStream = AsyncIterable<EntryBatch>;

/** What one side contributes. */
export interface SideStreams {
  /** What is there now. */
  readonly now: EntryStream;
  /** How it looked when both last agreed; empty if they never did. */
  readonly base: EntryStream;
}

/** What the walk counted. */
export interface MergeTotals {
  /** Entries the scan found, unknown ones included. */
  readonly scanned: PerSide<number>;
  /** Of these, what is neither directory nor excluded. */
  readonly found: PerSide<number>;
  /** Non-directory entries of the ancestor. */
  readonly known: number;
}

/** Settings of the walk. */
export interface MergeOptions {
  /** Every file is a row, even if nothing seems to differ (contents are compared). */
  readonly everyFile: boolean;
  /** Called now and then with the entries walked so far. */
  readonly onProgress?: (walked: number) => void;
}

/**
 * Yields rows for all paths that are not quiet: not there on both sides
 * exactly as when they agreed. Returns the totals.
 */
export async function* mergeStreams(
  streams: PerSide<SideStreams>,
  options: MergeOptions,
): AsyncGenerator<Row[], MergeTotals> {
  const walk = new Walk(streams, options.everyFile);
  for (;;) {
    await walk.fill();
    const rows = walk.run();
    options.onProgress?.(walk.walked);
    if (rows.length > 0) yield rows;
    if (walk.atEnd) return walk.totals;
  }
}

/** The head of one stream. */
class Cursor {
  readonly #batches: AsyncIterator<EntryBatch>;
  batch: EntryBatch | undefined;
  index = 0;
  /** Depth of the head, -1 when the stream has ended. */
  depth = -1;
  /** The next batch must be fetched before the head is known. */
  empty = true;

  constructor(stream: EntryStream) {
    this.#batches = stream[Symbol.asyncIterator]();
  }

  async fill(): Promise<void> {
    const { done, value } = await this.#batches.next();
    if (done !== true && value.length === 0) return;
    this.empty = false;
    this.batch = done === true ? undefined : value;
    this.index = 0;
    this.depth = this.batch === undefined ? -1 : at(this.batch.depth, 0);
  }

  advance(): void {
    const batch = this.batch as EntryBatch;
    this.index++;
    if (this.index < batch.length) this.depth = at(batch.depth, this.index);
    else this.empty = true;
  }
}

/** Negative if the head of `a` comes first in tree order, 0 if both are the same path. */
function compareHeads(a: Cursor, b: Cursor): number {
  if (a.depth !== b.depth) return b.depth - a.depth;
  if (a.depth < 0) return 0;
  const x = a.batch as EntryBatch;
  const y = b.batch as EntryBatch;
  let i = nameStart(x, a.index);
  let j = nameStart(y, b.index);
  const iEnd = at(x.nameEnd, a.index);
  const jEnd = at(y.nameEnd, b.index);
  const xs = x.names;
  const ys = y.names;
  const shared = Math.min(iEnd - i, jEnd - j);
  for (let k = 0; k < shared; k++) {
    const difference = at(xs, i++) - at(ys, j++);
    if (difference !== 0) return difference;
  }
  return iEnd - i - (jEnd - j);
}

/** Whether an entry is as its fingerprint: same content, attributes and, for files, inode state. */
function isSame(now: Cursor, base: Cursor): boolean {
  const x = now.batch as EntryBatch;
  const y = base.batch as EntryBatch;
  const i = now.index;
  const j = base.index;
  const kind = at(x.kind, i);
  if (
    kind !== at(y.kind, j) || at(x.mode, i) !== at(y.mode, j) ||
    at(x.mtimeNanos, i) !== at(y.mtimeNanos, j) ||
    at(x.mtimeSeconds, i) !== at(y.mtimeSeconds, j) ||
    at(x.uid, i) !== at(y.uid, j) || at(x.gid, i) !== at(y.gid, j)
  ) return false;
  if (kind === KIND.file) {
    return at(x.size, i) === at(y.size, j) &&
      at(x.ctimeNanos, i) === at(y.ctimeNanos, j) &&
      at(x.ctimeSeconds, i) === at(y.ctimeSeconds, j);
  }
  return kind !== KIND.symlink || x.extra.get(i) === y.extra.get(j);
}

/** Cursors over all four streams, and the way from the root to the last path. */
class Walk {
  readonly #now: PerSide<Cursor>;
  readonly #base: PerSide<Cursor>;
  readonly #all: readonly Cursor[];
  readonly #everyFile: boolean;
  readonly #paths: (RelPath | undefined)[] = [];
  readonly #wayBatch: EntryBatch[] = [];
  readonly #wayIndex: number[] = [];
  readonly #scanned: Record<Side, number> = { initiator: 0, target: 0 };
  readonly #found: Record<Side, number> = { initiator: 0, target: 0 };
  #known = 0;
  walked = 0;

  constructor(streams: PerSide<SideStreams>, everyFile: boolean) {
    this.#now = perSide((side) => new Cursor(streams[side].now));
    this.#base = perSide((side) => new Cursor(streams[side].base));
    this.#all = [
      this.#now.initiator,
      this.#now.target,
      this.#base.initiator,
      this.#base.target,
    ];
    this.#everyFile = everyFile;
  }

  get atEnd(): boolean {
    return this.#all.every((cursor) => !cursor.empty && cursor.depth < 0);
  }

  get totals(): MergeTotals {
    const [scanned, found] = [this.#scanned, this.#found];
    return { scanned, found, known: this.#known };
  }

  async fill(): Promise<void> {
    for (const cursor of this.#all) {
      while (cursor.empty) await cursor.fill();
    }
  }

  /** Walks until a stream needs its next batch. */
  run(): Row[] {
    const rows: Row[] = [];
    const [a, b, c, d] = this.#all as [Cursor, Cursor, Cursor, Cursor];
    while (!(a.empty || b.empty || c.empty || d.empty)) {
      const first = this.#firstHead();
      if (first.depth < 0) break;
      const row = this.#takeRow(first);
      if (row !== undefined) rows.push(row);
      this.walked++;
    }
    return rows;
  }

  #firstHead(): Cursor {
    const [a, b, c, d] = this.#all as [Cursor, Cursor, Cursor, Cursor];
    const now = compareHeads(a, b) <= 0 ? a : b;
    const base = compareHeads(c, d) <= 0 ? c : d;
    return compareHeads(now, base) <= 0 ? now : base;
  }

  #takeRow(first: Cursor): Row | undefined {
    const here = (cursor: Cursor): boolean =>
      cursor === first || compareHeads(cursor, first) === 0;
    const now = this.#now;
    const base = this.#base;
    const a = here(now.initiator);
    const b = here(now.target);
    const c = here(base.initiator);
    const d = here(base.target);
    this.#remember(first);
    if (a) this.#count("initiator");
    if (b) this.#count("target");
    if (c && !isDirectory(base.initiator)) this.#known++;
    const quiet = a && b && c && d && isSame(now.initiator, base.initiator) &&
      isSame(now.target, base.target) &&
      !(this.#everyFile && isFile(now.initiator));
    const row = quiet ? undefined : this.#makeRow(first.depth, {
      now: {
        initiator: a ? now.initiator : undefined,
        target: b ? now.target : undefined,
      },
      base: {
        initiator: c ? base.initiator : undefined,
        target: d ? base.target : undefined,
      },
    });
    if (a) now.initiator.advance();
    if (b) now.target.advance();
    if (c) base.initiator.advance();
    if (d) base.target.advance();
    return row;
  }

  #count(side: Side): void {
    const cursor = this.#now[side];
    this.#scanned[side]++;
    if (isDirectory(cursor) || isExcluded(cursor)) return;
    this.#found[side]++;
  }

  /** Keeps the entry as part of the way to what follows; its name is decoded only if needed. */
  #remember(cursor: Cursor): void {
    const { depth } = cursor;
    this.#wayBatch[depth] = cursor.batch as EntryBatch;
    this.#wayIndex[depth] = cursor.index;
    this.#paths.length = depth;
  }

  #pathAt(depth: number): RelPath {
    if (depth === 0) return ROOT;
    const known = this.#paths[depth];
    if (known !== undefined) return known;
    const batch = this.#wayBatch[depth] as EntryBatch;
    const name = nameOf(batch, this.#wayIndex[depth] as number);
    const path = childPath(this.#pathAt(depth - 1), name);
    this.#paths[depth] = path;
    return path;
  }

  #makeRow(
    depth: number,
    heads: {
      readonly now: PerSide<Cursor | undefined>;
      readonly base: PerSide<Cursor | undefined>;
    },
  ): Row {
    const { now, base } = heads;
    // Agreement takes two: what only one state knows was never agreed.
    const agreed = base.initiator !== undefined && base.target !== undefined;
    const bases = perSide((side) => agreed ? nodeAt(base[side]) : undefined);
    return {
      path: this.#pathAt(depth),
      ancestor: bases.initiator,
      base: bases,
      now: perSide((side) => nodeAt(now[side])),
    };
  }
}

function nodeAt(cursor: Cursor | undefined): Node {
  return cursor === undefined
    ? undefined
    : entryOf(cursor.batch as EntryBatch, cursor.index);
}

function isDirectory(cursor: Cursor): boolean {
  return at((cursor.batch as EntryBatch).kind, cursor.index) === KIND.directory;
}

function isFile(cursor: Cursor): boolean {
  return at((cursor.batch as EntryBatch).kind, cursor.index) === KIND.file;
}

function isExcluded(cursor: Cursor): boolean {
  const batch = cursor.batch as EntryBatch;
  return at(batch.kind, cursor.index) === KIND.unknown &&
    batch.extra.get(cursor.index)?.startsWith("excluded") === true;
}
