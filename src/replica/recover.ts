/** What a run that did not end leaves behind, and versions whose time is over. */

import { KIND, nameOf } from "@/core/batch.ts";
import { datedAnew, expire, type Kept, type KeptArea } from "@/core/kept.ts";
import {
  baseName,
  childPath,
  parentPath,
  type RelPath,
  ROOT,
} from "@/core/path.ts";
import { type Dir, type FileSystem, SysError } from "@/sys/fs.ts";
import { discardPiece } from "./incoming.ts";
import type { Keeper } from "./keep.ts";
import { STAGE } from "./stage.ts";

const AREAS: readonly KeptArea[] = ["backup", "deleted"];

/** What a recovery works with. */
export interface Remains {
  /** The system. */
  readonly fs: FileSystem;
  /** The work directory. */
  readonly work: Dir;
  /** Takes what must not be lost. */
  readonly keeper: Keeper;
  /** Names the present run. */
  readonly run: string;
  /** The clock, milliseconds since 1970. */
  readonly now: () => number;
}

/** Puts in order what a run left behind that was killed. */
export function recover(remains: Remains): void {
  const { fs, work, keeper } = remains;
  const killed = emptyStage(remains);
  const names = fs.names(work);
  // The old tool kept versions without a word.
  const unlisted = !keeper.catalogue.exists &&
    AREAS.some((area) => names.includes(area));
  if (killed || unlisted) noteUnknownVersions(remains);
  // Last of all: a run that dies before is found by the next one.
  if (killed) fs.removeDirectory(work, STAGE);
}

/**
 * Empties the stage of runs that were killed: incoming pieces go, for their
 * source still has them; pieces that were on their way out are kept.
 *
 * @returns Whether there is a stage.
 */
function emptyStage(remains: Remains): boolean {
  const { fs, work } = remains;
  if (fs.stat(work, STAGE)?.kind !== "directory") return false;
  const stage = fs.openDirectory(work, STAGE);
  try {
    for (const run of fs.names(stage)) emptyRun(remains, stage, run);
  } finally {
    fs.close(stage);
  }
  return true;
}

function emptyRun({ fs, keeper }: Remains, stage: Dir, run: string): void {
  if (fs.stat(stage, run)?.kind !== "directory") {
    return keepPiece(fs, { dir: stage, name: run }, { keeper, label: run });
  }
  const dir = fs.openDirectory(stage, run);
  try {
    for (const name of fs.names(dir)) {
      if (!name.startsWith("old-") && discard(fs, dir, name)) continue;
      keepPiece(fs, { dir, name }, { keeper, label: `${run}.${name}` });
    }
  } finally {
    fs.close(dir);
  }
  fs.removeDirectory(stage, run);
}

/** What refuses to remove a directory that holds what osync did not put there. */
const FOREIGN: ReadonlySet<string> = new Set(["ENOTEMPTY", "EISDIR"]);

/** @returns Whether it is gone; a directory in which somebody made something is not. */
function discard(fs: FileSystem, dir: Dir, name: string): boolean {
  try {
    discardPiece(fs, { dir, name });
    return true;
  } catch (error) {
    if (!(error instanceof SysError) || !FOREIGN.has(error.code)) throw error;
    return false;
  }
}

function keepPiece(
  fs: FileSystem,
  piece: { readonly dir: Dir; readonly name: string },
  options: { readonly keeper: Keeper; readonly label: string },
): void {
  const path = `recovered.${options.label}` as RelPath;
  const { place, kept } = options.keeper.slot("backup", path);
  fs.rename(piece, place, "no-replace");
  options.keeper.record({ area: "backup", kept, path });
}

/** Enters kept versions that nobody noted (a crash, the old tool) into the catalogue; their time starts now. */
function noteUnknownVersions(remains: Remains): void {
  const { keeper, run, now } = remains;
  const known = new Set<string>();
  for (const { area, kept } of keeper.catalogue.versions()) {
    known.add(`${area}/${kept}`);
  }
  for (const area of AREAS) {
    for (const path of pathsIn(remains, area)) {
      if (known.has(`${area}/${path}`)) continue;
      keeper.catalogue.add({
        time: now(),
        run,
        reason: "found",
        area,
        kept: path,
        path,
      });
    }
  }
  keeper.catalogue.flush();
}

function* pathsIn(remains: Remains, area: KeptArea): Generator<RelPath> {
  const { fs, work, keeper } = remains;
  if (fs.stat(work, area)?.kind !== "directory") return;
  const waiting: RelPath[] = [ROOT];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const { batch } = fs.list(keeper.area(area).directory(path));
    for (let index = 0; index < batch.length; index++) {
      const child = childPath(path, nameOf(batch, index));
      yield child;
      if (batch.kind[index] === KIND.directory) waiting.push(child);
    }
  }
}

/**
 * Removes kept versions whose days are over, and folders this leaves empty.
 *
 * @returns How many versions went.
 */
export function purge(
  remains: Remains,
  days: Readonly<Record<KeptArea, number>>,
): number {
  const { catalogue } = remains.keeper;
  catalogue.flush();
  const oldest = catalogue.oldest();
  if (oldest === undefined) return 0;
  const limits = AREAS.map((area) => days[area]).filter((limit) => limit > 0);
  // A clock that is set forward while a run is on ends nobody's days.
  const now = Math.min(remains.keeper.started, remains.now());
  if (now - oldest <= Math.min(...limits) * 86_400_000) return 0;
  const versions = catalogue.versions();
  const dated = datedAnew(versions, now);
  const { expired, staying } = expire(dated, days, now);
  const changed = dated.some((item, index) => item !== versions[index]);
  if (expired.length === 0 && !changed) return 0;
  const failed = expired.toReversed().filter((item) =>
    !removeKept(remains, item)
  );
  catalogue.rewrite([...failed.toReversed(), ...staying]);
  return expired.length - failed.length;
}

/** @returns Whether it is gone. */
function removeKept(remains: Remains, item: Kept): boolean {
  const { fs, keeper } = remains;
  const tree = keeper.area(item.area);
  try {
    const { dir, name } = tree.place(item.kept);
    const kind = fs.stat(dir, name)?.kind;
    if (kind === undefined) return true;
    if (kind !== "directory") fs.removeFile(dir, name);
    else fs.removeDirectory(dir, name);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    // A directory goes once what is in it has gone.
    return error.code === "ENOENT";
  }
  removeEmptyParents(remains, item);
  return true;
}

function removeEmptyParents(remains: Remains, item: Kept): void {
  const { fs, keeper } = remains;
  const tree = keeper.area(item.area);
  for (let up = parentPath(item.kept); up !== ""; up = parentPath(up)) {
    tree.forget(up);
    try {
      fs.removeDirectory(tree.directory(parentPath(up)), baseName(up));
    } catch (error) {
      if (error instanceof SysError) return;
      throw error;
    }
  }
}
