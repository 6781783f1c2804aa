/**
 * Decides every path, given what both sides agreed on and what they have now.
 *
 * Rows arrive in tree order. Most are decided at once; a directory that can
 * only be decided when everything below it is known (one side deleted it, or
 * has a file in its place) waits on a stack until the walk leaves it.
 */

import { winnerOf } from "./attributes.ts";
import { changedSides, changesOf, isUnchanged } from "./change.ts";
import { resolveClash } from "./clash.ts";
import {
  agreeOnContent,
  asideOf,
  conflictOf,
  copyStep,
  mergeStep,
  NEITHER,
  removeStep,
  still,
} from "./decide.ts";
import type { KnownEntry, Node, UnknownEntry } from "./entry.ts";
import { isBelow } from "./path.ts";
import type { Policy } from "./policy.ts";
import { opposite, type PerSide, perSide, type Side } from "./side.ts";
import type { Conflict, Row, Step } from "./step.ts";

export { needsDigest } from "./change.ts";

/** What becomes of a directory that the other side deleted; the strongest piece below decides. */
const FATES = ["goes", "stuck", "stays"] as const;

type Fate = typeof FATES[number];

interface DeletedFrame {
  readonly kind: "deleted";
  readonly row: Row;
  readonly side: Side;
  fate: Fate;
}

interface ClashFrame {
  readonly kind: "clash";
  readonly row: Row;
  readonly side: Side;
  readonly below: Row[];
}

interface UnknownFrame {
  readonly kind: "unknown";
  readonly row: Row;
  /** The unknown entries themselves: everything below counts as the same. */
  readonly hidden: PerSide<Node>;
}

type Frame = DeletedFrame | ClashFrame | UnknownFrame;

/**
 * Decides rows in tree order. Quiet rows may be left out.
 *
 * @returns At most one step for each path, not always in tree order.
 */
export function* reconcile(
  rows: Iterable<Row>,
  policy: Policy,
): Generator<Step> {
  const reconciler = new Reconciler(policy);
  for (const row of rows) yield* reconciler.push(row);
  yield* reconciler.end();
}

/** {@linkcode reconcile} for rows that arrive one by one. */
export class Reconciler {
  readonly #policy: Policy;
  readonly #frames: Frame[] = [];
  #steps: Step[] = [];

  /** Starts with a policy that decides conflicts and comparisons. */
  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Takes the next row in tree order and returns what it decides. */
  push(row: Row): Step[] {
    this.#feed(row);
    return this.#drain();
  }

  /** Decides what still waits. */
  end(): Step[] {
    while (this.#frames.length > 0) this.#close();
    return this.#drain();
  }

  #drain(): Step[] {
    const steps = this.#steps;
    this.#steps = [];
    return steps;
  }

  #feed(row: Row): void {
    for (;;) {
      const top = this.#frames.at(-1);
      if (top === undefined || isBelow(row.path, top.row.path)) break;
      this.#close();
    }
    const top = this.#frames.at(-1);
    if (top?.kind === "clash") top.below.push(row);
    else this.#take(row, top);
  }

  #take(given: Row, top: DeletedFrame | UnknownFrame | undefined): void {
    const row = top?.kind === "unknown" ? hide(given, top.hidden) : given;
    const { initiator: a, target: b } = row.now;
    if (a?.kind === "unknown" || b?.kind === "unknown") {
      this.#takeUnknown(row, top?.kind === "unknown");
    } else if (a === undefined && b === undefined) {
      if (row.ancestor !== undefined) {
        this.#steps.push(still(row, "forget", undefined));
      }
    } else if (a === undefined) this.#takeOneSided(row, "target");
    else if (b === undefined) this.#takeOneSided(row, "initiator");
    else if ((a.kind === "directory") !== (b.kind === "directory")) {
      const side = a.kind === "directory" ? "initiator" : "target";
      this.#frames.push({ kind: "clash", row, side, below: [] });
    } else this.#takeBoth(row);
  }

  #takeUnknown(row: Row, inside: boolean): void {
    const unknown = Object.values(row.now).filter(isUnknown);
    const excluded = unknown.some((entry) => entry.reason === "excluded");
    if (excluded && row.ancestor !== undefined) {
      this.#steps.push(still(row, "forget", undefined));
    }
    // What is inside an unknown directory has been told with that directory.
    if (!excluded && !inside) {
      const [{ detail, reason }] = unknown as [UnknownEntry];
      const told = { reason: detail ?? reason };
      this.#steps.push({ ...still(row, "blocked", row.ancestor), ...told });
    }
    const twoWay = this.#policy.direction === "both";
    if (!inside) this.#report(excluded && twoWay ? "stays" : "stuck");
    const hidden = perSide((side) =>
      isUnknown(row.now[side]) ? row.now[side] : undefined
    );
    this.#frames.push({ kind: "unknown", row, hidden });
  }

  /** Only `side` has something there. */
  #takeOneSided(row: Row, side: Side): void {
    const { direction } = this.#policy;
    const twoWay = direction === "both";
    const wasKnown = row.base[opposite(side)] !== undefined;
    const unchanged = isUnchanged(row.base[side], row.now[side], this.#policy);
    if (direction === side || (twoWay && unchanged)) {
      if (row.now[side]?.kind !== "directory") return this.#remove(row, side);
      this.#frames.push({ kind: "deleted", row, side, fate: "goes" });
      return;
    }
    const conflict = twoWay && wasKnown
      ? conflictOf(row, side, "deleted on one side, changed on the other")
      : undefined;
    this.#report("stays");
    this.#copy(row, side, conflict);
  }

  /** Both have an entry, and both or neither is a directory. */
  #takeBoth(row: Row): void {
    const policy = this.#policy;
    const now = row.now as PerSide<KnownEntry>;
    const changes = changesOf(row);
    if (agreeOnContent(now, changes, policy)) {
      this.#steps.push(mergeStep(row, policy));
      return;
    }
    if (policy.direction !== "both") {
      return this.#copy(row, opposite(policy.direction));
    }
    const [side, another] = changedSides(changes);
    if (side !== undefined && another === undefined) {
      return this.#copy(row, side);
    }
    const winner = winnerOf(now, policy, (entry) => entry.mtime);
    const reason = side === undefined
      ? "the contents differ although neither side changed"
      : "changed on both sides";
    this.#copy(row, winner, conflictOf(row, winner, reason));
  }

  #copy(row: Row, side: Side, conflict?: Conflict): void {
    const policy = this.#policy;
    const options = conflict === undefined ? { policy } : { policy, conflict };
    this.#steps.push(copyStep(row, side, options));
  }

  #remove(row: Row, side: Side): void {
    if (this.#policy.skipDeletion[side]) {
      this.#steps.push(still(row, "skipped", row.ancestor));
      return;
    }
    const setAside = asideOf(row, side, this.#policy);
    this.#steps.push(removeStep(row, side, setAside));
  }

  /** Tells the enclosing deleted directory what becomes of a piece of it. */
  #report(fate: Fate): void {
    const frame = this.#frames.at(-1);
    if (frame?.kind !== "deleted") return;
    if (FATES.indexOf(fate) > FATES.indexOf(frame.fate)) frame.fate = fate;
  }

  #close(): void {
    const frame = this.#frames.pop();
    if (frame?.kind === "deleted") this.#closeDeleted(frame);
    if (frame?.kind === "clash") this.#closeClash(frame);
  }

  #closeDeleted({ row, side, fate }: DeletedFrame): void {
    switch (fate) {
      case "goes":
        return this.#remove(row, side);
      case "stuck":
        // The piece that is in the way has been told already.
        return this.#report("stuck");
      case "stays":
        this.#report("stays");
        return this.#copy(row, side);
      default:
        return fate satisfies never;
    }
  }

  #closeClash(frame: ClashFrame): void {
    const { steps, directoryStands } = resolveClash(frame, this.#policy);
    for (const step of steps) this.#steps.push(step);
    if (!directoryStands) return;
    for (const child of frame.below) {
      this.#feed({ ...child, ancestor: undefined, base: NEITHER });
    }
  }
}

function isUnknown(node: Node): node is UnknownEntry {
  return node?.kind === "unknown";
}

function hide(row: Row, hidden: PerSide<Node>): Row {
  return {
    ...row,
    now: perSide((side) => hidden[side] ?? row.now[side]),
  };
}
