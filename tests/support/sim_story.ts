/** Replicas in memory on which everything happens that can happen between two runs. */

import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { exits } from "./evidence.ts";
import { SimDisk } from "./sim_disk.ts";
import {
  litter,
  put,
  type Setup,
  sketch,
  standing,
  syncDisk,
} from "./sim_world.ts";

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
export async function edited(
  [here, there]: readonly [string, string],
  setup: Setup = {},
): Promise<SimDisk> {
  const disk = new SimDisk();
  populate(disk);
  exits(0, await syncDisk(disk, setup));
  put(disk, "/i/changed", { file: "changed: before", at: 1500 });
  put(disk, "/t/conflict", { file: "conflict: before", at: 1500 });
  put(disk, "/i/deleted", undefined);
  put(disk, "/t/gone/a", undefined);
  exits(0, await syncDisk(disk, setup));
  put(disk, "/t/deleted", { file: "deleted: again", at: 1600 });
  put(disk, "/i/gone/a", { file: "gone/a: again", at: 1600 });
  exits(0, await syncDisk(disk, setup));
  edit(disk, here, there);
  disk.settle();
  return disk;
}

/** A disk on which everything is durable, and nothing was ever synchronised. */
export function unsynced([here, there]: readonly [string, string]): SimDisk {
  const disk = new SimDisk();
  put(disk, `${here}/d`, { dir: 0o755 });
  put(disk, `${here}/d/a`, { file: "d/a", at: 1000 });
  put(disk, `${here}/d/b`, { file: "d/b", at: 1000 });
  put(disk, `${here}/both`, { file: "both: newer", at: 2000 });
  put(disk, `${there}/both`, { file: "both: older", at: 1000 });
  put(disk, `${there}/own`, { file: "own", at: 1000 });
  disk.settle();
  return disk;
}

/** What a run that is disturbed, and the one after it, must end with. */
export interface Expected {
  /** What both replicas hold, as an undisturbed run leaves it. */
  readonly tree: Record<string, string>;
  /** Contents that must not be lost. */
  readonly before: Set<string>;
  /** Options of all runs. */
  readonly setup: Setup;
}

/** Synchronises without disturbance. */
export async function undisturbed(
  disk: SimDisk,
  setup: Setup = {},
): Promise<Expected> {
  const keeps = !Object.values(setup.env ?? {}).includes("no");
  const before = keeps ? standing(disk, { stage: false }) : new Set<string>();
  exits(0, await syncDisk(disk, setup));
  const tree = sketch(disk, "/i");
  equal(sketch(disk, "/t"), tree);
  return { tree, before, setup };
}

/** Whatever is left, nothing is lost, and one run mends it. */
export async function mends(disk: SimDisk, expected: Expected): Promise<void> {
  const { tree, before, setup } = expected;
  equal([...before.difference(standing(disk, { stage: true }))], []);
  const ran = await syncDisk(disk, setup);
  ok(ran.code === 0 || ran.code === 2, `${ran.stderr}${ran.stdout}`);
  for (const root of ["/i", "/t"]) equal(sketch(disk, root), tree);
  equal([...before.difference(standing(disk, { stage: false }))], []);
  equal(litter(disk), []);
}
