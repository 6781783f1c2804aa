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

import { type EntryBatch, nameOf } from "./batch.ts";
import {
  compareHeads,
  Cursor,
  deviceOf,
  type EntryStream,
  isDirectory,
  isExcluded,
  nodeAt,
} from "./cursor.ts";
import type { Node } from "./entry.ts";
import { beforeFile, countLeaves, sameEntries, sameNames } from "./quiet.ts";
import { childPath, type RelPath, ROOT } from "./path.ts";
import { mapSides, type PerSide, perSide, type Side, SIDES } from "./side.ts";
import type { Row } from "./step.ts";

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
  /** Directories that are mount points now and were none, or the reverse, are taken as they are. */
  readonly trustMounts: boolean;
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
  const walk = new Walk(streams, options);
  for (;;) {
    await walk.fill();
    const rows = walk.run();
    options.onProgress?.(walk.walked);
    // Also when there are none: the caller may have a signal to look at.
    yield rows;
    if (walk.atEnd) return walk.totals;
  }
}

const REMOUNTED: Node = {
  kind: "unknown",
  reason: "unreadable",
  detail:
    "at the last run another filesystem was mounted here, or none (mount it again, or use --accept-new-root)",
};

/** Cursors over all four streams, and the way from the root to the last path. */
class Walk {
  readonly #now: PerSide<Cursor>;
  readonly #base: PerSide<Cursor>;
  readonly #all: readonly Cursor[];
  readonly #options: MergeOptions;
  readonly #paths: (RelPath | undefined)[] = [];
  readonly #wayBatch: EntryBatch[] = [];
  readonly #wayIndex: number[] = [];
  readonly #scanned: Record<Side, number> = { initiator: 0, target: 0 };
  readonly #found: Record<Side, number> = { initiator: 0, target: 0 };
  #known = 0;
  #roots: PerSide<{ readonly now: number; readonly base: number }> | undefined;
  /** How many entries are compared in one go. */
  #stride = 16;
  walked = 0;

  constructor(streams: PerSide<SideStreams>, options: MergeOptions) {
    this.#now = perSide((side) => new Cursor(streams[side].now));
    this.#base = perSide((side) => new Cursor(streams[side].base));
    this.#all = [
      this.#now.initiator,
      this.#now.target,
      this.#base.initiator,
      this.#base.target,
    ];
    this.#options = options;
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
    if (this.walked === 0) this.#noteRoots();
    while (!(a.empty || b.empty || c.empty || d.empty)) {
      if (this.#passQuiet()) continue;
      this.walked++;
      const first = this.#firstHead();
      if (first.depth < 0) break;
      rows.push(this.#takeRow(first));
    }
    return rows;
  }

  /** All streams start with the root. */
  #noteRoots(): void {
    this.#roots = perSide((side) => ({
      now: deviceOf(this.#now[side]),
      base: deviceOf(this.#base[side]),
    }));
  }

  /** Whether a directory became a mount point, or is none any more: what is missing in it was not deleted. */
  #isRemounted(side: Side, now: Cursor, base: Cursor): boolean {
    const roots = this.#roots?.[side];
    if (roots === undefined || this.#options.trustMounts) return false;
    if (!isDirectory(now) || !isDirectory(base)) return false;
    const [is, was] = [deviceOf(now), deviceOf(base)];
    return (is === roots.now) !== (was === roots.base);
  }

  #firstHead(): Cursor {
    const [a, b, c, d] = this.#all as [Cursor, Cursor, Cursor, Cursor];
    const now = compareHeads(a, b) <= 0 ? a : b;
    const base = compareHeads(c, d) <= 0 ? c : d;
    return compareHeads(now, base) <= 0 ? now : base;
  }

  /** Passes the paths that all four streams have and where nothing differs. */
  #passQuiet(): boolean {
    const [a, b, c, d] = this.#all as [Cursor, Cursor, Cursor, Cursor];
    if (a.depth < 0 || b.depth < 0 || c.depth < 0 || d.depth < 0) return false;
    if (compareHeads(a, c) !== 0) return false;
    let run = sameEntries(a, c, this.#stride);
    if (run > 0) run = sameEntries(b, d, run);
    if (run > 0) run = sameNames(a, b, run);
    if (this.#options.everyFile) run = beforeFile(a, run);
    // What is compared in vain must not be much more than what is passed.
    this.#stride = run < this.#stride ? 16 + 2 * run : 4 * run;
    if (run === 0) return false;
    const leaves = countLeaves(a.batch, a.index, run);
    this.walked += run;
    this.#found.initiator += leaves;
    this.#found.target += leaves;
    this.#known += leaves;
    this.#scanned.initiator += run;
    this.#scanned.target += run;
    this.#rememberRun(a, run);
    for (const cursor of this.#all) cursor.advance(run);
    return true;
  }

  /** Keeps the way to what follows: the last entry at each depth. */
  #rememberRun({ batch, index: first }: Cursor, run: number): void {
    let depth = Infinity;
    for (let index = first + run - 1; index >= first && depth > 0; index--) {
      const here = batch.depth[index] as number;
      if (here >= depth) continue;
      depth = here;
      this.#wayBatch[depth] = batch;
      this.#wayIndex[depth] = index;
    }
    this.#paths.length = Math.min(this.#paths.length, depth);
  }

  #takeRow(first: Cursor): Row {
    const here = (cursor: Cursor): boolean =>
      cursor === first || compareHeads(cursor, first) === 0;
    const now = mapSides(
      this.#now,
      (cursor) => here(cursor) ? cursor : undefined,
    );
    const base = mapSides(
      this.#base,
      (cursor) => here(cursor) ? cursor : undefined,
    );
    this.#remember(first);
    for (const side of SIDES) this.#count(side, now[side]);
    if (base.initiator !== undefined && !isDirectory(base.initiator)) {
      this.#known++;
    }
    const row = this.#makeRow(first.depth, { now, base });
    for (const side of SIDES) {
      now[side]?.advance();
      base[side]?.advance();
    }
    return row;
  }

  #count(side: Side, cursor: Cursor | undefined): void {
    if (cursor === undefined) return;
    this.#scanned[side]++;
    if (isDirectory(cursor) || isExcluded(cursor)) return;
    this.#found[side]++;
  }

  /** Keeps the entry as part of the way to what follows; its name is decoded only if needed. */
  #remember(cursor: Cursor): void {
    const { depth } = cursor;
    this.#wayBatch[depth] = cursor.batch;
    this.#wayIndex[depth] = cursor.index;
    this.#paths.length = depth;
  }

  #pathAt(depth: number): RelPath {
    this.#paths[0] = ROOT;
    let known = depth;
    while (this.#paths[known] === undefined) known--;
    for (let at = known + 1; at <= depth; at++) {
      const batch = this.#wayBatch[at] as EntryBatch;
      const name = nameOf(batch, this.#wayIndex[at] as number);
      this.#paths[at] = childPath(this.#paths[at - 1] as RelPath, name);
    }
    return this.#paths[depth] as RelPath;
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
      now: perSide((side) => {
        const [is, was] = [now[side], base[side]];
        const remounted = agreed && is !== undefined && was !== undefined &&
          this.#isRemounted(side, is, was);
        return remounted ? REMOUNTED : nodeAt(is);
      }),
    };
  }
}
