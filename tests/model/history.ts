/** Random histories: what stood on both sides, and what was done to it, round by round. */

import fc from "fast-check";
import { opposite, type Side } from "@/core/side.ts";
import {
  dir,
  fifo,
  file,
  link,
  type Literal,
  type Replicas,
} from "../support/replicas.ts";
import { act, ALL_DEEDS, type Edit, NAMES, pick, TIMES } from "./edit.ts";
import { treesOf } from "./tree.ts";

/** Who does an edit. */
export interface Deal {
  /** On which side. */
  readonly side: Side;
  /** What the other side does to the same path: nothing, the same, or something of its own. */
  readonly other: "nothing" | "the same" | Edit;
  /** The edit. */
  readonly edit: Edit;
}

/** A history. */
export interface History {
  /** What both have in the beginning: names of {@linkcode PIECES}. */
  readonly start: readonly string[];
  /** What happens before each run. */
  readonly rounds: readonly (readonly Deal[])[];
}

const PIECES: Literal = {
  a: file("first", { at: 1_000_000_000 }),
  b: link("a"),
  c: dir({ a: "c's@5", b: dir({ a: "deep@6" }), c: {} }, { at: 1e9 }),
  d: dir({ d: file("d's", { at: 7, mode: 0o600 }) }, { at: 1e9 }),
  p: fifo(),
  "not utf-8 \udcff": "odd@8",
  large: file("0123456789".repeat(3000), { at: 9 }),
};

/** All that a history may start with. */
export const ALL: readonly string[] = Object.keys(PIECES);

/** Edits of all sorts. */
export const arbEdit: fc.Arbitrary<Edit> = fc.record({
  deed: fc.constantFrom(...ALL_DEEDS),
  at: fc.nat(20),
  to: fc.nat(20),
  name: fc.oneof(
    { weight: 4, arbitrary: fc.nat(3) },
    { weight: 1, arbitrary: fc.nat(NAMES.length - 1) },
  ),
  text: fc.nat(7),
  time: fc.nat(TIMES.length - 1),
}, { noNullPrototype: true });

const arbDeal: fc.Arbitrary<Deal> = fc.record({
  side: fc.constantFrom<Side[]>("initiator", "target"),
  other: fc.oneof(
    { weight: 5, arbitrary: fc.constant("nothing" as const) },
    { weight: 1, arbitrary: fc.constant("the same" as const) },
    { weight: 2, arbitrary: arbEdit },
  ),
  edit: arbEdit,
}, { noNullPrototype: true });

/** Histories of some rounds. */
export function arbHistory(
  limits: {
    readonly rounds: number;
    readonly edits: readonly [number, number];
  },
): fc.Arbitrary<History> {
  return fc.record({
    start: fc.subarray([...ALL]),
    rounds: fc.array(
      fc.array(arbDeal, {
        minLength: limits.edits[0],
        maxLength: limits.edits[1],
        size: "max",
      }),
      {
        minLength: 1,
        maxLength: limits.rounds,
        size: "max",
      },
    ),
  }, { noNullPrototype: true });
}

/** Gives both what a history starts with. */
export function begin(pair: Replicas, history: Pick<History, "start">): void {
  for (const name of history.start) {
    pair.put("both", { [name]: PIECES[name] ?? null });
  }
}

/**
 * Does what somebody does between two runs.
 *
 * @returns What was done, in order.
 */
export function live(
  pair: Replicas,
  deals: readonly Deal[],
  write: (text: number) => string,
): string[] {
  return deals.flatMap(({ side, other, edit }) => {
    const trees = treesOf(pair);
    const paths = [...trees[side].keys()];
    const path = pick(paths, edit.at);
    const place = { pair, side, path, paths, write };
    const done = [act(place, edit)];
    if (other === "nothing") return done;
    const there = opposite(side);
    const facing = { ...place, side: there, paths: [...trees[there].keys()] };
    return [...done, act(facing, other === "the same" ? edit : other)];
  }).filter((line) => line !== undefined);
}

/** Contents that come again, some of the same length. */
export function pooledText(text: number): string {
  return pick([
    "",
    "one",
    "two",
    "three",
    "four",
    "fifth",
    "x".repeat(5000),
    "y".repeat(30_000),
  ], text);
}

/** Contents that never come again, no two of one size. */
export function uniqueTexts(): (text: number) => string {
  let count = 0;
  return (text) => {
    const size = pick([0, 0, 0, 1000, 5000, 30_000], text) + ++count;
    return `${count} `.padEnd(size, "-").slice(0, size);
  };
}
