/** Stopping a run at a chosen moment, and what must hold afterwards. */

import { deepStrictEqual as equal } from "node:assert/strict";
import { SIDES } from "@/core/side.ts";
import { exits, isSettled, noLitter, standingTexts } from "./evidence.ts";
import { Replicas } from "./replicas.ts";

type Event = Readonly<Record<string, unknown>>;

/** Whether a progress event is about a phase. */
export function isIn(phase: string): (event: Event) => boolean {
  return ({ kind, progress }) =>
    kind === "progress" && (progress as { phase: string }).phase === phase;
}

/** The nth change that is reported. */
export function atChange(number: number): (event: Event) => boolean {
  let count = 0;
  return ({ kind }) => kind === "changed" && ++count === number;
}

/** Nothing is lost, and the next run completes. */
export async function completes(
  pair: Replicas,
  before: Set<string>,
): Promise<void> {
  standAll(pair, before);
  exits(0, await pair.run());
  equal(pair.tree("initiator"), pair.tree("target"));
  noLitter(pair);
  standAll(pair, before);
  await isSettled(pair);
}

/** Nothing of what stood somewhere is lost. */
export function standAll(pair: Replicas, texts: Set<string>): void {
  const lost = texts.difference(standingTexts(pair));
  equal([...lost].map((text) => text.slice(0, 80)), []);
}

/**
 * Makes events long: what a run has said and nobody has read fills the pipe,
 * so that it cannot end before the signal arrives.
 */
const LONG = `${"long".repeat(60)}/${"path".repeat(60)}`;

/** Small files on both sides, some of them in conflict. */
export function manyFiles(count: number): Replicas {
  const pair = new Replicas();
  for (const side of SIDES) {
    const tree: Record<string, string> = {};
    for (let index = 0; index < count; index++) {
      const shared = index % 4 === 0;
      const name = shared ? `both-${index}` : `${side}-${index}`;
      tree[`d${index % 20}/${LONG}/${name}`] = `${side} ${index}`;
    }
    pair.put(side, tree);
  }
  return pair;
}
