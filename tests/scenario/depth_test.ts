/** Trees deeper than a path can say, and deeper than there are open files for. */

import { deepStrictEqual as equal, match } from "node:assert/strict";
import { opposite, perSide, SIDES } from "@/core/side.ts";
import { runBare } from "../support/bare.ts";
import { deepPath, digDeep, removeDeep, soundOut } from "../support/deep.ts";
import { runs } from "../support/effort.ts";
import { exists, exits, holds } from "../support/evidence.ts";
import { EVERY, FaultyFileSystem } from "../support/faulty_fs.ts";
import { Replicas } from "../support/replicas.ts";

/** Deeper, on a real disk, in the long run. */
const DEEP = runs() > 1 ? 2500 : 1000;

/** As many as most systems allow a process that does not ask for more. */
const OPEN_FILES = 1024;

const LIMITED = {
  through: ["sh", "-c", `ulimit -n ${OPEN_FILES} && exec "$@"`, "sh"],
};

/** Making directories takes a disk a millisecond each, and memory nothing. */
const MEMORY = "/dev/shm";

/** A pair that goes in the end however deep it is. */
class DeepPair extends Replicas {
  readonly #shelf: string;

  constructor() {
    const inMemory = runs() === 1 && exists(MEMORY);
    const dir = inMemory ? MEMORY : Deno.makeTempDirSync();
    const shelf = Deno.makeTempDirSync({ dir, prefix: "osync-test-" });
    super(perSide((side) => `${shelf}/${side}`));
    this.#shelf = inMemory ? shelf : dir;
  }

  override [Symbol.dispose](): void {
    removeDeep(this.#shelf);
    super[Symbol.dispose]();
  }
}

const DAY = 86_400_000;
const WIDE = ["--allow-mass-deletion"];

Deno.test(`a tree of ${DEEP} levels arrives, is edited, kept, deleted and purged, with ${OPEN_FILES} open files at most`, async () => {
  using pair = new DeepPair();
  const [ours, theirs] = [pair.path("initiator"), pair.path("target")];
  const kept = (area: string) => `${ours}/.osync_workdir/${area}`;
  digDeep(ours, DEEP, "first");
  pair.put("initiator", { still: "here" });
  exits(0, await runBare(pair, [], LIMITED));
  equal(soundOut(theirs), { depth: DEEP, text: "first" });
  digDeep(theirs, DEEP, "second, longer");
  exits(0, await runBare(pair, [], LIMITED));
  equal(soundOut(ours), { depth: DEEP, text: "second, longer" });
  equal(soundOut(kept("backup")), { depth: DEEP, text: "first" });
  const { stdout } = exits(0, await runBare(pair, [], LIMITED));
  match(stdout, /Nothing to do: both replicas are equal/);
  removeDeep(`${theirs}/level0`);
  exits(0, await runBare(pair, WIDE, LIMITED));
  equal(soundOut(kept("deleted")), { depth: DEEP, text: "second, longer" });
  await pair.sync([], { now: () => new Date(Date.now() + 40 * DAY) });
  for (const area of ["backup", "deleted"]) equal(soundOut(kept(area)), NONE);
  holds(pair, { still: "here" });
});

for (
  const [side, what] of [["initiator", "another one"], [
    "target",
    "gone",
  ]] as const
) {
  Deno.test(`a directory near the root of the ${side} is ${what} when a scan comes back up to it: nothing below it is taken for deleted`, async () => {
    using pair = new DeepPair();
    const all = { depth: 200, text: "first" };
    digDeep(pair.path(side), all.depth, all.text);
    await pair.sync();
    const other = pair.path(opposite(side));
    {
      using _ = onceListed(pair.path(side, deepPath(all.depth)), () => {
        pair.move(side, "level0/level1", "moved");
        if (what !== "gone") pair.put(side, { "level0/level1": {} });
      });
      const { stderr } = exits(2, await pair.run(WIDE));
      match(stderr, /level0\/level1\/.*z: left for the next run/);
    }
    equal(soundOut(other), all);
    pair.remove(side, "level0/level1");
    pair.move(side, "moved", "level0/level1");
    await pair.sync();
    for (const each of SIDES) equal(soundOut(pair.path(each)), all);
    equal(pair.kept(opposite(side), "deleted"), {});
  });
}

const NONE = { depth: 0, text: "" };

/** Does something once a directory has been listed. */
function onceListed(path: string, act: () => void): FaultyFileSystem {
  let done = false;
  return new FaultyFileSystem({
    after({ name, args }) {
      const [dir] = args as [{ readonly path: string }];
      if (done || name !== "list" || dir.path !== path) return;
      done = true;
      act();
    },
  }, EVERY);
}
