/** What must be told as a conflict, and what must not. */

import { SIDES } from "@/core/side.ts";
import type { Before } from "./outcome.ts";
import { isBelow, isHiddenEdit, same, sameContent } from "./tree.ts";

/** Conflicts that a run should have told, or should not have. */
export function wronglyTold(
  before: Before,
  told: readonly string[],
): string[] {
  const paths = SIDES.flatMap((side) => [...before[side].keys()]);
  const missing = [...new Set(paths)].filter((path) =>
    isConflict(before, path) &&
    !told.some((each) => each === path || isBelow(path, each))
  );
  const needless = told.filter((path) =>
    !SIDES.every((side) => hasChanged(before, side, path))
  );
  return [
    ...missing.map((path) =>
      `${JSON.stringify(path)} is a conflict and not told as one`
    ),
    ...needless.map((path) =>
      `${JSON.stringify(path)} is told as a conflict and is none`
    ),
  ];
}

/** Whether both sides have edited what is no directory to something different, or one has deleted it. */
function isConflict(
  { ancestor, initiator, target }: Before,
  path: string,
): boolean {
  const [old, ours, theirs] = [ancestor, initiator, target].map((tree) =>
    tree.get(path)
  );
  const kinds = [old, ours, theirs].map((item) => item?.kind);
  return !kinds.includes("directory") && !sameContent(ours, theirs) &&
    !sameContent(old, ours) && !sameContent(old, theirs) &&
    !isHiddenEdit(old, ours) && !isHiddenEdit(old, theirs);
}

/** Whether a side differs, at a path or below it, from what both agreed on. */
function hasChanged(
  before: Before,
  side: "initiator" | "target",
  path: string,
): boolean {
  const paths = [...before.ancestor.keys(), ...before[side].keys()];
  return paths.some((each) =>
    (each === path || isBelow(each, path)) &&
    (!same(before.ancestor.get(each), before[side].get(each)) ||
      before.was[side].get(each)?.ctime !== before[side].get(each)?.ctime)
  );
}
