/** How most situations begin and end. */

import { deepStrictEqual as deepEqual } from "node:assert/strict";
import { type Literal, Replicas } from "./replicas.ts";
import type { Ran, RunOptions } from "./osync.ts";

/** Two replicas that hold the same and know it. */
export async function agreed(
  tree: Literal,
  around: RunOptions = {},
): Promise<Replicas> {
  const pair = new Replicas();
  pair.put("initiator", tree);
  await pair.sync([], around);
  return pair;
}

/** A run and its options. */
export type Around = RunOptions & { readonly options?: readonly string[] };

/** Synchronises; fails unless the exit code is 0, both replicas are equal, and the next run has nothing to do. */
export async function settle(
  pair: Replicas,
  around: Around = {},
): Promise<Ran> {
  const ran = await pair.sync(around.options, around);
  await pair.mustBeEqual();
  await stayQuiet(pair, around);
  return ran;
}

/** Synchronises; fails unless there is nothing to do and nothing in the replicas is written. */
export async function stayQuiet(
  pair: Replicas,
  around: Around = {},
): Promise<void> {
  const before = pair.snapshot();
  const { events } = await pair.sync(around.options, around);
  deepEqual(events.filter(({ kind }) => kind === "changed"), []);
  deepEqual(pair.snapshot(), before);
}
