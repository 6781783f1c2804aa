/** Whatever call a run is killed at, and whatever call the one that recovers is killed at, the next one ends where an undisturbed one ends. */

import { ok } from "node:assert/strict";
import { firstSeed, reportFigures, runs } from "../support/effort.ts";
import type { SimDisk } from "../support/sim_disk.ts";
import {
  edited,
  type Expected,
  mends,
  undisturbed,
  unsynced,
} from "../support/sim_story.ts";
import { reboot, type Setup, syncDisk } from "../support/sim_world.ts";

/** Every call of the recovering run in the long run, else every so many, from another one each time. */
const STRIDE = runs() > 1 ? 1 : 29;

const counts = { kills: 0, "kills while recovering": 0 };

/** The disk of a process that was killed after so many changes. */
function killed({ journal, clock }: SimDisk, after: number): SimDisk {
  return reboot(journal.cut(after, "ordered", "all kept"), clock);
}

async function killEverywhere(disk: SimDisk, setup: Setup = {}): Promise<void> {
  const expected = await undisturbed(disk, setup);
  for (let after = 0; after <= disk.journal.length; after++) {
    counts.kills++;
    try {
      await mends(killed(disk, after), expected);
      await killRecovery(() => killed(disk, after), after, expected);
    } catch (error) {
      throw new Error(`Killed after ${after}`, { cause: error });
    }
  }
}

async function killRecovery(
  left: () => SimDisk,
  seed: number,
  expected: Expected,
): Promise<void> {
  const disk = left();
  await syncDisk(disk, expected.setup);
  const first = (firstSeed() + seed) % STRIDE;
  for (let after = first; after <= disk.journal.length; after += STRIDE) {
    counts["kills while recovering"]++;
    try {
      await mends(killed(disk, after), expected);
    } catch (error) {
      throw new Error(`Recovery killed after ${after}`, { cause: error });
    }
  }
}

const SETUPS: Readonly<Record<string, Setup>> = {
  "as it comes": {},
  "keeping many backups": { env: { CONFLICT_BACKUP_MULTIPLE: "yes" } },
  "keeping nothing": { env: { SOFT_DELETE: "no", CONFLICT_BACKUP: "no" } },
  "with states elsewhere": {
    args: ["--initiator-state-dir=/s/i", "--target-state-dir=/s/t"],
  },
};

for (const sides of [["/i", "/t"], ["/t", "/i"]] as const) {
  for (const [name, setup] of Object.entries(SETUPS)) {
    Deno.test(`killed at any call while changes of ${sides[0]} travel, ${name}`, async () => {
      await killEverywhere(await edited(sides, setup), setup);
    });
  }

  Deno.test(`killed at any call of a first run that begins at ${sides[0]}`, async () => {
    await killEverywhere(unsynced(sides));
  });
}

Deno.test("figures of the kills", () => {
  reportFigures("kills", counts);
  ok(counts.kills > 100);
});
