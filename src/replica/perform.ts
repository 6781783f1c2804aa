/**
 * Does the actions of a plan to one local replica, one at a time.
 *
 * Every action looks first whether the path still is what the scan saw, and
 * leaves it alone if not. What an action takes out of the replica is moved,
 * in one step, to where it is kept.
 */

import type { KnownEntry, Node } from "@/core/entry.ts";
import { WORK_DIRECTORY } from "@/core/path.ts";
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
import type { Pause } from "./content.ts";
import { DirectoryTimes } from "./directory_times.ts";
import { entryAt, findDifference, isStill } from "./expect.ts";
import { discardPiece, makePiece, receivePiece, Stale } from "./incoming.ts";
import type { Keeper } from "./keep.ts";
import { applyMeta, createLeaf } from "./metadata.ts";
import { replaceLeaf, takeAway } from "./replace.ts";
import { entryOfStat } from "./scan.ts";
import { STAGE, type Stage } from "./stage.ts";
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
    if (error.code === "EAGAIN") return { kind: "stale", found: error.reason };
    const { side, tree } = this.#parts;
    const { path } = action;
    const own = path === "" ? tree.root.path : `${tree.root.path}/${path}`;
    // Whoever reads it knows the path already, and no piece on its way to it.
    const known = error.path === own ||
      error.path.includes(`/${WORK_DIRECTORY}/${STAGE}/`);
    const moves = !known && error.operation.startsWith("rename");
    const what = known ? "it" : `"${error.path}"`;
    const message = `not synchronised: cannot ${
      moves ? "move it to" : error.deed
    } ${what}: ${error.reason}`;
    return {
      kind: "failed",
      problem: { side, path, code: error.code, message },
    };
  }

  #dispatch(action: Action): Node | Promise<Node> {
    if (action.path === "") return this.#setRootMeta(action);
    const place = this.#parts.tree.place(action.path);
    const difference = findDifference(this.#fs, place, action.expect);
    if (difference !== undefined) throw new Stale(difference);
    switch (action.kind) {
      case "make-directory":
        return this.#makeDirectory(action);
      case "put":
        return this.#put(action);
      case "remove":
        return this.#remove(action, place);
      case "set-meta":
        return this.#setMeta(action);
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

  /** It gets its attributes before its place: a run that is killed leaves none with others. */
  #makeDirectory(action: MakeDirectory): Node {
    const fs = this.#fs;
    const { path, entry } = action;
    this.#times.touch(path);
    const piece = this.#parts.stage.place("in-");
    const { mtime, mode, lent } = makePiece(fs, piece, () => {
      fs.makeDirectory(piece.dir, piece.name, 0o700);
      applyMeta(fs, piece, { was: undefined, entry });
      const { mtime, meta: { mode } } = entryAt(
        fs,
        piece.dir,
        piece.name,
      ) as KnownEntry;
      // Until everything is in it, the owner must be able to write.
      const lent = fs.uid === 0 ? mode : mode | 0o700;
      if (lent !== mode) fs.setMode(piece.dir, piece.name, lent);
      return { mtime, mode, lent };
    });
    const node = this.#putInPlace(action, piece) as KnownEntry;
    this.#times.end(path, { mtime, mode, lent });
    return { ...node, mtime, meta: { ...node.meta, mode } };
  }

  #put(action: Put): Node | Promise<Node> {
    const { entry, path } = action;
    this.#times.touch(path);
    const piece = this.#parts.stage.place("in-");
    if (entry.kind !== "file") {
      const fs = this.#fs;
      makePiece(fs, piece, () => createLeaf(fs, piece, entry));
      return this.#putInPlace(action, piece);
    }
    const whole = receivePiece(action, piece, this.#parts);
    return whole instanceof Promise
      ? whole.then(() => this.#putInPlace(action, piece))
      : this.#putInPlace(action, piece);
  }

  #putInPlace(action: Put | MakeDirectory, piece: Place): Node {
    const fs = this.#fs;
    try {
      // Once more: content may have taken its time.
      const place = this.#parts.tree.place(action.path);
      const staged = entryAt(fs, piece.dir, piece.name);
      this.#change(action, place, { ...piece, staged });
      const node = entryAt(fs, place.dir, place.name);
      // What somebody made of it since is not what both sides agree on.
      if (!isStill(node, staged)) throw new Stale("it was changed meanwhile");
      return node;
    } catch (error) {
      discardPiece(fs, piece);
      if (error instanceof SysError && error.code === "EEXIST") {
        throw new Stale("something has appeared in its place");
      }
      throw error;
    }
  }

  /** The piece enters, what was there leaves. */
  #change(
    action: Put | MakeDirectory,
    place: Place,
    piece: Place & { readonly staged: Node },
  ): void {
    const fs = this.#fs;
    const { expect, path, setAside } = action;
    if (expect === undefined) return fs.rename(piece, place, "no-replace");
    if (expect.kind === "directory") {
      this.#takeAway(action, place);
      return fs.rename(piece, place, "no-replace");
    }
    const { keeper, stage } = this.#parts;
    const was = expect as KnownEntry;
    const options = { expect: was, path, setAside, keeper, stage };
    const found = replaceLeaf(fs, { piece, place }, options);
    if (found !== undefined) throw new Stale(found);
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

  #setMeta(action: SetMeta): Node {
    const { entry, expect, path } = action;
    const fs = this.#fs;
    const was = this.#times.asTouched(expect, path);
    // Only now: looking at the directory itself may have closed the one above.
    const place = this.#parts.tree.place(path);
    applyMeta(fs, place, { was, entry });
    if (entry.kind === "directory") this.#times.forget(path);
    const node = entryAt(fs, place.dir, place.name);
    if (entry.mtime !== expect.mtime && node?.kind === expect.kind) {
      return isStill(node, { ...expect, mtime: node.mtime })
        ? node
        : changedMeanwhile();
    }
    return isStill(node, expect) ? node : changedMeanwhile();
  }
}

function changedMeanwhile(): never {
  throw new Stale("it was changed meanwhile");
}

function done(node: Node): Outcome {
  return { kind: "done", node };
}
