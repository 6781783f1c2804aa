/** New pieces: they grow in the stage and get everything there but their name. */

import type { Put } from "@/core/step.ts";
import { type FileSystem, SysError } from "@/sys/fs.ts";
import { copyContent, type Pause } from "./content.ts";
import { applyMeta } from "./metadata.ts";
import type { Place, Tree } from "./tree.ts";

/** Someone changed the path; carries what was found. */
export class Stale extends Error {}

/** Where a piece's content comes from and goes to. */
export interface Transfer {
  /** The replica that gets it. */
  readonly tree: Tree;
  /** The replica that has it. */
  readonly source: Tree;
  /** Called between the pieces of large files. */
  readonly pause: Pause;
}

/** Makes a piece without content; what has been made of it goes if that fails. */
export function makePiece<T>(
  fs: FileSystem,
  piece: Place,
  make: () => T,
): T {
  try {
    return make();
  } catch (error) {
    discardPiece(fs, piece);
    throw error;
  }
}

/** Removes a piece, if it is there. */
export function discardPiece(fs: FileSystem, { dir, name }: Place): void {
  const kind = fs.stat(dir, name)?.kind;
  if (kind === "directory") fs.removeDirectory(dir, name);
  else if (kind !== undefined) fs.removeFile(dir, name);
}

/**
 * Brings a file's content and attributes into a piece.
 *
 * @throws {Stale} If the source is not, or no longer, what was expected.
 */
export function receivePiece(
  action: Put,
  piece: Place,
  { tree: { fs }, source: tree, pause }: Transfer,
): void | Promise<void> {
  const file = fs.createFile(piece.dir, piece.name);
  const finish = (unchanged: boolean): void => {
    if (!unchanged) throw new Stale("its source changed while it was read");
    applyMeta(fs, { open: file }, { was: undefined, entry: action.entry });
  };
  const abandon = (error: unknown): never => {
    discardPiece(fs, piece);
    throw sourceError(error, tree);
  };
  let later = false;
  try {
    const copied = copyContent({ tree, path: action.path }, { fs, file }, {
      expect: action.source,
      pause,
    });
    if (!(copied instanceof Promise)) return finish(copied);
    later = true;
    return copied.then(finish).catch(abandon).finally(() => fs.close(file));
  } catch (error) {
    return abandon(error);
  } finally {
    if (!later) fs.close(file);
  }
}

/** What happened to the source is told as what it is: it went away or cannot be read. */
function sourceError(error: unknown, source: Tree): unknown {
  if (!(error instanceof SysError)) return error;
  const vanished = error.code === "ENOENT" &&
    error.path.startsWith(source.root.path);
  return vanished ? new Stale("its source is gone") : error;
}
