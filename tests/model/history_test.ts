/**
 * Whatever is done to both replicas between runs, round after round: both end
 * as a naive model of the outcome table says, what left them is kept, conflicts
 * are told, and the next run has nothing to do.
 */

import fc from "fast-check";
import { type PerSide, perSide } from "@/core/side.ts";
import { firstSeed, reportFigures, runs } from "../support/effort.ts";
import { FaultyFileSystem } from "../support/faulty_fs.ts";
import { Replicas } from "../support/replicas.ts";
import { wronglyTold } from "./conflicts.ts";
import {
  arbHistory,
  begin,
  type History,
  live,
  pooledText,
} from "./history.ts";
import { wronglyKept } from "./kept.ts";
import { type Before, wrongOutcomes } from "./outcome.ts";
import { inequality, optionsFor, unrest } from "./rest.ts";
import { hasTwins, keptTreesOf, type Tree, treesOf } from "./tree.ts";

const figures = { histories: 0, rounds: 0, edits: 0, violations: 0 };

/** Fails at the first promise that is not kept. */
async function liveThrough(history: History): Promise<void> {
  using pair = new Replicas();
  // Nobody waits for the disk here.
  using _ = new FaultyFileSystem({});
  figures.histories++;
  begin(pair, history);
  let was: PerSide<Tree> = perSide(() => new Map());
  for (const [round, deals] of history.rounds.entries()) {
    const done = live(pair, deals, pooledText);
    figures.rounds++;
    figures.edits += done.length;
    const wrong = await syncAndJudge(pair, was);
    if (wrong.length > 0) {
      figures.violations++;
      throw new Error([`Round ${round + 1}:`, ...done, ...wrong].join("\n"));
    }
    was = treesOf(pair);
  }
}

/** What is wrong with a run, and with the one after it. */
async function syncAndJudge(
  pair: Replicas,
  was: PerSide<Tree>,
): Promise<string[]> {
  const ancestor = was.initiator;
  const trees = treesOf(pair);
  const before: Before = {
    ancestor,
    was,
    checksum: hasTwins(ancestor, trees),
    ...trees,
  };
  const keptBefore = keptTreesOf(pair);
  const ran = await pair.run(optionsFor(ancestor, trees));
  if (ran.code !== 0) return [`Exit ${ran.code}: ${ran.stderr}`];
  const after = treesOf(pair);
  const kept = { before: keptBefore, after: keptTreesOf(pair) };
  const told = ran.report?.conflicts.map(({ path }) => path) ?? [];
  return [
    ...inequality(pair),
    ...wrongOutcomes(before, after.initiator),
    ...wronglyKept({ before, after }, kept),
    ...wronglyTold(before, told),
    ...await unrest(pair),
  ];
}

Deno.test("both replicas end as a naive model says, round after round", async () => {
  await fc.assert(
    fc.asyncProperty(arbHistory({ rounds: 5, edits: [0, 10] }), liveThrough),
    { seed: firstSeed(), numRuns: 30 * runs() },
  );
  reportFigures("model", figures);
});
