/**
 * The outcome table, path by path: given what both sides last agreed on and
 * what each of them has, is this what both may have after a run?
 *
 * Where the documentation leaves it open, every reading of it passes.
 */

import { opposite, type PerSide, type Side, SIDES } from "@/core/side.ts";
import {
  above,
  isBelow,
  isHiddenEdit,
  type Item,
  same,
  sameContent,
  told,
  type Tree,
} from "./tree.ts";

/** What a run starts from. */
export interface Before extends PerSide<Tree> {
  /** What both agreed on; empty before the first run. */
  readonly ancestor: Tree;
  /** What each side had when they did. */
  readonly was: PerSide<Tree>;
  /** Whether contents decide, whatever their times. */
  readonly checksum: boolean;
}

/** A path, as three trees have it. */
interface Row {
  readonly path: string;
  readonly old: Item | undefined;
  readonly now: PerSide<Item | undefined>;
}

/** What is wrong with what both have after a run, one line for each path. */
export function wrongOutcomes(before: Before, after: Tree): string[] {
  return allPaths(before, after).flatMap((path) => {
    const parent = above(path);
    // Nothing can be there; whether that is right is judged further up.
    if (parent !== undefined && after.get(parent)?.kind !== "directory") {
      return [];
    }
    const row = rowOf(before, path);
    const wrong = judge(before, row, after.get(path));
    return wrong === undefined ? [] : [line(row, after.get(path), wrong)];
  });
}

function allPaths(before: Before, after: Tree): string[] {
  const trees = [before.ancestor, before.initiator, before.target, after];
  return [...new Set(trees.flatMap((tree) => [...tree.keys()]))];
}

function rowOf(before: Before, path: string): Row {
  const now = {
    initiator: before.initiator.get(path),
    target: before.target.get(path),
  };
  return { path, old: before.ancestor.get(path), now };
}

function line({ path, old, now }: Row, after: Item | undefined, wrong: string) {
  return `${JSON.stringify(path)} ${wrong}:\n  ancestor  ${
    told(old)
  }\n  initiator ${told(now.initiator)}\n  target    ${
    told(now.target)
  }\n  after     ${told(after)}`;
}

/** Says what is wrong with a path; `undefined` if nothing. */
function judge(
  before: Before,
  row: Row,
  after: Item | undefined,
): string | undefined {
  const { old, now } = row;
  for (const side of SIDES) {
    const [mine, theirs] = [now[side], now[opposite(side)]];
    if (mine?.kind !== "directory" || theirs?.kind === "directory") continue;
    return theirs === undefined
      ? judgeLoneDirectory(before, row, { side, after })
      : judgeKinds(before, row, { side, after });
  }
  const [ours, theirs] = [now.initiator, now.target];
  if (ours !== undefined && theirs !== undefined) {
    return judgeBoth(before, row, after);
  }
  const mine = ours ?? theirs;
  if (mine === undefined) return after && "came from nowhere";
  const mayStay = !same(old, mine);
  // Whether new attributes alone are an edit that a deletion must not take is not said.
  const mayGo = isHiddenEdit(old, mine) || sameContent(old, mine) &&
      (mine.kind !== "file" || mine.mtime === old?.mtime || before.checksum);
  if (after === undefined) return mayGo ? undefined : "is lost";
  if (!mayStay && !isInRival(before, row.path)) return "was not deleted";
  return same(after, mine) ? undefined : "is not what one side has";
}

interface At {
  readonly side: Side;
  readonly after: Item | undefined;
}

/** A directory on one side, nothing on the other. */
function judgeLoneDirectory(
  before: Before,
  { path, old, now }: Row,
  { side, after }: At,
): string | undefined {
  if (after !== undefined && after.kind !== "directory") {
    return "is no directory";
  }
  if (old?.kind !== "directory" || hasNews(before, side, path)) {
    if (after === undefined) return "is lost";
    return sameAttributes(after, now[side])
      ? undefined
      : "has other attributes";
  }
  if (after === undefined) return undefined;
  const mustGo = isUntouched(before, side, path) && !isInRival(before, path);
  return mustGo ? "was not deleted" : undefined;
}

/**
 * Whether a directory above a path is something else on the other side: whether
 * such a directory comes back whole, or only what is new in it, is not said.
 */
function isInRival({ initiator, target }: Before, path: string): boolean {
  for (let each = above(path); each !== undefined; each = above(each)) {
    const kinds = [initiator.get(each)?.kind, target.get(each)?.kind];
    if (!kinds.includes(undefined) && kinds[0] !== kinds[1]) return true;
  }
  return false;
}

/** A directory on one side, something else on the other. */
function judgeKinds(
  before: Before,
  { path, old, now }: Row,
  { side, after }: At,
): string | undefined {
  const [mine, theirs] = [now[side], now[opposite(side)]];
  const mayWin = !isUntouched(before, side, path);
  const mayLose = !same(old, theirs);
  const winners = old?.kind === "directory" || sameContent(old, theirs) ||
      isHiddenEdit(old, theirs)
    // Either side may count as unchanged, or as one that was edited within.
    ? SIDES
    // A directory may be as new as it says, or as the newest of what is in it.
    : timesOf(before[side], path).map((mtime) =>
      newer({ ...now, [side]: { mtime } })
    );
  if (after?.kind === "directory") {
    if (!mayWin) return "was unchanged and won";
    if (!winners.includes(side)) return "is older and won";
    return sameAttributes(after, mine) || sameAttributes(after, theirs)
      ? undefined
      : "has other attributes";
  }
  if (!mayLose) return "was edited and lost";
  if (!winners.includes(opposite(side))) return "is newer and lost";
  return same(after, theirs) ? undefined : "is not what one side has";
}

/** The times of a directory, and of all that is in it. */
function timesOf(tree: Tree, path: string): bigint[] {
  const own = tree.get(path)?.mtime ?? 0n;
  const inside = [...tree].filter(([each]) => isBelow(each, path))
    .map(([, { mtime }]) => mtime);
  return [own, ...inside.filter((mtime) => mtime > own)];
}

/** Something on both sides: two directories, or none. */
function judgeBoth(
  before: Before,
  row: Row,
  after: Item | undefined,
): string | undefined {
  const { old, now } = row;
  const { initiator, target } = now;
  const isOpen = SIDES.some((side) => mayHideLess(before, row, side));
  for (const side of SIDES) {
    if (!isOpen && old && same(old, now[side])) {
      const theirs = now[opposite(side)];
      return same(theirs, after)
        ? undefined
        : "is not what one side made of it";
    }
  }
  const winners = SIDES.filter((side) => isOpen || mayWinContent(row, side));
  const winner = winners.find((side) =>
    sameContent(now[side], after) &&
    (after?.kind !== "file" || now[side]?.mtime === after.mtime)
  );
  if (!winner) return `has not the content that ${winners} should win`;
  for (const name of ["mode", "uid", "gid"] as const) {
    const values =
      sameContent(initiator, target) || sameContent(initiator, old) ||
        sameContent(target, old)
        ? attributeAfter(row, name)
        : [initiator?.[name], target?.[name]];
    if (!values.includes(after?.[name])) return `has another ${name}`;
  }
  return undefined;
}

/**
 * Whether a side has a hidden edit, and the other one has changed attributes
 * of the same file, be it to the same: either may hold the edit then.
 */
function mayHideLess({ was }: Before, { path, old, now }: Row, side: Side) {
  const there = opposite(side);
  return isHiddenEdit(old, now[side]) &&
    was[there].get(path)?.ctime !== now[there]?.ctime;
}

function mayWinContent({ old, now }: Row, side: Side): boolean {
  const [mine, theirs] = [now[side], now[opposite(side)]];
  const untouched = (item: Item | undefined) =>
    old !== undefined && sameContent(old, item) &&
    (old.kind !== "file" || old.mtime === item?.mtime);
  if (untouched(mine)) return untouched(theirs);
  if (untouched(theirs)) return true;
  if (!isHiddenEdit(old, mine) && isHiddenEdit(old, theirs)) return true;
  // The same result, or a touch against an edit: no word on whose time it is.
  if (
    sameContent(mine, theirs) || sameContent(mine, old) ||
    sameContent(theirs, old)
  ) return true;
  return newer(now) === side;
}

/** Who wins a conflict. */
function newer(
  { initiator, target }: PerSide<Pick<Item, "mtime"> | undefined>,
): Side {
  return (target?.mtime ?? 0n) > (initiator?.mtime ?? 0n)
    ? "target"
    : "initiator";
}

/** An attribute follows the side that changed it. */
function attributeAfter({ old, now }: Row, name: "mode" | "uid" | "gid") {
  const { initiator, target } = now;
  const [was, ours, theirs] = [old?.[name], initiator?.[name], target?.[name]];
  if (old?.kind === initiator?.kind && old?.kind === target?.kind) {
    if (ours === was) return [theirs];
    if (theirs === was) return [ours];
  }
  return [ours, theirs];
}

function sameAttributes(x: Item | undefined, y: Item | undefined): boolean {
  return x?.mode === y?.mode && x?.uid === y?.uid && x?.gid === y?.gid;
}

/** Whether a side has something new or edited below a path. */
function hasNews(before: Before, side: Side, path: string): boolean {
  return [...before[side]].some(([each, item]) => {
    const old = before.ancestor.get(each);
    const isNews = !sameContent(old, item) ||
      (item.kind === "file" && old?.mtime !== item.mtime);
    return isBelow(each, path) && isNews && !isHiddenEdit(old, item);
  });
}

/** Whether a side has at a path, and below it, what both agreed on. */
function isUntouched(before: Before, side: Side, path: string): boolean {
  const isInside = (each: string) => each === path || isBelow(each, path);
  const paths = [...before.ancestor.keys(), ...before[side].keys()];
  return paths.filter(isInside).every((each) =>
    same(before.ancestor.get(each), before[side].get(each))
  );
}
