/** What the ancestor of a world learns and forgets. */

import type { Entry, Node } from "@/core/entry.ts";
import { comparePaths, isBelow, type RelPath, ROOT } from "@/core/path.ts";
import { mapSides, type PerSide, perSide, SIDES } from "@/core/side.ts";
import type { Action, Outcome, Step } from "@/core/step.ts";
import type { Tree } from "./trees.ts";
import { isInDirectory, type World } from "./world.ts";

/** Drops what the ancestor has to forget before anything is done. */
export function forget(world: World, steps: readonly Step[]): void {
  const lost = steps.filter((step) => step.forgetFirst).map(({ path }) => path);
  const without = (entries: Tree): Tree =>
    new Map(
      [...entries].filter(([path]) =>
        !lost.some((top) => path === top || isBelow(path, top))
      ),
    );
  world.ancestor = without(world.ancestor);
  world.base = mapSides(world.base, without);
}

/**
 * Advances the ancestor by what really happened.
 *
 * @param steps All steps of a run.
 * @param outcomes For each action that was tried.
 */
export function fold(
  world: World,
  steps: readonly Step[],
  outcomes: ReadonlyMap<Action, Outcome>,
): void {
  const ancestor = new Map(world.ancestor);
  const base = mapSides(world.base, (entries) => new Map(entries));
  for (const step of steps) {
    const { path, result, verdict } = step;
    if (verdict === "skipped" || verdict === "blocked") continue;
    const seen = nodesAfter(step, outcomes);
    if (seen === undefined) continue;
    put(ancestor, path, result);
    for (const side of SIDES) {
      put(base[side], path, result && (seen[side] ?? result));
    }
  }
  world.ancestor = rooted(ancestor);
  world.base = mapSides(
    base,
    (entries) =>
      new Map([...entries].filter(([path]) => world.ancestor.has(path))),
  );
}

/** What both sides hold after a step, if all of it was done. */
function nodesAfter(
  { actions, now }: Step,
  outcomes: ReadonlyMap<Action, Outcome>,
): PerSide<Node> | undefined {
  const tried = mapSides(
    actions,
    (action) => action && outcomes.get(action),
  );
  const isDone = SIDES.every((side) =>
    actions[side] === undefined || tried[side]?.kind === "done"
  );
  if (!isDone) return undefined;
  return perSide((side) => {
    const outcome = tried[side];
    return outcome?.kind === "done" ? outcome.node : now[side];
  });
}

function put(entries: Map<RelPath, Entry>, path: RelPath, node: Node): void {
  if (node === undefined) entries.delete(path);
  else entries.set(path, node);
}

/** Drops what is not in a directory of the same tree. */
function rooted(entries: Tree): Tree {
  const kept = new Map<RelPath, Entry>();
  for (const path of [...entries.keys()].sort(comparePaths)) {
    if (path === ROOT || isInDirectory(kept, path)) {
      put(kept, path, entries.get(path));
    }
  }
  return kept;
}
