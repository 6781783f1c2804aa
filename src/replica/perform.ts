/**
 * Does the actions of a plan to one local replica, one at a time.
 *
 * Every action looks first whether the path still is what the scan saw, and
 * leaves it alone if not. What an action takes out of the replica is moved,
 * in one step, to where it is kept.
 */

import type { KnownEntry, Node } from "@/core/entry.ts";
import { parentPath, type RelPath } from "@/core/path.ts";
import type { Side } from "@/core/side.ts";
import type {
  Action,
  MakeDirectory,
  Outcome,
  Put,
  Remove,
  SetMeta,
} from "@/core/step.ts";
import type { FileSystem } from "@/sys/fs.ts";
import { isTaken, refuseAlias } from "./alias.ts";
import type { Pause } from "./content.ts";
import { DirectoryTimes } from "./directory_times.ts";
import { entryAt, findDifference, isStill } from "./expect.ts";
import {
  discardPiece,
  dressedNode,
  Incoming,
  type Staged,
} from "./incoming.ts";
import type { Keeper } from "./keep.ts";
import { applyMeta, learned } from "./metadata.ts";
import {
  changedMeanwhile,
  done,
  outcomeOfError,
  Stale,
  withoutHome,
} from "./outcome.ts";
import { removeEmpty, replaceLeaf, takeAway } from "./replace.ts";
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

/** Performs actions; call {@linkcode Performer.settle} when all are done. */
export class Performer {
  readonly #parts: PerformerParts;
  readonly #fs: FileSystem;
  readonly #times: DirectoryTimes;
  readonly #incoming: Incoming;
  /** Directories that could not be made, and why. */
  readonly #unmade = new Map<RelPath, Outcome>();

  /** Takes parts that must stay open until it has settled. */
  constructor(parts: PerformerParts) {
    this.#parts = parts;
    this.#fs = parts.tree.fs;
    this.#times = new DirectoryTimes(parts.tree);
    this.#incoming = new Incoming(parts);
  }

  /** Brings the content and attributes of a piece into the stage. Never throws for what concerns only this path. */
  stage(
    action: Put | MakeDirectory,
  ): Staged | Outcome | Promise<Staged | Outcome> {
    try {
      if (action.expect !== undefined) this.#expectStill(action);
      const staged = this.#incoming.add(action);
      return staged instanceof Promise
        ? staged.catch((error) => this.#outcomeOf(error, action))
        : staged;
    } catch (error) {
      return this.#outcomeOf(error, action);
    }
  }

  /**
   * Waits until everything staged is on the disk: a power cut shall show no
   * half of a file in its place.
   *
   * @returns Why that failed, if it did; the pieces must not be published then.
   */
  flush(): Promise<unknown> {
    this.#incoming.finish();
    const { stage } = this.#parts;
    return this.#fs.syncVolume(stage.open()).then(() => undefined, (e) => e);
  }

  /**
   * Puts staged pieces in place, in their order.
   *
   * @param failure What {@linkcode Performer.flush} returned.
   */
  publish(pieces: readonly Staged[], failure: unknown): Outcome[] {
    return pieces.map((staged) =>
      failure === undefined
        ? this.#publishOne(staged)
        : this.#outcomeOf(failure, staged.action)
    );
  }

  #publishOne(staged: Staged): Outcome {
    const { action } = staged;
    const above = this.#unmade.get(parentPath(action.path));
    if (above !== undefined) {
      this.discard([staged]);
      return this.#note(action, withoutHome(action, above));
    }
    if ("home" in staged && staged.home !== undefined) return done(staged.node);
    try {
      return done(this.#putInPlace(staged));
    } catch (error) {
      return this.#outcomeOf(error, action);
    }
  }

  /** Throws staged pieces away. */
  discard(pieces: readonly Staged[]): void {
    for (const staged of pieces) {
      if ("home" in staged && staged.home !== undefined) continue;
      this.#incoming.discard(staged);
    }
  }

  /** Removes something, or changes its attributes. Never throws for what concerns only this path. */
  act(action: Remove | SetMeta): Outcome {
    try {
      return done(this.#dispatch(action));
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
    return this.#note(action, outcomeOfError(error, action, this.#parts));
  }

  /** Remembers what could not be made: whatever is at its name, nothing belongs into it. */
  #note(action: Action, outcome: Outcome): Outcome {
    if (action.kind === "make-directory") {
      this.#unmade.set(action.path, outcome);
    }
    return outcome;
  }

  #expectStill(action: Action): Place {
    const place = this.#parts.tree.place(action.path);
    const difference = findDifference(this.#fs, place, action.expect);
    if (difference !== undefined) throw new Stale(difference);
    return place;
  }

  #dispatch(action: Remove | SetMeta): Node {
    if (action.path === "") return this.#setRootMeta(action);
    const place = this.#expectStill(action);
    return action.kind === "remove"
      ? this.#remove(action, place)
      : this.#setMeta(action);
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
    return learned(entryOfStat(this.#fs.statOpen(root)), action);
  }

  #putInPlace(staged: Staged): Node {
    const { action, piece } = staged;
    const { path } = action;
    try {
      const node = "home" in staged ? staged.node : dressedNode(staged);
      this.#times.touch(path);
      const place = action.expect === undefined
        ? this.#parts.tree.place(path)
        : this.#expectStill(action);
      this.#change(action, place, { ...piece, staged: node });
      const found = entryAt(this.#fs, place.dir, place.name);
      // What somebody made of it since is not what both sides agree on.
      if (!isStill(found, node)) changedMeanwhile();
      if (!("home" in staged) && staged.dressed !== undefined) {
        this.#times.end(path, staged.dressed.ending);
      }
      const { mtime, meta } = node;
      return { ...found as KnownEntry, mtime, meta };
    } catch (error) {
      discardPiece(this.#fs, piece);
      if (!isTaken(error)) throw error;
      refuseAlias(this.#fs, this.#parts.tree.place(path));
      throw new Stale("something has appeared in its place");
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
      removeEmpty(this.#fs, place, path);
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
        ? learned(node, action)
        : changedMeanwhile();
    }
    return isStill(node, expect) ? learned(node, action) : changedMeanwhile();
  }
}
