/** What is true of a world, in the words of the promises. */

import { deepStrictEqual as equal } from "node:assert/strict";
import type { Entry, UnknownReason } from "@/core/entry.ts";
import { isBelow, parentPath, type RelPath } from "@/core/path.ts";
import type { Policy } from "@/core/policy.ts";
import { mapSides, opposite, SIDES } from "@/core/side.ts";
import { contentOf, sketch, type Tree, unread } from "./trees.ts";
import type { World } from "./world.ts";

/** Both replicas and the ancestor hold the same. */
export function assertConverged({ now, ancestor }: World): void {
  equal(sketch(now.initiator), sketch(now.target));
  equal(sketch(withDigests(ancestor, now.initiator)), sketch(now.initiator));
}

/** Fills in the digests that nobody had to know. */
function withDigests(entries: Tree, from: Tree): Tree {
  return new Map([...entries].map(([path, entry]) => {
    const other = from.get(path);
    const unknown = entry.kind === "file" && entry.digest === undefined;
    return unknown && other?.kind === "file" && other.digest
      ? [path, { ...entry, digest: other.digest }]
      : [path, entry];
  }));
}

/** Both replicas hold the same, but for what nobody may touch under `policy`. */
export function assertEqualWhereKnown(world: World, policy: Policy): void {
  const { initiator, target } = mapSides(
    world.now,
    (entries) =>
      sketch(
        new Map(
          [...entries].filter(([path]) =>
            !isUntouchable(world, path, policy) &&
            !isStuck(world, path, policy)
          ),
        ),
      ),
  );
  equal(initiator, target);
}

/**
 * Whether a path or something above it cannot be known on one side, or is
 * a clash of a directory that cannot go with another kind that must stay.
 */
export function isUntouchable(
  { now }: World,
  path: RelPath,
  { direction }: Policy,
): boolean {
  return upwards(path).some((at) =>
    SIDES.some((side) => {
      const here = now[side].get(at);
      if (here?.kind === "unknown") return true;
      const there = now[opposite(side)].get(at);
      if (here?.kind !== "directory") return false;
      if (there === undefined || there.kind === "directory") return false;
      const hidden = hiddenIn(now[side], at);
      return hidden.includes("unreadable") ||
        (direction === side && hidden.length > 0);
    })
  );
}

/** Whether a path is a directory that one side has lost and the other cannot give up. */
function isStuck(
  { now }: World,
  path: RelPath,
  { direction }: Policy,
): boolean {
  return SIDES.some((side) =>
    !now[opposite(side)].has(path) &&
    hiddenIn(now[side], path).some((reason) =>
      reason === "unreadable" || direction === side
    )
  );
}

/** Why things in the directory at `path` are unknown. */
function hiddenIn(entries: Tree, path: RelPath): UnknownReason[] {
  return [...entries].flatMap(([other, entry]) =>
    entry.kind === "unknown" && isBelow(other, path) ? [entry.reason] : []
  );
}

function upwards(path: RelPath): RelPath[] {
  return path === "" ? [path] : [path, ...upwards(parentPath(path))];
}

/**
 * Whatever the ancestor has learnt since `before`, both replicas hold, and
 * each of them as the ancestor says.
 */
export function assertAncestorHonest(before: World, after: World): void {
  const learnt = new Map(
    [...after.ancestor].filter(([path]) =>
      !matches(after.ancestor, before.ancestor, path)
    ),
  );
  for (const side of SIDES) {
    const held = [...after.now[side]].filter(([path]) => learnt.has(path));
    equal(sketch(withDigests(learnt, after.now[side])), sketch(new Map(held)));
  }
}

function matches(some: Tree, others: Tree, path: RelPath): boolean {
  const [a, b] = [some, others].map((entries) => {
    const entry = entries.get(path);
    return entry && sketch(new Map([[path, unread(entry)]]))[path];
  });
  return a === b;
}

/** Every content that stood at a path before stands there afterwards, or was set aside from there. */
export function assertNothingLost(before: World, after: World): void {
  const kept = new Set([...inReplicas(after), ...setAside(after)]);
  equal([...inReplicas(before)].filter((content) => !kept.has(content)), []);
}

function inReplicas({ now }: World): string[] {
  return SIDES.flatMap((side) => [...now[side]].flatMap(contentAt));
}

function setAside({ backup, deleted }: World): string[] {
  return SIDES.flatMap((side) => [...backup[side], ...deleted[side]])
    .flatMap(({ path, entry }) => contentAt([path, entry]));
}

function contentAt([path, entry]: [RelPath, Entry]): string[] {
  return entry.kind === "file" || entry.kind === "symlink"
    ? [`${path}: ${contentOf(entry)}`]
    : [];
}
