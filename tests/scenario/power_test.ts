/** Whenever the power is cut, nothing is lost, and the next run ends where an undisturbed one ends. */

import { ok } from "node:assert/strict";
import { firstSeed, reportFigures, runs } from "../support/effort.ts";
import { Random } from "../support/random.ts";
import type { SimDisk } from "../support/sim_disk.ts";
import type { Luck, Model } from "../support/sim_journal.ts";
import {
  edited,
  type Expected,
  mends,
  undisturbed,
  unsynced,
} from "../support/sim_story.ts";
import { reboot, type Setup, syncDisk } from "../support/sim_world.ts";

const LUCKS: readonly Luck[] = [
  "all lost",
  "all kept",
  "only names",
  "only data",
];
const MODELS: readonly Model[] = ["ordered", "loose"];

/** Random disks made up for each moment. */
const RANDOM_DISKS = 2 * runs();
/** Every moment in the long run, else every third, which is another one each time. */
const STRIDE = runs() > 1 ? 1 : 3;

const counts = { cuts: 0, disks: 0, "second cuts": 0, violations: 0 };

/** Checks all disks that a cut at one moment may leave. */
async function checkCut(
  disk: SimDisk,
  after: number,
  expected: Expected,
): Promise<void> {
  counts.cuts++;
  const { clock } = disk;
  for (const model of MODELS) {
    const seeds = Array.from(
      { length: RANDOM_DISKS },
      (_, index) => firstSeed() * 1000 + after * 31 + index,
    );
    for (const luck of [...LUCKS, ...seeds]) {
      counts.disks++;
      const lucky = (): Luck =>
        typeof luck === "number" ? new Random(luck) : luck;
      const left = () => reboot(disk.journal.cut(after, model, lucky()), clock);
      try {
        const first = left();
        await mends(first, expected);
        if (typeof luck !== "number") continue;
        // The recovering run loses its power too.
        const second = left();
        await syncDisk(second, expected.setup);
        const random = new Random(luck);
        const at = random.below(second.journal.length + 1);
        counts["second cuts"]++;
        const inodes = second.journal.cut(at, model, random);
        await mends(reboot(inodes, second.clock), expected);
      } catch (error) {
        counts.violations++;
        const how = typeof luck === "number" ? `seed ${luck}` : luck;
        throw new Error(`Cut after ${after}, ${model}, ${how}`, {
          cause: error,
        });
      }
    }
  }
}

async function cutEverywhere(
  disk: SimDisk,
  setup: Setup = {},
): Promise<void> {
  const expected = await undisturbed(disk, setup);
  const total = disk.journal.length;
  ok(total > 20, `${total} moments`);
  for (let after = firstSeed() % STRIDE; after <= total; after += STRIDE) {
    await checkCut(disk, after, expected);
  }
}

for (const sides of [["/i", "/t"], ["/t", "/i"]] as const) {
  const [here] = sides;
  Deno.test(`the power is cut while the changes of ${here} travel`, async () => {
    await cutEverywhere(await edited(sides));
  });

  Deno.test(`the power is cut while the changes of ${here} travel and states are on a third disk`, async () => {
    const args = ["--initiator-state-dir=/s/i", "--target-state-dir=/s/t"];
    await cutEverywhere(await edited(sides, { args }), { args });
  });

  Deno.test(`the power is cut during a first run that begins at ${here}`, async () => {
    await cutEverywhere(unsynced(sides));
  });
}

Deno.test("figures of the cuts", () => {
  reportFigures("power", counts);
  ok(counts.disks > 100);
});
