/** Moving old pieces out of the replica, so that no moment loses one. */

import type { KnownEntry, Node } from "@/core/entry.ts";
import type { RelPath } from "@/core/path.ts";
import type { SetAside } from "@/core/step.ts";
import { type FileSystem, SysError } from "@/sys/fs.ts";
import { findDifference } from "./expect.ts";
import type { Keeper } from "./keep.ts";
import { Stale } from "./outcome.ts";
import type { Stage } from "./stage.ts";
import type { Place } from "./tree.ts";

/** The old piece and where it goes. */
export interface TakeOptions {
  /** What the scan saw; no directory. */
  readonly expect: KnownEntry;
  /** Its path in the replica. */
  readonly path: RelPath;
  /** Where it goes; `none`: it is removed once it is sure that it is the one expected. */
  readonly setAside: SetAside;
  /** Gives slots. */
  readonly keeper: Keeper;
  /** Gives temporary names. */
  readonly stage: Stage;
}

/** Where the old piece lands. */
interface Landing {
  readonly place: Place;
  /** It is the one expected: record it, or remove it. */
  readonly finish: () => void;
  /** It is not, and cannot go back: it stays here, and is found again. */
  readonly retain: () => void;
}

function landing(fs: FileSystem, options: TakeOptions): Landing {
  const { path, setAside, keeper, stage } = options;
  if (setAside === "none") {
    const place = stage.place("old-");
    const finish = () => fs.removeFile(place.dir, place.name);
    // The next run finds the stage and keeps what is in it.
    return { place, finish, retain: () => {} };
  }
  const { place, kept } = keeper.slot(setAside, path);
  const record = () => keeper.record({ area: setAside, kept, path });
  return { place, finish: record, retain: record };
}

/**
 * Takes a piece out of the replica. Looks again once it is out of everybody's
 * reach, and puts it back if it is not what was expected.
 *
 * @returns `undefined`, or what was found instead.
 */
export function takeAway(
  fs: FileSystem,
  place: Place,
  options: TakeOptions,
): string | undefined {
  const landed = landing(fs, options);
  fs.rename(place, landed.place, "no-replace");
  const { expect } = options;
  const found = findDifference(fs, landed.place, expect, { ctime: false });
  if (found === undefined) landed.finish();
  else putBack(fs, landed, place);
  return found;
}

function putBack(fs: FileSystem, landed: Landing, place: Place): void {
  try {
    fs.rename(landed.place, place, "no-replace");
  } catch (error) {
    landed.retain();
    if (!(error instanceof SysError) || error.code !== "EEXIST") throw error;
  }
}

/**
 * Puts a piece in place of another one in one step, then compares what came
 * out with what was expected, and exchanges back if somebody was faster.
 *
 * @returns `undefined`, or what was found instead.
 */
export function replaceLeaf(
  fs: FileSystem,
  move: {
    readonly piece: Place & { readonly staged: Node };
    readonly place: Place;
  },
  options: TakeOptions,
): string | undefined {
  const { piece, place } = move;
  const landed = landing(fs, options);
  // The new piece waits where the old one is to be kept: after the exchange
  // the old one is there already, however the run ends.
  fs.rename(piece, landed.place, "no-replace");
  try {
    fs.rename(landed.place, place, "exchange");
  } catch (error) {
    fs.rename(landed.place, piece, "no-replace");
    if (!(error instanceof SysError) || error.code !== "EINVAL") throw error;
    return replaceByTurns(fs, move, options);
  }
  const { expect } = options;
  const { staged } = piece;
  const found = findDifference(fs, landed.place, expect, { ctime: false });
  if (found === undefined) landed.finish();
  else exchangeBack(fs, move, { landed, staged });
  return found;
}

function exchangeBack(
  fs: FileSystem,
  move: { readonly piece: Place; readonly place: Place },
  options: { readonly landed: Landing; readonly staged: Node },
): void {
  const { landed, staged } = options;
  try {
    fs.rename(landed.place, move.place, "exchange");
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== "ENOENT") {
      landed.retain();
      throw error;
    }
    return putBack(fs, landed, move.place);
  }
  // Somebody may have written into the new piece while it was in place.
  const touched = findDifference(fs, landed.place, staged, { ctime: false });
  if (touched === undefined && !isUsed(fs, landed.place)) {
    return fs.rename(landed.place, move.piece, "no-replace");
  }
  landed.retain();
  if (touched === undefined) return;
  try {
    // Both are somebody's: what was written last stays in place.
    fs.rename(landed.place, move.place, "exchange");
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== "ENOENT") throw error;
  }
}

/** Whether something is in a directory that was put in place empty. */
function isUsed(fs: FileSystem, { dir, name }: Place): boolean {
  if (fs.stat(dir, name)?.kind !== "directory") return false;
  const inside = fs.openDirectory(dir, name);
  try {
    return fs.names(inside).length > 0;
  } finally {
    fs.close(inside);
  }
}

/** Where the filesystem cannot exchange: the old piece leaves, the new one enters. */
function replaceByTurns(
  fs: FileSystem,
  move: { readonly piece: Place; readonly place: Place },
  options: TakeOptions,
): string | undefined {
  const { piece, place } = move;
  const landed = landing(fs, options);
  fs.rename(place, landed.place, "no-replace");
  const { expect } = options;
  const found = findDifference(fs, landed.place, expect, { ctime: false });
  if (found !== undefined) {
    putBack(fs, landed, place);
    return found;
  }
  try {
    fs.rename(piece, place, "no-replace");
  } catch (error) {
    putBack(fs, landed, place);
    throw error;
  }
  landed.finish();
  return undefined;
}

/**
 * Removes a directory from which everything known has been taken.
 *
 * @throws {Stale} If something is in it still.
 */
export function removeEmpty(fs: FileSystem, place: Place, path: RelPath): void {
  try {
    fs.removeDirectory(place.dir, place.name);
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== "ENOTEMPTY") {
      throw error;
    }
    throw new Stale(`something in it was not removed: "${path}" stays`);
  }
}
