/**
 * Does the actions of a plan to one local replica, one at a time.
 *
 * Every action looks first whether the path still is what the scan saw, and
 * leaves it alone if not. What an action takes out of the replica is moved,
 * in one step, to where it is kept.
 */

import type { KnownEntry, Node } from "@/core/entry.ts";
import type { Side } from "@/core/side.ts";
import type {
  Action,
  MakeDirectory,
  Outcome,
  Put,
  Remove,
  SetMeta,
} from "@/core/step.ts";
import { type FileSystem, SysError } from "@/sys/fs.ts";
import { copyContent, type Pause } from "./content.ts";
import { DirectoryTimes } from "./directory_times.ts";
import { entryAt, findDifference } from "./expect.ts";
import type { Keeper } from "./keep.ts";
import { applyMeta, createLeaf } from "./metadata.ts";
import { replaceLeaf, takeAway } from "./replace.ts";
import { entryOfStat } from "./scan.ts";
import type { Stage } from "./stage.ts";
import type { Place, Tree } from "./tree.ts";

/** What a performer works with. */
export interface PerformerParts {
  /** Which side this is, for problems. */
  readonly side: Side;
  /** The replica. */
  readonly tree: Tree;
  /** Where replaced and removed pieces go. */
  readonly keeper: Keeper;
  /** Where incoming pieces grow. */
  readonly stage: Stage;
  /** The other replica, where contents come from. */
  readonly source: Tree;
  /** Called between the pieces of large files. */
  readonly pause: Pause;
}

/** Someone changed the path; carries what was found. */
class Stale extends Error {}

/** Performs actions; call {@linkcode Performer.settle} when all are done. */
export class Performer {
  readonly #parts: PerformerParts;
  readonly #fs: FileSystem;
  readonly #times: DirectoryTimes;

  /** Takes parts that must stay open until it has settled. */
  constructor(parts: PerformerParts) {
    this.#parts = parts;
    this.#fs = parts.tree.fs;
    this.#times = new DirectoryTimes(parts.tree);
  }

  /** Does one action. Never throws for what concerns only this path. */
  act(action: Action): Outcome | Promise<Outcome> {
    try {
      const result = this.#dispatch(action);
      return result instanceof Promise
        ? result.then(done, (error) => this.#outcomeOf(error, action))
        : done(result);
    } catch (error) {
      return this.#outcomeOf(error, action);
    }
  }

  /**
   * Gives every directory in which something was done the time it is to have:
   * its own from before, or the one the plan says.
   */
  settle(): void {
    this.#times.settle();
  }

  #outcomeOf(error: unknown, action: Action): Outcome {
    if (error instanceof Stale) return { kind: "stale", found: error.message };
    if (!(error instanceof SysError)) throw error;
    const { side } = this.#parts;
    const { path } = action;
    const { code, message } = error;
    return { kind: "failed", problem: { side, path, code, message } };
  }

  #dispatch(action: Action): Node | Promise<Node> {
    if (action.path === "") return this.#setRootMeta(action);
    const place = this.#parts.tree.place(action.path);
    const difference = findDifference(this.#fs, place, action.expect);
    if (difference !== undefined) throw new Stale(difference);
    switch (action.kind) {
      case "make-directory":
        return this.#makeDirectory(action, place);
      case "put":
        return this.#put(action, place);
      case "remove":
        return this.#remove(action, place);
      case "set-meta":
        return this.#setMeta(action, place);
      default:
        return action satisfies never;
    }
  }

  /** The root has no name; only its attributes ever change. */
  #setRootMeta(action: Action): Node {
    if (action.kind !== "set-meta") {
      throw new TypeError(`Cannot ${action.kind} the root of a replica`);
    }
    const { entry, expect } = action;
    const { root } = this.#parts.tree;
    const was = this.#times.asTouched(expect, action.path);
    applyMeta(this.#fs, { open: root }, { was, entry });
    this.#times.forget(action.path);
    return entryOfStat(this.#fs.statOpen(root));
  }

  #makeDirectory(action: MakeDirectory, place: Place): Node {
    const { path, expect, entry } = action;
    this.#times.touch(path);
    if (expect !== undefined) this.#takeAway(action, place);
    this.#fs.makeDirectory(place.dir, place.name, 0o700);
    applyMeta(this.#fs, place, { was: undefined, entry });
    const node = entryAt(this.#fs, place.dir, place.name);
    if (node?.kind !== "directory") throw new Stale("it is gone again");
    const { mode } = node.meta;
    // Until everything is in it, the owner must be able to write.
    const lent = mode | 0o700;
    this.#times.end(path, { mtime: node.mtime, mode, lent });
    this.#fs.setMode(place.dir, place.name, lent);
    return node;
  }

  #put(action: Put, place: Place): Node | Promise<Node> {
    const { entry, path } = action;
    this.#times.touch(path);
    const piece = this.#parts.stage.place("in-");
    if (entry.kind !== "file") {
      this.#create(piece, entry);
      return this.#putInPlace(action, place, piece);
    }
    const whole = this.#receive(action, piece);
    return whole instanceof Promise
      ? whole.then(() =>
        this.#putInPlace(action, this.#parts.tree.place(path), piece)
      )
      : this.#putInPlace(action, place, piece);
  }

  #create(piece: Place, entry: Put["entry"]): void {
    try {
      createLeaf(this.#fs, piece, entry);
    } catch (error) {
      this.#discard(piece);
      throw error;
    }
  }

  #discard(piece: Place): void {
    if (this.#fs.stat(piece.dir, piece.name) === undefined) return;
    this.#fs.removeFile(piece.dir, piece.name);
  }

  /** Brings a file's content and attributes into the stage. */
  #receive(action: Put, piece: Place): void | Promise<void> {
    const fs = this.#fs;
    const { source: tree, pause } = this.#parts;
    const file = fs.createFile(piece.dir, piece.name);
    const finish = (unchanged: boolean): void => {
      if (!unchanged) throw new Stale("its source changed while it was read");
      applyMeta(fs, { open: file }, { was: undefined, entry: action.entry });
    };
    const abandon = (error: unknown): never => {
      this.#discard(piece);
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

  #putInPlace(action: Put, place: Place, piece: Place): Node {
    const fs = this.#fs;
    const { expect, path, setAside } = action;
    try {
      if (expect === undefined) fs.rename(piece, place, "no-replace");
      else if (expect.kind === "directory") {
        this.#takeAway(action, place);
        fs.rename(piece, place, "no-replace");
      } else {
        const { keeper, stage } = this.#parts;
        const was = expect as KnownEntry;
        const options = { expect: was, path, setAside, keeper, stage };
        const found = replaceLeaf(fs, { piece, place }, options);
        if (found !== undefined) throw new Stale(found);
      }
    } catch (error) {
      this.#discard(piece);
      if (error instanceof SysError && error.code === "EEXIST") {
        throw new Stale("something has appeared in its place");
      }
      throw error;
    }
    return entryAt(fs, place.dir, place.name);
  }

  #remove(action: Remove, place: Place): Node {
    this.#times.touch(action.path);
    this.#takeAway(action, place);
    return undefined;
  }

  /** Takes what the action expects out of the replica. */
  #takeAway(
    action: Action & { setAside: Remove["setAside"] },
    place: Place,
  ): void {
    const { keeper, stage, tree } = this.#parts;
    const { path, setAside } = action;
    const expect = action.expect as KnownEntry;
    if (expect.kind === "directory") {
      tree.forget(path);
      this.#times.forget(path);
      this.#removeDirectory(action, place);
      if (setAside !== "none") {
        keeper.keepDirectory(setAside, path, expect);
      }
      return;
    }
    const found = takeAway(this.#fs, place, {
      expect,
      path,
      setAside,
      keeper,
      stage,
    });
    if (found !== undefined) throw new Stale(found);
  }

  #removeDirectory(action: Action, place: Place): void {
    try {
      this.#fs.removeDirectory(place.dir, place.name);
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== "ENOTEMPTY") {
        throw error;
      }
      throw new Stale(
        `something in it was not removed: "${action.path}" stays`,
      );
    }
  }

  #setMeta(action: SetMeta, place: Place): Node {
    const { entry, expect, path } = action;
    const was = this.#times.asTouched(expect, path);
    applyMeta(this.#fs, place, { was, entry });
    if (entry.kind === "directory") this.#times.forget(path);
    return entryAt(this.#fs, place.dir, place.name);
  }
}

function done(node: Node): Outcome {
  return { kind: "done", node };
}

/** What happened to the source is told as what it is: it went away or cannot be read. */
function sourceError(error: unknown, source: Tree): unknown {
  if (!(error instanceof SysError)) return error;
  const vanished = error.code === "ENOENT" &&
    error.path.startsWith(source.root.path);
  return vanished ? new Stale("its source is gone") : error;
}
