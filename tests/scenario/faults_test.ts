/** Whatever call fails, and however: nothing is lost, what is not done is told, and the next run does it. */

import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import { SysError } from "@/sys/fs.ts";
import { firstSeed, reportFigures, runs } from "../support/effort.ts";
import { EVERY, FaultyFileSystem } from "../support/faulty_fs.ts";
import { cloneInodes, SimDisk } from "../support/sim_disk.ts";
import {
  edited,
  type Expected,
  mends,
  undisturbed,
  unsynced,
} from "../support/sim_story.ts";
import { sketch, standing, syncDisk } from "../support/sim_world.ts";

type Call = typeof EVERY[number];

const OPENING = ["EACCES", "EIO", "EMFILE", "ESTALE", "EINTR"];
const LOOKING = ["EIO", "EACCES", "ESTALE"];
const MAKING = ["ENOSPC", "EACCES", "EROFS", "EDQUOT", "EEXIST", "EIO"];
const SETTING = ["EPERM", "EROFS", "EIO", "EDQUOT"];
const REMOVING = ["EACCES", "EROFS", "EIO", "EBUSY", "ENOENT"];

/** How each call can fail. */
const CODES: Readonly<Record<Call, readonly string[]>> = {
  openRoot: OPENING,
  // Not ENOENT: a directory that is gone and then there again is an edit.
  openDirectory: [...OPENING, "ENOTDIR", "ELOOP"],
  openFile: [...OPENING, "ENOENT", "ELOOP"],
  openShared: [...OPENING, "EROFS", "ENOSPC"],
  createFile: [...MAKING, "EMFILE"],
  list: LOOKING,
  names: LOOKING,
  stat: LOOKING,
  statOpen: ["EIO", "ESTALE"],
  readLink: ["EIO", "ENOENT"],
  read: ["EIO", "ESTALE", "EINTR"],
  write: ["ENOSPC", "EIO", "EDQUOT", "EFBIG", "EINTR"],
  truncate: ["EIO", "ENOSPC"],
  cloneFile: ["EIO"],
  copyRange: ["EIO"],
  setModeOpen: SETTING,
  setOwnerOpen: SETTING,
  setTimeOpen: SETTING,
  setMode: SETTING,
  setOwner: SETTING,
  setTime: SETTING,
  makeDirectory: MAKING,
  makeLink: MAKING,
  makeFifo: MAKING,
  rename: [
    "ENOSPC",
    "EACCES",
    "EROFS",
    "EIO",
    "ENOENT",
    "EEXIST",
    "EXDEV",
    "EBUSY",
    "EINVAL",
  ],
  hardLink: MAKING,
  removeFile: REMOVING,
  removeDirectory: [...REMOVING, "ENOTEMPTY"],
  sync: ["EIO", "ENOSPC"],
  syncVolume: ["EIO"],
};

/** What says that somebody was faster says it once. */
const PASSING: ReadonlySet<string> = new Set(["ENOENT", "EEXIST", "EINTR"]);

/** All calls and codes in the long run, else a code of every few calls, others each time. */
const STRIDE = runs() > 1 ? 1 : 7;

const counts = { faults: 0, "lasting faults": 0, told: 0 };

interface Fault {
  readonly at: number;
  readonly code: string;
  /** All later calls of the same name fail, too. */
  readonly lasts: boolean;
}

/** The same disk as often as one likes. */
function copyOf(disk: SimDisk): () => SimDisk {
  const { clock } = disk;
  const inodes = disk.journal.cut(0, "ordered", "all kept");
  return () => new SimDisk({ inodes: cloneInodes(inodes), clock });
}

async function withFault(
  disk: SimDisk,
  { at, code, lasts }: Fault,
  expected: Expected,
): Promise<void> {
  let name: Call | undefined;
  const ran = await syncDisk(disk, {
    ...expected.setup,
    meddle: () =>
      new FaultyFileSystem({
        before(call) {
          if (call.number === at) name = call.name;
          const hit = call.number === at ||
            lasts && call.number > at && call.name === name;
          // Nobody takes a state away from a run that has the lock.
          const state = String(call.args[1]).includes("-ancestor-");
          if (hit && !(code === "ENOENT" && state)) {
            throw new SysError(code, call.name, "/the/disk");
          }
        },
      }, EVERY),
  });
  const said = ran.stdout + ran.stderr;
  ok(!said.includes("Unexpected error"), said);
  ok([0, 1, 2].includes(ran.code), said);
  if (ran.code === 1) {
    counts.told++;
    match(said, /"?\/(i|t|the\/disk)\/?.*: .*\(E[A-Z]+\)/);
  }
  if (ran.code === 0) {
    for (const root of ["/i", "/t"]) equal(sketch(disk, root), expected.tree);
  }
  const { before } = expected;
  equal([...before.difference(standing(disk, { stage: true }))], []);
  await mends(disk, expected);
}

/** What is called, in order, when nobody disturbs. */
async function callsOf(disk: SimDisk): Promise<Call[]> {
  const names: Call[] = [];
  const before = ({ name }: { readonly name: Call }) => void names.push(name);
  await syncDisk(disk, {
    meddle: () => new FaultyFileSystem({ before }, EVERY),
  });
  return names;
}

async function failEverywhere(disk: SimDisk): Promise<void> {
  const copy = copyOf(disk);
  const expected = await undisturbed(copy());
  const names = await callsOf(copy());
  ok(names.length > 100);
  for (const [index, name] of names.entries()) {
    if (index % STRIDE !== firstSeed() % STRIDE) continue;
    const codes = CODES[name];
    const chosen = runs() > 1
      ? codes
      : [codes[(index + firstSeed()) % codes.length] ?? "EIO"];
    for (const code of chosen) {
      for (const lasts of [false, !PASSING.has(code)]) {
        counts[lasts ? "lasting faults" : "faults"]++;
        const fault = { at: index + 1, code, lasts };
        try {
          await withFault(copy(), fault, expected);
        } catch (error) {
          const what = `${lasts ? "Lasting " : ""}${code}, call ${index + 1}`;
          throw new Error(`${what}, ${name}`, { cause: error });
        }
      }
    }
  }
}

for (const sides of [["/i", "/t"], ["/t", "/i"]] as const) {
  Deno.test(`any call fails while changes of ${sides[0]} travel`, async () => {
    await failEverywhere(await edited(sides));
  });

  Deno.test(`any call fails in a first run that begins at ${sides[0]}`, async () => {
    await failEverywhere(unsynced(sides));
  });
}

Deno.test("figures of the faults", () => {
  reportFigures("faults", counts);
  ok(counts.told > 20);
});
