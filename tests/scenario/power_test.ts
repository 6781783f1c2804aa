/** Whenever the power is cut, nothing is lost, and the next run ends where an undisturbed one ends. */

import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { firstSeed, reportFigures, runs } from "../support/effort.ts";
import { exits } from "../support/evidence.ts";
import { Random } from "../support/random.ts";
import { SimDisk } from "../support/sim_disk.ts";
import type { Luck, Model } from "../support/sim_journal.ts";
import {
  litter,
  put,
  reboot,
  sketch,
  standing,
  syncDisk,
} from "../support/sim_world.ts";

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

/** What both agree on, and everything that can change, made on both sides. */
function populate(disk: SimDisk): void {
  for (const root of ["/i", "/t"]) {
    put(disk, `${root}/sub`, { dir: 0o750 });
    put(disk, `${root}/gone`, { dir: 0o755 });
    put(disk, `${root}/gone/deep`, { dir: 0o755 });
    put(disk, `${root}/tree`, { dir: 0o755 });
    for (
      const path of [
        "changed",
        "conflict",
        "deleted",
        "gone/a",
        "gone/deep/b",
        "leaf",
        "mode",
        "sub/back",
        "tree/a",
      ]
    ) put(disk, `${root}/${path}`, { file: `${path}: old` });
    put(disk, `${root}/link`, { link: "old" });
  }
}

function edit(disk: SimDisk, here: string, there: string): void {
  put(disk, `${here}/changed`, { file: "changed: new", at: 2000 });
  put(disk, `${here}/conflict`, { file: "conflict: new", at: 3000 });
  put(disk, `${there}/conflict`, { file: "conflict: other", at: 2500 });
  put(disk, `${there}/sub/back`, { file: "back: new, longer", at: 2000 });
  put(disk, `${there}/sub/more`, { file: "more", at: 2000, mode: 0o600 });
  put(disk, `${here}/deleted`, undefined);
  put(disk, `${here}/gone`, undefined);
  put(disk, `${here}/link`, { link: "new" });
  put(disk, `${here}/mode`, { file: "mode: old", mode: 0o755 });
  put(disk, `${here}/tree`, undefined);
  put(disk, `${here}/tree`, { file: "tree: a file now", at: 2000 });
  put(disk, `${here}/leaf`, undefined);
  put(disk, `${here}/leaf`, { dir: 0o700 });
  put(disk, `${here}/leaf/b`, { file: "leaf/b", at: 2000 });
  put(disk, `${here}/made`, { dir: 0o711 });
  put(disk, `${here}/made/deep`, { dir: 0o555 });
  put(disk, `${here}/made/f`, { file: "made/f", at: 2000, mode: 0o440 });
  put(disk, `${here}/made/deep/g`, { file: "made/deep/g", at: 2000 });
  put(disk, `${here}/empty`, { file: "", at: 2000 });
}

/** A disk on which everything is durable, versions are kept already, and somebody has edited since the last run. */
async function edited(
  [here, there]: readonly [string, string],
  args: readonly string[] = [],
): Promise<SimDisk> {
  const disk = new SimDisk();
  populate(disk);
  exits(0, await syncDisk(disk, args));
  put(disk, "/i/changed", { file: "changed: before", at: 1500 });
  put(disk, "/t/conflict", { file: "conflict: before", at: 1500 });
  put(disk, "/i/deleted", undefined);
  put(disk, "/t/gone/a", undefined);
  exits(0, await syncDisk(disk, args));
  put(disk, "/t/deleted", { file: "deleted: again", at: 1600 });
  put(disk, "/i/gone/a", { file: "gone/a: again", at: 1600 });
  exits(0, await syncDisk(disk, args));
  edit(disk, here, there);
  disk.settle();
  return disk;
}

interface Expected {
  readonly tree: Record<string, string>;
  readonly before: Set<string>;
  readonly args: readonly string[];
}

/** Whatever the cut left, one run mends it. */
async function mends(
  disk: SimDisk,
  { tree, before, args }: Expected,
): Promise<void> {
  equal([...before.difference(standing(disk, { stage: true }))], []);
  const ran = await syncDisk(disk, args);
  ok(ran.code === 0 || ran.code === 2, `${ran.stderr}${ran.stdout}`);
  for (const root of ["/i", "/t"]) equal(sketch(disk, root), tree);
  equal([...before.difference(standing(disk, { stage: false }))], []);
  equal(litter(disk), []);
}

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
        await syncDisk(second, expected.args);
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
  args: readonly string[] = [],
): Promise<void> {
  const before = standing(disk, { stage: false });
  const code = (await syncDisk(disk, args)).code;
  ok(code === 0);
  const tree = sketch(disk, "/i");
  equal(sketch(disk, "/t"), tree);
  const total = disk.journal.length;
  ok(total > 20, `${total} moments`);
  for (let after = firstSeed() % STRIDE; after <= total; after += STRIDE) {
    await checkCut(disk, after, { tree, before, args });
  }
}

for (const sides of [["/i", "/t"], ["/t", "/i"]] as const) {
  const [here, there] = sides;
  Deno.test(`the power is cut while the changes of ${here} travel`, async () => {
    await cutEverywhere(await edited(sides));
  });

  Deno.test(`the power is cut while the changes of ${here} travel and states are on a third disk`, async () => {
    const args = ["--initiator-state-dir=/s/i", "--target-state-dir=/s/t"];
    await cutEverywhere(await edited(sides, args), args);
  });

  Deno.test(`the power is cut during a first run that begins at ${here}`, async () => {
    const disk = new SimDisk();
    put(disk, `${here}/d`, { dir: 0o755 });
    put(disk, `${here}/d/a`, { file: "d/a", at: 1000 });
    put(disk, `${here}/d/b`, { file: "d/b", at: 1000 });
    put(disk, `${here}/both`, { file: "both: newer", at: 2000 });
    put(disk, `${there}/both`, { file: "both: older", at: 1000 });
    put(disk, `${there}/own`, { file: "own", at: 1000 });
    disk.settle();
    await cutEverywhere(disk);
  });
}

Deno.test("figures of the cuts", () => {
  reportFigures("power", counts);
  ok(counts.disks > 100);
});
