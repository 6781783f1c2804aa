/** Two replicas in memory, with the ancestor, and what a run does to them. */

import type { Entry, Meta, Node } from "@/core/entry.ts";
import {
  comparePaths,
  isBelow,
  parentPath,
  type RelPath,
} from "@/core/path.ts";
import { type Holds, HOLDS_ALL, type Policy } from "@/core/policy.ts";
import { needsDigest } from "@/core/reconcile.ts";
import {
  mapSides,
  opposite,
  type PerSide,
  perSide,
  type Side,
} from "@/core/side.ts";
import {
  type Action,
  LEAVE,
  type Outcome,
  type Remove,
  type Row,
} from "@/core/step.ts";
import { sameContent, type Tree, unread } from "./trees.ts";

/** A piece that was set aside. */
export interface Kept {
  /** Where it was. */
  readonly path: RelPath;
  /** What it was. */
  readonly entry: Entry;
}

/** Everything there is; actions change it. */
export interface World {
  /** The replicas. */
  readonly now: PerSide<Map<RelPath, Entry>>;
  /** What both agreed on. */
  ancestor: Tree;
  /** How each side looked when they did. */
  base: PerSide<Tree>;
  /** Old versions. */
  readonly backup: PerSide<Kept[]>;
  /** Soft deletions. */
  readonly deleted: PerSide<Kept[]>;
  /** Whether entries have inodes and ctimes. */
  readonly stamped: boolean;
  /** What the filesystems keep of what they are given. */
  readonly holds: PerSide<Holds>;
  /** Counts the changes, for ctimes. */
  clock: bigint;
}

/** Whose new pieces are when nobody says so. */
const SYSTEM = { uid: 99, gid: 99 };

/** What {@linkcode worldOf} may be told. */
export interface WorldOptions {
  /** How each side looked when they agreed; the ancestor by default. */
  readonly base?: PerSide<Tree>;
  /** Whether entries have inodes and ctimes. */
  readonly stamped?: boolean;
  /** What the filesystems keep of what they are given; everything by default. */
  readonly holds?: PerSide<Holds>;
}

/** A world; copies what it is given. */
export function worldOf(
  ancestor: Tree,
  now: PerSide<Tree>,
  options: WorldOptions = {},
): World {
  return {
    now: mapSides(now, (entries) => new Map(entries)),
    ancestor,
    base: options.base ?? perSide(() => ancestor),
    backup: perSide(() => []),
    deleted: perSide(() => []),
    stamped: options.stamped ?? false,
    holds: options.holds ?? perSide(() => HOLDS_ALL),
    clock: 10n ** 15n,
  };
}

/** A world of its own, equal to `world`. */
export function copyOf(world: World): World {
  return {
    ...world,
    now: mapSides(world.now, (entries) => new Map(entries)),
    backup: mapSides(world.backup, (kept) => [...kept]),
    deleted: mapSides(world.deleted, (kept) => [...kept]),
  };
}

/** The rows of a merge walk in which every content has been read. */
export function rowsOf(world: World): Row[] {
  const trees = [world.ancestor, ...sidesOf(world.base), ...sidesOf(world.now)];
  const paths = new Set(trees.flatMap((entries) => [...entries.keys()]));
  return [...paths].sort(comparePaths).map((path) => ({
    path,
    ancestor: world.ancestor.get(path),
    base: mapSides(world.base, (entries) => entries.get(path)),
    now: mapSides(world.now, (entries) => entries.get(path)),
  }));
}

/** The rows as a run sees them: contents are read only where the engine asks for it. */
export function scannedRowsOf(world: World, policy: Policy): Row[] {
  return rowsOf(world).map((row) => {
    const bare: Row = {
      path: row.path,
      ancestor: row.ancestor && unread(row.ancestor),
      base: mapSides(row.base, (node) => node && unread(node)),
      now: mapSides(row.now, (node) => node && unread(node)),
    };
    return needsDigest(bare, policy) ? { ...bare, now: row.now } : bare;
  });
}

/** Does one action as a replica does it. */
export function perform(world: World, side: Side, action: Action): Outcome {
  const entries = world.now[side];
  const here = entries.get(action.path);
  if (!looksLike(here, action.expect)) {
    return { kind: "stale", found: here?.kind ?? "nothing" };
  }
  const obstacle = obstacleTo(world, side, action);
  if (obstacle !== undefined) {
    const problem = {
      side,
      path: action.path,
      code: "model",
      message: obstacle,
    };
    return { kind: "failed", problem };
  }
  if (
    "setAside" in action && here !== undefined && action.setAside !== "none"
  ) {
    world[action.setAside][side].push({ path: action.path, entry: here });
  }
  const node = nodeAfter(world, side, action);
  if (node === undefined) entries.delete(action.path);
  else entries.set(action.path, node);
  return { kind: "done", node };
}

function obstacleTo(
  world: World,
  side: Side,
  action: Action,
): string | undefined {
  const entries = world.now[side];
  const here = entries.get(action.path);
  switch (action.kind) {
    case "make-directory":
      if (!isInDirectory(entries, action.path)) return "no parent";
      return here?.kind === "directory" ? "a directory already" : undefined;
    case "put": {
      if (!isInDirectory(entries, action.path)) return "no parent";
      if (hasInside(entries, action.path)) return "not empty";
      const source = world.now[opposite(side)].get(action.path);
      if (!source || !looksLike(source, action.source)) return "source gone";
      if (!sameContent(source, action.entry)) return "not what the source has";
      return undefined;
    }
    case "remove":
      return hasInside(entries, action.path) ? "not empty" : undefined;
    case "set-meta":
      return here && sameContent(here, action.entry)
        ? undefined
        : "content cannot be changed";
    default:
      return action satisfies never;
  }
}

function nodeAfter(world: World, side: Side, action: Action): Node {
  if (action.kind === "remove") return undefined;
  const here = world.now[side].get(action.path);
  const from = action.kind === "put"
    ? world.now[opposite(side)].get(action.path)
    : here;
  const { stamp: _, ...wanted } = action.entry;
  const given = { ...wanted, meta: metaAfter(action, here) };
  const entry = heldBy(world.holds[side], given);
  const whole = from?.kind === "file" && from.digest
    ? { ...entry, digest: from.digest }
    : entry;
  if (!world.stamped) return whole as Entry;
  const ctime = world.clock++;
  const inode = action.kind === "set-meta" && here && "stamp" in here
    ? here.stamp?.inode ?? ctime
    : ctime;
  return { ...whole, stamp: { device: 1, inode, ctime } } as Entry;
}

/** What is left of an entry on a filesystem. */
export function heldBy<E extends Entry>(holds: Holds, entry: E): E {
  if (entry.kind === "unknown") return entry;
  const { mode, uid, gid } = entry.meta;
  return {
    ...entry,
    mtime: entry.mtime - entry.mtime % BigInt(holds.timeStep),
    meta: {
      mode: holds.mode ? mode : 0o700,
      uid: holds.owner ? uid : SYSTEM.uid,
      gid: holds.group ? gid : SYSTEM.gid,
    },
  };
}

/** What does not travel: a new piece gets it from the system, the others keep it. */
function metaAfter(action: Exclude<Action, Remove>, here: Node): Meta {
  const { mode, uid, gid } = action.entry.meta;
  const isNew = action.kind !== "set-meta" || here === undefined ||
    here.kind === "unknown";
  const old = isNew ? SYSTEM : here.meta;
  return {
    mode,
    uid: uid === LEAVE ? old.uid : uid,
    gid: gid === LEAVE ? old.gid : gid,
  };
}

function looksLike(here: Node, expect: Node): boolean {
  if (here === undefined || expect === undefined) return here === expect;
  if (here.kind === "unknown" || expect.kind === "unknown") return false;
  return sameContent(here, expect) && here.mtime === expect.mtime &&
    here.meta.mode === expect.meta.mode && here.meta.uid === expect.meta.uid &&
    here.meta.gid === expect.meta.gid &&
    (!expect.stamp || here.stamp?.ctime === expect.stamp.ctime);
}

/** Whether a path is in a directory of the same tree. */
export function isInDirectory(entries: Tree, path: RelPath): boolean {
  return entries.get(parentPath(path))?.kind === "directory";
}

function hasInside(entries: Tree, path: RelPath): boolean {
  return [...entries.keys()].some((other) => isBelow(other, path));
}

function sidesOf<T>(pair: PerSide<T>): [T, T] {
  return [pair.initiator, pair.target];
}
