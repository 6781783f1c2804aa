/** Copying entries from batch to batch. */

import {
  appendName,
  COLUMNS,
  type EntryBatch,
  growNames,
  nameStart,
} from "./batch.ts";

/** Fewer entries are copied faster one by one than column by column. */
const RUN = 8;

/** Which entries: from index `from` to before `to`. */
export interface Rows {
  /** The first one. */
  readonly from: number;
  /** The one after the last one. */
  readonly to: number;
  /** The depth they get, if it is not their own. */
  readonly depth?: number;
}

/** Appends entries of another batch; there must be room for them. */
export function appendRows(
  batch: EntryBatch,
  source: EntryBatch,
  rows: Rows,
): void {
  const { from, to, depth } = rows;
  if (to - from < RUN) {
    for (let index = from; index < to; index++) {
      const own = depth ?? source.depth[index] as number;
      appendRow(batch, source, { index, depth: own });
    }
    return;
  }
  const at = batch.length;
  for (const { name } of COLUMNS) {
    batch[name].set(source[name].subarray(from, to), at);
  }
  if (depth !== undefined) batch.depth.fill(depth, at, at + to - from);
  appendNames(batch, source, rows);
  if (source.extra.size > 0) {
    for (let index = from; index < to; index++) {
      const extra = source.extra.get(index);
      if (extra !== undefined) batch.extra.set(at + index - from, extra);
    }
  }
  batch.length = at + to - from;
}

function appendNames(
  batch: EntryBatch,
  source: EntryBatch,
  { from, to }: Rows,
): void {
  const at = batch.length;
  const first = nameStart(source, from);
  const last = source.nameEnd[to - 1] as number;
  const start = nameStart(batch, at);
  const shift = start - first;
  if (last + shift > batch.names.length) growNames(batch, last + shift);
  batch.names.set(source.names.subarray(first, last), start);
  const { nameEnd } = batch;
  for (let index = at; index < at + to - from; index++) {
    nameEnd[index] = (nameEnd[index] as number) + shift;
  }
}

/** Appends entry `index` of another batch, under the depth given. */
export function appendRow(
  batch: EntryBatch,
  source: EntryBatch,
  row: { readonly index: number; readonly depth: number },
): void {
  const { index } = row;
  const to = batch.length;
  appendName(batch, source.names, {
    from: nameStart(source, index),
    to: source.nameEnd[index] as number,
  });
  batch.depth[to] = row.depth;
  batch.kind[to] = source.kind[index] as number;
  batch.mode[to] = source.mode[index] as number;
  batch.uid[to] = source.uid[index] as number;
  batch.gid[to] = source.gid[index] as number;
  batch.size[to] = source.size[index] as number;
  batch.mtimeSeconds[to] = source.mtimeSeconds[index] as number;
  batch.mtimeNanos[to] = source.mtimeNanos[index] as number;
  batch.ctimeSeconds[to] = source.ctimeSeconds[index] as number;
  batch.ctimeNanos[to] = source.ctimeNanos[index] as number;
  batch.inodeLow[to] = source.inodeLow[index] as number;
  batch.inodeHigh[to] = source.inodeHigh[index] as number;
  batch.device[to] = source.device[index] as number;
  if (source.extra.size > 0) {
    const extra = source.extra.get(index);
    if (extra !== undefined) batch.extra.set(to, extra);
  }
  batch.length = to + 1;
}
