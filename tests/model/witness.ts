/**
 * Somebody who edits before and during a run, and remembers what they did:
 * what must be left of it afterwards needs no look at what osync does.
 */

import type { Side } from "@/core/side.ts";
import { type PerSide, SIDES } from "@/core/side.ts";
import type { Replicas } from "../support/replicas.ts";
import {
  above,
  AREAS,
  isBelow,
  type Item,
  keptTreesOf,
  same,
  sameContent,
  told,
  type Tree,
  treesOf,
} from "./tree.ts";

/** An edit at one path of one side. */
interface Mark {
  readonly side: Side;
  readonly path: string;
  /** What the edit left there. */
  readonly left: Item | undefined;
  /** Whether something came, went, or became of another kind. */
  readonly isPresence: boolean;
  /** Whether kind or content changed, not attributes alone. */
  readonly isContent: boolean;
  /** Whether the run had made up its mind. */
  readonly isLate: boolean;
}

/** Remembers all edits of two replicas. */
export class Witness {
  readonly #pair: Replicas;
  readonly #start: PerSide<Tree>;
  readonly #marks: Mark[] = [];
  /** Contents that nobody but osync can have taken away. */
  readonly #obliged = new Set<string>();

  /** Takes what both have now for what both agreed on. */
  constructor(pair: Replicas) {
    this.#pair = pair;
    this.#start = treesOf(pair);
    this.#oblige(this.#start);
  }

  /** Remembers what somebody does to the replicas. */
  watch<T>(isLate: boolean, act: () => T): T {
    const before = treesOf(this.#pair);
    const done = act();
    const after = treesOf(this.#pair);
    for (const side of SIDES) {
      for (const path of differing(before[side], after[side])) {
        const [was, left] = [before[side].get(path), after[side].get(path)];
        const isPresence = [was, left].some((each) =>
          each?.kind !== "directory"
        );
        const isContent = !sameContent(was, left);
        const what = { isPresence, isContent, isLate };
        this.#marks.push({ side, path, left, ...what });
      }
    }
    this.#oblige(after);
    this.#release(before, after);
    return done;
  }

  /** What is nowhere, neither in a replica nor among the kept. */
  lost(): string[] {
    const there = this.#everything();
    return [...this.#obliged].filter((content) => !there.has(content)).map(
      (content) => `Lost: ${content.slice(0, 60)}`,
    );
  }

  /**
   * What was written while the run was making its changes, and is not there
   * any more. New attributes do not protect: a rename leaves no moment at which
   * they could be looked at. What was made in a directory that had to leave
   * again, as somebody had edited what it was to replace, need only be kept.
   */
  overwritten(): string[] {
    const trees = treesOf(this.#pair);
    const last = new Map(
      this.#marks.filter(({ isContent }) => isContent)
        .map((mark) => [`${mark.side}/${mark.path}`, mark]),
    );
    return [...last.values()].filter(({ side, path, left, isLate }) =>
      isLate && left !== undefined &&
      trees[side].get(above(path) ?? "")?.kind === "directory" &&
      !sameContent(left, trees[side].get(path))
    ).map(({ side, path, left }) =>
      `${side}: ${JSON.stringify(path)} was overwritten: ${told(left)} by ${
        told(trees[side].get(path))
      }`
    );
  }

  /**
   * Paths that only one side edited, or none, and that are in the end not what
   * that side left there.
   */
  disobeyed(): string[] {
    const end = treesOf(this.#pair).initiator;
    const paths = [
      ...this.#start.initiator.keys(),
      ...this.#marks.map(({ path }) => path),
    ];
    return [...new Set(paths)].flatMap((path) => {
      const mine = this.#marks.filter((mark) => mark.path === path);
      const top = this.#topOf(path);
      const concerned = this.#marks.filter((mark) =>
        mark.path === top || isBelow(mark.path, top)
      );
      const sides = new Set(concerned.map(({ side }) => side));
      const last = mine.at(-1);
      const wanted = last ? last.left : this.#start.initiator.get(path);
      if (sides.size > 1 || same(wanted, end.get(path))) return [];
      return [
        `${JSON.stringify(path)} should be ${told(wanted)}, is ${
          told(end.get(path))
        }`,
      ];
    });
  }

  /** The highest path, at or above another one, that came, went, or became another thing. */
  #topOf(path: string): string {
    const tops = this.#marks.filter((mark) =>
      mark.isPresence && isBelow(path, mark.path)
    ).map((mark) => mark.path);
    return tops.sort((a, b) => a.length - b.length)[0] ?? path;
  }

  #oblige(trees: PerSide<Tree>): void {
    for (const side of SIDES) {
      for (const item of trees[side].values()) {
        this.#obliged.add(contentOf(item));
      }
    }
  }

  /** What its last owner threw away need not be kept. */
  #release(before: PerSide<Tree>, after: PerSide<Tree>): void {
    const gone = SIDES.flatMap((side) =>
      differing(before[side], after[side]).map((path) => before[side].get(path))
    ).filter((item) => item !== undefined).map(contentOf);
    if (gone.length === 0) return;
    const there = this.#everything();
    for (const content of gone) {
      if (!there.has(content)) this.#obliged.delete(content);
    }
  }

  /** Contents in both replicas and among what they have set aside. */
  #everything(): Set<string> {
    const trees = treesOf(this.#pair);
    const kept = keptTreesOf(this.#pair);
    const all = SIDES.flatMap((
      side,
    ) => [trees[side], ...AREAS.map((area) => kept[side][area])]);
    return new Set(all.flatMap((tree) => [...tree.values()].map(contentOf)));
  }
}

function contentOf({ kind, text }: Item): string {
  return kind === "directory" ? "directory" : `${kind} ${text}`;
}

/** Paths at which something was done, be it a chmod to what was. */
function differing(before: Tree, after: Tree): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => {
    const [was, is] = [before.get(path), after.get(path)];
    return !same(was, is) || is?.kind === "file" && was?.ctime !== is.ctime;
  });
}
