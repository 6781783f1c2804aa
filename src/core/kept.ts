/** Names of kept versions, and when their time is over. Pure. */

import { encodeName } from "./name.ts";
import {
  baseName,
  childPath,
  isBelow,
  parentPath,
  type RelPath,
} from "./path.ts";

/** Why a version was kept; `found`: a crash or another tool left it without a word. */
export type KeptReason = "overwritten" | "deleted" | "found";

/** Which folder of the work directory. */
export type KeptArea = "backup" | "deleted";

/** One kept version: a line of the catalogue. */
export interface Kept {
  /** When it was taken out of the replica, milliseconds since 1970. */
  readonly time: number;
  /** The run that did it. */
  readonly run: string;
  /** Why. */
  readonly reason: KeptReason;
  /** Where it is kept. */
  readonly area: KeptArea;
  /** Its path in that folder. */
  readonly kept: RelPath;
  /** Its path in the replica. */
  readonly path: RelPath;
}

/** A line of the catalogue: a version was kept, or gave way to a newer one of the same name. */
export type KeptLine =
  | Kept
  | {
    /** When, milliseconds since 1970. */
    readonly time: number;
    /** In which folder. */
    readonly area: KeptArea;
    /** The path it had there. */
    readonly from: RelPath;
    /** The path it has now. */
    readonly to: RelPath;
    /** Set if it is a directory: what is below it moves along. */
    readonly tree?: boolean;
  };

/** What the lines add up to: every kept version at the path it has now, oldest line first. */
export function keptVersions(lines: Iterable<KeptLine>): Kept[] {
  const versions = new Map<string, Kept>();
  for (const line of lines) {
    if (!("from" in line)) versions.set(`${line.area}/${line.kept}`, line);
    else rename(versions, line);
  }
  return [...versions.values()];
}

function rename(
  versions: Map<string, Kept>,
  line: Exclude<KeptLine, Kept>,
): void {
  const { area, from, to } = line;
  const moved = line.tree === true
    ? [...versions.values()].filter((item) =>
      item.area === area && (item.kept === from || isBelow(item.kept, from))
    )
    : [versions.get(`${area}/${from}`)];
  for (const item of moved) {
    if (item === undefined) continue;
    versions.delete(`${area}/${item.kept}`);
    const kept = (to + item.kept.slice(from.length)) as RelPath;
    versions.set(`${area}/${kept}`, { ...item, kept });
  }
}

/** Milliseconds of a day. */
const DAY = 86_400_000;

/** No version was kept earlier: the clock that said so had not been set yet. */
const EARLIEST = Date.UTC(2025, 0, 1);

/**
 * Dates versions that were kept by a clock which had not been set, as after
 * the start of a machine without a battery, as if they had been kept now.
 *
 * @param now Milliseconds since 1970.
 */
export function datedAnew(items: readonly Kept[], now: number): Kept[] {
  return items.map((item) =>
    item.time < EARLIEST && now > EARLIEST ? { ...item, time: now } : item
  );
}

/**
 * Splits a catalogue into what is to be removed and what stays.
 *
 * @param items In any order.
 * @param days Whole days for each area; 0 keeps for ever.
 * @param now Milliseconds since 1970.
 */
export function expire(
  items: Iterable<Kept>,
  days: Readonly<Record<KeptArea, number>>,
  now: number,
): { readonly expired: Kept[]; readonly staying: Kept[] } {
  const expired: Kept[] = [];
  const staying: Kept[] = [];
  for (const item of items) {
    const limit = days[item.area];
    const over = limit > 0 && now - item.time > limit * DAY;
    (over ? expired : staying).push(item);
  }
  return { expired, staying };
}

/**
 * The suffix of multiple backups, as the old tool wrote it:
 * `.YYYY.MM.DD-HH.MM.SS` in local time.
 */
export function timeSuffix(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [
    String(now.getFullYear()).padStart(4, "0"),
    two(now.getMonth() + 1),
    two(now.getDate()),
  ];
  const clock = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two);
  return `.${day.join(".")}-${clock.join(".")}`;
}

/** The name an older version takes when a newer one needs its place: `name.~1~`, as cp and GNU tools number backups. */
export function numberedName(name: string, number: number): string {
  return suffixedName(name, `.~${number}~`);
}

/** Longest name in bytes on every filesystem in use. */
const NAME_LIMIT = 255;

/** Appends a suffix; a name that gets too long loses its end before it. */
export function suffixedName(name: string, suffix: string): string {
  const room = NAME_LIMIT - encodeName(suffix).length;
  let kept = name;
  while (encodeName(kept).length > room) {
    // A surrogate pair goes as one.
    kept = [...kept].slice(0, -1).join("");
  }
  return kept + suffix;
}

/** A path with a suffix on its last name. */
export function suffixedPath(path: RelPath, suffix: string): RelPath {
  return childPath(parentPath(path), suffixedName(baseName(path), suffix));
}
