/** New pieces: they grow in the stage and get everything there but their place. */

import type { KnownEntry } from "@/core/entry.ts";
import { baseName, parentPath } from "@/core/path.ts";
import { LEAVE, type MakeDirectory, type Put } from "@/core/step.ts";
import { type Dir, type File, type FileSystem, SysError } from "@/sys/fs.ts";
import { isTaken, refuseAlias } from "./alias.ts";
import { copyContent, type Pause } from "./content.ts";
import type { Ending } from "./directory_times.ts";
import { entryAt } from "./expect.ts";
import { applyMeta, createLeaf } from "./metadata.ts";
import { entryOfStat } from "./scan.ts";
import { Stale } from "./outcome.ts";
import type { Stage } from "./stage.ts";
import type { Place, Tree } from "./tree.ts";

/** Where pieces come from and go to. */
export interface Transfer {
  /** The replica that gets them. */
  readonly tree: Tree;
  /** The replica that has them. */
  readonly source: Tree;
  /** Where they grow. */
  readonly stage: Stage;
  /** Called between the pieces of large files. */
  readonly pause: Pause;
}

/** A file, link or pipe that has all it is to have. */
export interface StagedLeaf {
  /** What it is for. */
  readonly action: Put;
  /** Where it is. */
  readonly piece: Place;
  /** How it looks. */
  readonly node: KnownEntry;
  /** The new directory it is in already. */
  readonly home: StagedDirectory | undefined;
}

/** A new directory, with the leaves that are directly in it. */
export interface StagedDirectory {
  /** What it is for. */
  readonly action: MakeDirectory;
  /** Where it is. */
  readonly piece: Place;
  /** How it looks, and what it is to end with; nothing if that failed. */
  dressed?: { readonly node: KnownEntry; readonly ending: Ending };
  /** Why it cannot be put in place. */
  failure?: unknown;
}

/** What waits in the stage. */
export type Staged = StagedLeaf | StagedDirectory;

/**
 * Stages what actions bring. A new directory takes the leaves that follow it
 * and belong directly into it, so that one rename puts all of them in place.
 */
export class Incoming {
  readonly #parts: Transfer;
  readonly #fs: FileSystem;
  #home: { readonly staged: StagedDirectory; readonly dir: Dir } | undefined;

  /** Uses trees and a stage that must stay open. */
  constructor(parts: Transfer) {
    this.#parts = parts;
    this.#fs = parts.tree.fs;
  }

  /**
   * Makes one piece.
   *
   * @throws {Stale} If the source is not, or no longer, what was expected.
   * @throws {SysError} If it cannot be made; nothing of it is left then.
   */
  add(action: Put | MakeDirectory): Staged | Promise<Staged> {
    return action.kind === "put" ? this.#place(action) : this.#open(action);
  }

  #open(action: MakeDirectory): StagedDirectory {
    this.finish();
    const fs = this.#fs;
    const replaces = action.expect !== undefined;
    const piece = this.#parts.stage.place(replaces ? "dir-" : "in-");
    const dir = makePiece(fs, piece, () => {
      fs.makeDirectory(piece.dir, piece.name, 0o700);
      return fs.openDirectory(piece.dir, piece.name);
    });
    const staged: StagedDirectory = { action, piece };
    this.#home = { staged, dir };
    // What it replaces may come back, and somebody may have used it till then.
    if (replaces) this.finish();
    return staged;
  }

  /** The present directory takes no more leaves: it gets its attributes. */
  finish(): void {
    if (this.#home === undefined) return;
    const { staged, dir } = this.#home;
    this.#home = undefined;
    const fs = this.#fs;
    try {
      applyMeta(fs, { open: dir }, {
        was: undefined,
        entry: staged.action.entry,
      });
      const node = entryOfStat(fs.statOpen(dir)) as KnownEntry;
      const { mtime, meta: { mode } } = node;
      // Until everything is in it, the owner must be able to write.
      const lent = fs.uid === 0 ? mode : mode | 0o700;
      if (lent !== mode) fs.setModeOpen(dir, lent);
      staged.dressed = { node, ending: { mtime, mode, lent } };
    } catch (error) {
      staged.failure = error;
    } finally {
      fs.close(dir);
    }
  }

  #place(action: Put): StagedLeaf | Promise<StagedLeaf> {
    const { expect, path } = action;
    if (this.#home?.staged.action.path !== parentPath(path)) this.finish();
    const home = expect === undefined ? this.#home : undefined;
    const piece = home === undefined
      ? this.#parts.stage.place("in-")
      : { dir: home.dir, name: baseName(path) };
    try {
      return this.#addLeaf({ action, piece, home: home?.staged });
    } catch (error) {
      if (isTaken(error)) refuseAlias(this.#fs, piece);
      throw error;
    }
  }

  #addLeaf(
    staged: Omit<StagedLeaf, "node">,
  ): StagedLeaf | Promise<StagedLeaf> {
    const { action, piece } = staged;
    const { entry } = action;
    if (entry.kind !== "file") {
      const fs = this.#fs;
      const node = makePiece(fs, piece, () => {
        createLeaf(fs, piece, entry);
        return entryAt(fs, piece.dir, piece.name) as KnownEntry;
      });
      return { ...staged, node };
    }
    const node = receiveFile(action, piece, this.#parts);
    return node instanceof Promise
      ? node.then((node) => ({ ...staged, node }))
      : { ...staged, node };
  }

  /** Throws away what will not be put in place. */
  discard({ action, piece }: Staged): void {
    if (this.#home?.staged.action === action) this.finish();
    discardPiece(this.#fs, piece);
  }
}

/** Makes a piece; what has been made of it goes if that fails. */
function makePiece<T>(fs: FileSystem, piece: Place, make: () => T): T {
  try {
    return make();
  } catch (error) {
    // What was there before is another piece.
    if (!isTaken(error)) discardPiece(fs, piece);
    throw error;
  }
}

/** How a new directory looked when it had its attributes. */
export function dressedNode(
  { dressed, failure }: StagedDirectory,
): KnownEntry {
  if (dressed === undefined) throw failure;
  return dressed.node;
}

/**
 * Removes a piece, with the leaves in it if it never left the stage.
 *
 * @throws {SysError} `ENOTEMPTY` or `EISDIR` if it holds what osync did not put there.
 */
export function discardPiece(fs: FileSystem, { dir, name }: Place): void {
  const kind = fs.stat(dir, name)?.kind;
  if (kind === undefined) return;
  if (kind !== "directory") return fs.removeFile(dir, name);
  if (name.startsWith("in-")) removeLeaves(fs, { dir, name });
  fs.removeDirectory(dir, name);
}

function removeLeaves(fs: FileSystem, { dir, name }: Place): void {
  const inside = fs.openDirectory(dir, name);
  try {
    for (const leaf of fs.names(inside)) fs.removeFile(inside, leaf);
  } finally {
    fs.close(inside);
  }
}

/** Brings a file's content and attributes into a piece, and tells how it looks. */
function receiveFile(
  action: Put,
  piece: Place,
  { tree: { fs }, source: tree, pause }: Transfer,
): KnownEntry | Promise<KnownEntry> {
  const { entry, path, source: expect } = action;
  const file = fs.createFile(piece.dir, piece.name, entry.meta.mode & 0o777);
  const finish = (unchanged: boolean): KnownEntry => {
    if (!unchanged) throw new Stale("its source changed while it was read");
    return dress(fs, file, entry);
  };
  const abandon = (error: unknown): never => {
    discardPiece(fs, piece);
    throw sourceError(error, tree);
  };
  let later = false;
  try {
    const copied = copyContent({ tree, path }, { fs, file }, { expect, pause });
    if (!(copied instanceof Promise)) return finish(copied);
    later = true;
    return copied.then(finish).catch(abandon).finally(() => fs.close(file));
  } catch (error) {
    return abandon(error);
  } finally {
    if (!later) fs.close(file);
  }
}

/** Gives a new file its time, and of the other attributes what it has not got by itself. */
function dress(fs: FileSystem, file: File, entry: KnownEntry): KnownEntry {
  fs.setTimeOpen(file, entry.mtime);
  const was = entryOfStat(fs.statOpen(file)) as KnownEntry;
  const { mode, uid, gid } = entry.meta;
  if (
    mode === was.meta.mode && (uid === LEAVE || uid === was.meta.uid) &&
    (gid === LEAVE || gid === was.meta.gid)
  ) return was;
  applyMeta(fs, { open: file }, { was, entry });
  return entryOfStat(fs.statOpen(file)) as KnownEntry;
}

/** What happened to the source is told as what it is: it went away or cannot be read. */
function sourceError(error: unknown, source: Tree): unknown {
  if (!(error instanceof SysError)) return error;
  const vanished = error.code === "ENOENT" &&
    error.path.startsWith(source.root.path);
  return vanished ? new Stale("its source is gone") : error;
}
