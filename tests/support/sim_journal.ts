/** Which changes of a disk a power cut may leave. */

import { cloneInodes, type Inode, type Inodes } from "./sim_disk.ts";
import type { Random } from "./random.ts";

/** One change, indivisible. */
export interface Change {
  /** Of names and what they name, of attributes, or of one file's content. */
  readonly kind: "names" | "attributes" | "data";
  /** Where it is; volumes know nothing of each other. */
  readonly volume: number;
  /** Inodes that take part. */
  readonly touches: readonly number[];
  /** The whole content afterwards. */
  readonly data?: Uint8Array;
  /** Does it. */
  readonly apply: (inodes: Inodes) => void;
}

/** Waits until something is durable: a file, a directory, or (no id) a volume. */
export interface Barrier {
  /** Which inode. */
  readonly id?: number;
  /** Where. */
  readonly volume: number;
  /** Its names, not its content. */
  readonly isDirectory?: boolean;
}

/**
 * How a filesystem keeps what nobody has waited for.
 *
 * - `ordered`: changes of names and attributes in their order, up to a point
 *   that differs from volume to volume; an fsync waits for all before it. So
 *   ext4 and xfs do it with their journals.
 * - `loose`: any of them that do not build on one that is lost; an fsync waits
 *   only for the inode. No filesystem does worse to what it keeps in a journal.
 *
 * Content of a file that was not waited for may, in both, be what it was, all
 * of the new, half of it, or zeros, whatever became of its name: with delayed
 * allocation, and where blocks are not journalled, that is what is seen.
 */
export type Model = "ordered" | "loose";

/** What becomes of all that is not durable. */
export type Luck =
  | "all lost"
  | "all kept"
  | "only names"
  | "only data"
  | Random;

/** Everything since the last time all was durable. */
export class Journal {
  #before: Inodes;
  readonly #events: (Change | { readonly barrier: Barrier })[] = [];

  /** Starts with a disk on which all is durable. */
  constructor(inodes: Inodes) {
    this.#before = cloneInodes(inodes);
  }

  /** Number of changes and barriers: the moments at which power can be cut. */
  get length(): number {
    return this.#events.length;
  }

  /** All is durable, and forgotten. */
  settle(inodes: Inodes): void {
    this.#before = cloneInodes(inodes);
    this.#events.length = 0;
  }

  /** A change was made. */
  add(change: Change): void {
    this.#events.push(change);
  }

  /** Somebody waited. */
  barrier(barrier: Barrier): void {
    this.#events.push({ barrier });
  }

  /** What is on the disk if the power is cut after so many events. */
  cut(after: number, model: Model, luck: Luck): Inodes {
    const events = this.#events.slice(0, after);
    const durable = new Set<Change>();
    const changes: Change[] = [];
    for (const event of events) {
      if ("barrier" in event) settle(changes, durable, event.barrier, model);
      else changes.push(event);
    }
    const kept = model === "ordered"
      ? keepOrdered(changes, durable, luck)
      : keepLoose(changes, durable, luck);
    const inodes = cloneInodes(this.#before);
    for (const change of changes) {
      if (change.kind === "data") {
        if (durable.has(change)) fill(inodes, change, change.data);
      } else if (kept.has(change)) change.apply(inodes);
    }
    keepContents(inodes, changes, { durable, luck });
    return inodes;
  }
}

function fill(inodes: Inodes, { touches }: Change, data?: Uint8Array): void {
  const inode = inodes.get(touches[0] ?? 0);
  if (inode !== undefined && data !== undefined) inode.data = data;
}

/** Makes durable what a barrier waits for. */
function settle(
  changes: readonly Change[],
  durable: Set<Change>,
  barrier: Barrier,
  model: Model,
): void {
  const { id, volume, isDirectory } = barrier;
  const here = changes.filter((change) => change.volume === volume);
  if (id === undefined) return here.forEach((change) => durable.add(change));
  const waited = new Set<number>([id]);
  for (const change of here.toReversed()) {
    if (change.kind === "data") {
      if (!isDirectory && change.touches[0] === id) durable.add(change);
    } else if (model === "ordered") durable.add(change);
    else if (
      isDirectory
        ? change.touches.some((touched) => waited.has(touched))
        : change.kind === "attributes" && change.touches[0] === id
    ) {
      durable.add(change);
      for (const touched of change.touches) waited.add(touched);
    }
  }
}

function wants(luck: Luck): boolean {
  return typeof luck === "string"
    ? luck === "all kept" || luck === "only names"
    : luck.below(2) === 0;
}

/** A prefix of each volume's names and attributes. */
function keepOrdered(
  changes: readonly Change[],
  durable: ReadonlySet<Change>,
  luck: Luck,
): Set<Change> {
  const kept = new Set<Change>();
  for (const volume of new Set(changes.map((change) => change.volume))) {
    const here = changes.filter((change) =>
      change.volume === volume && change.kind !== "data"
    );
    const least = here.findLastIndex((change) => durable.has(change)) + 1;
    const more = here.length - least;
    const extra = typeof luck === "string"
      ? (wants(luck) ? more : 0)
      : luck.below(more + 1);
    for (const change of here.slice(0, least + extra)) kept.add(change);
  }
  return kept;
}

/** Any names and attributes that build only on others that are kept. */
function keepLoose(
  changes: readonly Change[],
  durable: ReadonlySet<Change>,
  luck: Luck,
): Set<Change> {
  const kept = new Set<Change>();
  // The names of a thing and its attributes are kept apart from each other.
  const lost = { names: new Set<number>(), attributes: new Set<number>() };
  const often = typeof luck === "string" ? 0 : 2 + luck.below(20);
  for (const change of changes) {
    if (change.kind === "data") continue;
    const gone = lost[change.kind];
    const possible = change.touches.every((touched) => !gone.has(touched));
    const lucky = typeof luck === "string"
      ? wants(luck)
      : luck.below(often) > 0;
    if (durable.has(change) || possible && lucky) kept.add(change);
    else for (const touched of change.touches) gone.add(touched);
  }
  return kept;
}

/** Decides what the files hold whose content nobody waited for. */
function keepContents(
  inodes: Inodes,
  changes: readonly Change[],
  { durable, luck }: { durable: ReadonlySet<Change>; luck: Luck },
): void {
  const last = new Map<number, Change>();
  for (const change of changes) {
    if (change.kind === "data") last.set(change.touches[0] ?? 0, change);
  }
  for (const [id, change] of last) {
    const inode = inodes.get(id);
    if (inode === undefined || durable.has(change)) continue;
    inode.data = contentOf(inode, change.data ?? inode.data, luck);
  }
}

function contentOf(inode: Inode, data: Uint8Array, luck: Luck): Uint8Array {
  if (luck === "all kept" || luck === "only data") return data;
  if (luck === "all lost") return inode.data;
  const zeros = new Uint8Array(data.length);
  if (luck === "only names") return zeros;
  switch (luck.below(4)) {
    case 0:
      return inode.data;
    case 1:
      return data.slice(0, data.length >> 1);
    case 2:
      return zeros;
    default:
      return data;
  }
}
