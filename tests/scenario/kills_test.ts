/** Processes that get SIGKILL at moments nobody chose, on trees of some hundred files. */

import { SIDES } from "@/core/side.ts";
import { interruptBare } from "../support/bare.ts";
import { firstSeed, reportFigures, runs } from "../support/effort.ts";
import { pathsIn, standingTexts } from "../support/evidence.ts";
import {
  atChange,
  completes,
  isIn,
  manyFiles,
  standAll,
} from "../support/interruption.ts";
import type { Replicas } from "../support/replicas.ts";

const KILLS = 8;

/** Changes a share of both replicas, with contents that never were before. */
function edit(pair: Replicas, round: number, random: () => number): void {
  for (const side of SIDES) {
    const paths = pathsIn(pair.path(side)).filter((path) =>
      /^d.*\/(both|initiator|target)/.test(path)
    );
    for (const path of paths) {
      const dice = random();
      if (dice < 0.12) pair.put(side, { [path]: `${round} ${side} ${path}` });
      else if (dice < 0.17) pair.remove(side, path);
      else if (dice < 0.2) {
        pair.put(side, {
          [`${path}.${round}`]: `new ${round} ${side} ${path}`,
        });
      }
    }
  }
}

/** Numbers from 0 to 1 that are the same every time. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const counts = { kills: 0, trees: 0 };

async function killAgainAndAgain(seed: number): Promise<void> {
  using pair = manyFiles(250);
  await pair.sync();
  counts.trees++;
  const random = sequence(seed);
  for (let round = 0; round < KILLS; round++) {
    edit(pair, round, random);
    const before = standingTexts(pair);
    const at = Math.floor(random() * 150);
    const phase = ["scan", "commit", "purge"][round % 9];
    const when = phase === undefined ? atChange(at) : isIn(phase);
    await interruptBare(pair, "SIGKILL", when);
    counts.kills++;
    standAll(pair, before);
  }
  await completes(pair, standingTexts(pair));
}

Deno.test("a run is killed again and again while both sides are edited: one more run makes them equal, and nothing is lost", async () => {
  for (let tree = 0; tree < runs(); tree++) {
    const seed = 6 + firstSeed() + tree;
    try {
      await killAgainAndAgain(seed);
    } catch (error) {
      throw new Error(`Seed ${seed}`, { cause: error });
    }
  }
  reportFigures("kills from outside", counts);
});
