/** Random trees and worlds, small enough that names and contents collide all the time. */

import fc from "fast-check";
import type { Entry, UnknownReason } from "@/core/entry.ts";
import { childPath, type RelPath, ROOT } from "@/core/path.ts";
import { DEFAULT_POLICY, type Policy } from "@/core/policy.ts";
import { mapSides, type Side } from "@/core/side.ts";
import {
  type Edit,
  fileOf,
  grown,
  moved,
  ordered,
  type Placed,
  stampedTree,
} from "./growth.ts";
import { digestOf, type Tree } from "./trees.ts";
import { heldBy, type World, worldOf } from "./world.ts";

// "-" sorts before the slash and the odd byte after everything.
const NAMES = ["a", "a-", "\udcff"];

/** What a world may have in it. */
export interface Wild {
  /** Things that cannot be read, or are excluded. */
  readonly unknowns?: boolean;
  /** Never a first run. */
  readonly known?: boolean;
}

const arbMeta = fc.record({
  mode: fc.constantFrom(0o644, 0o600, 0o755),
  uid: fc.constantFrom(0, 0, 0, 7),
  gid: fc.constant(0),
}, { noNullPrototype: true });

const arbWhen = fc.nat(3);

const arbFile: fc.Arbitrary<Entry> = fc
  .tuple(fc.nat(2), fc.nat(1), arbWhen, arbMeta)
  .map(([row, column, when, meta]) => fileOf(row, column, { when, meta }));

const arbLeaf: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 6, arbitrary: arbFile },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom("t", "u"), arbWhen).map((
      [target, when],
    ): Entry => ({
      kind: "symlink",
      target,
      mtime: BigInt(when * 10),
      meta: { mode: 0o777, uid: 0, gid: 0 },
    })),
  },
  {
    weight: 1,
    arbitrary: arbMeta.map((meta): Entry => ({
      kind: "fifo",
      mtime: 5n,
      meta,
    })),
  },
);

const arbDirectory: fc.Arbitrary<Entry> = fc.tuple(arbWhen, arbMeta).map((
  [when, meta],
) => ({ kind: "directory", mtime: BigInt(when * 10), meta }));

/** A tree up to three levels deep. */
export function arbTree(): fc.Arbitrary<Tree> {
  return arbInside(3).chain((inside) =>
    arbDirectory.map((root) => ordered([[ROOT, root], ...inside]))
  );
}

function arbInside(depth: number): fc.Arbitrary<Placed[]> {
  const arbPiece: fc.Arbitrary<Placed[]> = depth === 1
    ? arbLeaf.map((entry) => [[ROOT, entry]])
    : fc.oneof(
      arbLeaf.map((entry): Placed[] => [[ROOT, entry]]),
      fc.tuple(arbDirectory, arbInside(depth - 1)).map((
        [entry, inside],
      ): Placed[] => [[ROOT, entry], ...inside]),
    );
  return fc.tuple(...NAMES.map(() => fc.option(arbPiece, { nil: [] }))).map((
    pieces,
  ) => pieces.flatMap((piece, at) => moved(piece, NAMES[at] as RelPath)));
}

function arbEdit({ unknowns }: Wild): fc.Arbitrary<Edit> {
  const at = fc.nat(11);
  const piece = fc.oneof(
    arbLeaf.map((entry): Placed[] => [[ROOT, entry]]),
    fc.tuple(arbDirectory, arbInside(1)).map((
      [entry, inside],
    ): Placed[] => [[ROOT, entry], ...inside]),
  );
  const kind = <K extends Edit["kind"]>(name: K) => fc.constant(name);
  const reason = fc.constantFrom<UnknownReason>("excluded", "unreadable");
  const name = fc.constantFrom(...NAMES);
  const edits: fc.Arbitrary<Edit>[] = [
    fc.record({ kind: kind("delete"), at }),
    fc.record({ kind: kind("create"), at, name, piece }),
    fc.record({ kind: kind("replace"), at, piece }),
    fc.record({ kind: kind("touch"), at, when: arbWhen }),
    fc.record({ kind: kind("attributes"), at, meta: arbMeta }),
    fc.record({ kind: kind("hide"), at }),
  ];
  if (unknowns) edits.push(fc.record({ kind: kind("blind"), at, reason }));
  return fc.oneof(...edits);
}

/** A world before a run: sides that grew from the base, or have nothing to do with it. */
export function arbWorld(wild: Wild = {}): fc.Arbitrary<World> {
  const arbEdits = fc.array(arbEdit(wild), { maxLength: 5 });
  const arbSide = fc.record({
    edits: arbEdits,
    other: fc.oneof(
      { weight: 6, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: arbTree() },
    ),
  });
  return fc.record({
    base: arbTree(),
    stamped: fc.boolean(),
    first: wild.known
      ? fc.constant(false)
      : fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    initiator: arbSide,
    target: arbSide,
  }).map(({ base: bare, stamped, first, ...sides }) => {
    const origin = stamped ? stampedTree(bare) : bare;
    const base = first ? new Map() : origin;
    const now = mapSides(
      sides,
      ({ edits, other }) =>
        grown({ from: other ?? origin, edits, base, stamped }),
    );
    return worldOf(base, now, { stamped });
  });
}

/** Every way to decide conflicts and to keep what is replaced. */
export function arbPolicy(fixed: Partial<Policy> = {}): fc.Arbitrary<Policy> {
  return fc.record({
    prevalence: arbSide(),
    forcePrevalence: fc.boolean(),
    checksum: fc.boolean(),
  }).map((free) => ({ ...DEFAULT_POLICY, ...free, ...fixed }));
}

/** Filesystems that hold less than they are given, and a policy that knows. */
export function arbPoorWorld(): fc.Arbitrary<[World, Policy]> {
  const arbPreserve = fc.record({
    mode: fc.boolean(),
    owner: fc.boolean(),
    group: fc.boolean(),
    executability: fc.boolean(),
    directoryTimes: fc.boolean(),
  });
  const arbHolds = fc.record({
    mode: fc.boolean(),
    owner: fc.boolean(),
    group: fc.boolean(),
    timeStep: fc.constantFrom(1, 2),
  });
  return fc.tuple(arbWorld(), arbAnyPolicy(), arbPreserve, arbHolds, arbHolds)
    .map(([world, policy, preserve, initiator, target]) => {
      const holds = { initiator, target };
      const poor = (entries: Tree, side: Side): Tree =>
        new Map(
          [...entries].map(([path, entry]) => [
            path,
            heldBy(holds[side], entry),
          ]),
        );
      const { ancestor, stamped } = world;
      const now = mapSides(world.now, poor);
      const base = mapSides(world.base, poor);
      return [
        worldOf(ancestor, now, { base, stamped, holds }),
        { ...policy, preserve, holds },
      ];
    });
}

/** One of the two. */
export function arbSide(): fc.Arbitrary<Side> {
  return fc.constantFrom<Side>("initiator", "target");
}

/** Policies that change one side only. */
export function arbOneWay(): fc.Arbitrary<Policy> {
  return arbSide().chain((direction) => arbPolicy({ direction }));
}

/** Every sort of policy. */
export function arbAnyPolicy(): fc.Arbitrary<Policy> {
  return fc.oneof(
    arbPolicy(),
    arbPolicy({ keepBackup: false, softDelete: false }),
    arbOneWay(),
    fc.record({ initiator: fc.boolean(), target: fc.boolean() })
      .chain((skipDeletion) => arbPolicy({ skipDeletion })),
  );
}

/** What somebody does during a run: to a replica, and to what is expected in the end. */
export type Meddle = (now: World, expected: World, count: number) => void;

/** One edit, creation or deletion of a file before some action of a run. */
export function arbMeddling(): fc.Arbitrary<Meddle> {
  return fc.record({
    when: fc.nat(6),
    at: fc.nat(11),
    side: arbSide(),
    deleting: fc.boolean(),
  }).map(({ when, at, side, deleting }) => (world, expected, count) => {
    if (count !== when) return;
    const paths = [...world.now[side].keys()];
    const here = paths[at % paths.length] ?? ROOT;
    const isDirectory = world.now[side].get(here)?.kind === "directory";
    const path = isDirectory ? childPath(here, "new") : here;
    const entry = deleting ? undefined : meddled(world);
    for (const { now } of [world, expected]) {
      if (entry) now[side].set(path, entry);
      else now[side].delete(path);
    }
  });
}

function meddled(world: World): Entry {
  const ctime = world.clock++;
  const stamp = { device: 1, inode: ctime, ctime };
  return {
    kind: "file",
    size: 3,
    digest: digestOf("new"),
    mtime: 15n,
    meta: { mode: 0o644, uid: 0, gid: 0 },
    ...world.stamped && { stamp },
  };
}
