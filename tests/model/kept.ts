/** What must be among the backups and the deleted after a run, and nothing else. */

import { type PerSide, type Side, SIDES } from "@/core/side.ts";
import {
  above,
  type Area,
  AREAS,
  type Item,
  same,
  sameContent,
  told,
  type Tree,
} from "./tree.ts";

/** Both folders of both sides. */
export type KeptTrees = PerSide<Record<Area, Tree>>;

/** What there is before a run, and after. */
export interface Passage<T> {
  /** When it begins. */
  readonly before: T;
  /** When it has ended. */
  readonly after: T;
}

/** What is wrong with what a run set aside; `""` is a line of nobody. */
export function wronglyKept(
  replicas: Passage<PerSide<Tree>>,
  kept: Passage<KeptTrees>,
): string[] {
  return SIDES.flatMap((side) => {
    const trees = {
      before: replicas.before[side],
      after: replicas.after[side],
    };
    const here = { before: kept.before[side], after: kept.after[side] };
    return [...missing(side, trees, here), ...needless(side, trees, here)];
  });
}

/** What left a replica stands in its place among the kept. */
function missing(
  side: Side,
  trees: Passage<Tree>,
  kept: Passage<Record<Area, Tree>>,
): string[] {
  return [...trees.before].filter(([path, item]) =>
    item.kind !== "directory" && !sameContent(item, trees.after.get(path))
  ).flatMap(([path, item]) => {
    const areas = areasFor(trees.after, path);
    const has = areas.some((area) =>
      sameContent(kept.after[area].get(path), item) &&
      count(kept.after[area], path, item) > count(kept.before[area], path, item)
    );
    const where = `${side}: ${JSON.stringify(path)}`;
    return has
      ? []
      : [`${where} is not in ${areas.join(" or ")}: ${told(item)}`];
  });
}

/** Nothing is kept but what left, or was made anew with other attributes. */
function needless(
  side: Side,
  trees: Passage<Tree>,
  kept: Passage<Record<Area, Tree>>,
): string[] {
  return AREAS.flatMap((area) =>
    [...kept.after[area]].filter(([path, item]) => {
      if (item.kind === "directory") return false;
      const more = count(kept.after[area], path, item) -
        count(kept.before[area], path, item);
      const left = [...trees.before].filter(([each, was]) =>
        plain(each) === plain(path) && sameContent(was, item) &&
        !same(was, trees.after.get(each))
      );
      return more > left.length;
    }).map(([path, item]) =>
      `${side}: ${JSON.stringify(path)} is in ${area} for no reason: ${
        told(item)
      }`
    )
  );
}

/** What is replaced goes to the backup, what is deleted to the deleted; what goes with a whole directory may be in either. */
function areasFor(after: Tree, path: string): readonly Area[] {
  if (after.has(path)) return ["backup"];
  const parent = above(path) ?? "";
  return after.get(parent)?.kind === "directory" ? ["deleted"] : AREAS;
}

/** How often a content was kept under a path. */
function count(tree: Tree, path: string, item: Item): number {
  return [...tree].filter(([each, other]) =>
    plain(each) === plain(path) && sameContent(item, other)
  ).length;
}

/** A path without the numbers of those that gave way; these cost a long name its end. */
function plain(path: string): string {
  return path.split("/").map((name) =>
    name.replace(/\.~\d+~$/, "").slice(0, 240)
  )
    .join("/");
}
