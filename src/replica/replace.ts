/** Moving old pieces out of the replica, so that no moment loses one. */

import type { KnownEntry } from "@/core/entry.ts";
import type { RelPath } from "@/core/path.ts";
import type { SetAside } from "@/core/step.ts";
import { type FileSystem, SysError } from "@/sys/fs.ts";
import { findDifference } from "./expect.ts";
import type { Keeper } from "./keep.ts";
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

/** Where the old piece lands, and what is left to do when it has. */
interface Landing {
  readonly place: Place;
  readonly finish: () => void;
}

function landing(fs: FileSystem, options: TakeOptions): Landing {
  const { path, setAside, keeper, stage } = options;
  if (setAside === "none") {
    const place = stage.place("old-");
    return { place, finish: () => fs.removeFile(place.dir, place.name) };
  }
  const { place, kept } = keeper.slot(setAside, path);
  const finish = () => keeper.record({ area: setAside, kept, path });
  return { place, finish };
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
  const { place: slot, finish } = landing(fs, options);
  fs.rename(place, slot, "no-replace");
  const difference = findDifference(fs, slot, options.expect, { ctime: false });
  if (difference === undefined) finish();
  else fs.rename(slot, place, "no-replace");
  return difference;
}

/**
 * Puts a piece in place of another one in one step, then compares what came
 * out with what was expected, and exchanges back if somebody was faster.
 *
 * @returns `undefined`, or what was found instead.
 */
export function replaceLeaf(
  fs: FileSystem,
  move: { readonly piece: Place; readonly place: Place },
  options: TakeOptions,
): string | undefined {
  const { piece, place } = move;
  const { place: slot, finish } = landing(fs, options);
  // The new piece waits where the old one is to be kept: after the exchange
  // the old one is there already, however the run ends.
  fs.rename(piece, slot, "no-replace");
  try {
    fs.rename(slot, place, "exchange");
  } catch (error) {
    fs.rename(slot, piece, "no-replace");
    if (!(error instanceof SysError) || error.code !== "EINVAL") throw error;
    return replaceByTurns(fs, move, options);
  }
  const difference = findDifference(fs, slot, options.expect, { ctime: false });
  if (difference === undefined) finish();
  else {
    fs.rename(slot, place, "exchange");
    fs.rename(slot, piece, "no-replace");
  }
  return difference;
}

/** Where the filesystem cannot exchange: the old piece leaves, the new one enters. */
function replaceByTurns(
  fs: FileSystem,
  move: { readonly piece: Place; readonly place: Place },
  options: TakeOptions,
): string | undefined {
  const { piece, place } = move;
  const { place: slot, finish } = landing(fs, options);
  fs.rename(place, slot, "no-replace");
  const difference = findDifference(fs, slot, options.expect, { ctime: false });
  if (difference !== undefined) {
    fs.rename(slot, place, "no-replace");
    return difference;
  }
  try {
    fs.rename(piece, place, "no-replace");
  } catch (error) {
    fs.rename(slot, place, "no-replace");
    throw error;
  }
  finish();
  return undefined;
}
