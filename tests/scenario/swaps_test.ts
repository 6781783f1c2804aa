/** A directory becomes a link to the outside, or a link becomes a directory, while a run is on: nothing outside is read or written. */

import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { lstatSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { opposite, type Side, SIDES } from "@/core/side.ts";
import { Busy } from "../support/busy.ts";
import { firstSeed, reportFigures, runs } from "../support/effort.ts";
import {
  exists,
  isSettled,
  pathsIn,
  photograph,
  synced,
  text,
} from "../support/evidence.ts";
import { EVERY, FaultyFileSystem } from "../support/faulty_fs.ts";
import { type Ran, runHere } from "../support/osync.ts";
import type { Replicas } from "../support/replicas.ts";
import { swap } from "../support/swapper.ts";

const TREE = { d: { f: "1", g: "2", h: "3", sub: { x: "4" } }, still: "5" };

const WIDE = ["--allow-mass-deletion"];

const figures = { runs: 0, "swaps at a call": 0, "swaps in a race": 0 };

/** Texts of all files below a directory, or of none if it is a link. */
function textsIn(dir: string): string[] {
  if (!lstatSync(dir, { throwIfNoEntry: false })?.isDirectory()) return [];
  return pathsIn(dir).map((path) => `${dir}/${path}`)
    .filter((path) => lstatSync(path).isFile()).map(text);
}

/** What must never be touched, and what leads there. */
class Outside {
  readonly #path: string;
  /** A link to it, beside the replicas; or what it has changed places with. */
  readonly link: string;
  readonly #before: string[];
  readonly #pair: Replicas;

  constructor(pair: Replicas) {
    this.#pair = pair;
    this.#path = `${pair.home}/outside`;
    this.link = `${pair.home}/link`;
    mkdirSync(`${this.#path}/sub`, { recursive: true });
    for (const name of ["f", "g", "h", "n", "sub/x", "sub/y"]) {
      writeFileSync(`${this.#path}/${name}`, `secret ${name}`);
    }
    symlinkSync(this.#path, this.link);
    this.#before = photograph(this.#path);
  }

  /** Nor has anything of it arrived; where places are changed right now, only osync's own folder is looked at. */
  mustBeUntouched(side: Side): void {
    equal(photograph(this.#path), this.#before);
    const found = [
      ...textsIn(this.#pair.path(side, ".osync_workdir")),
      ...textsIn(this.#pair.path(opposite(side))),
    ];
    equal(found.filter((one) => one.startsWith("secret")), []);
  }

  /** Some runs later both are equal, and everything that was written stands. */
  async mustSettle(texts: Iterable<string>): Promise<void> {
    const pair = this.#pair;
    for (let run = 0; run < 3; run++) await pair.run(WIDE);
    await isSettled(pair);
    equal(pair.tree("initiator"), pair.tree("target"));
    const standing = new Set([
      ...SIDES.flatMap((side) => textsIn(pair.path(side))),
      ...textsIn(this.link),
    ]);
    for (const one of texts) ok(standing.has(one), `"${one}" is lost`);
  }
}

/** Runs to whatever end that is no defect. */
async function runAnyhow(pair: Replicas): Promise<Ran> {
  figures.runs++;
  const { initiator, target } = pair.roots;
  const ran = await runHere([
    `--initiator=${initiator}`,
    `--target=${target}`,
    ...WIDE,
  ], { env: { LOGFILE: `${pair.home}/log` }, cwd: pair.home });
  ok([0, 1, 2].includes(ran.code) && !/defect/.test(ran.stderr), ran.stderr);
  return ran;
}

const WAYS = ["a directory becomes a link", "a link becomes a directory"];

/** One run in which the swap happens just before a call; tells how many there were. */
async function swapAt(
  number: number,
  { side, way }: { readonly side: Side; readonly way: string },
): Promise<number> {
  using pair = await synced(TREE);
  const outside = new Outside(pair);
  const path = pair.path(side, "d");
  if (way !== WAYS[0]) swap(path, outside.link);
  const other = opposite(side);
  pair.put(other, { "d/f": "edited", "d/n": "new", "d/sub/y": "new, too" });
  pair.remove(other, "d/g");
  pair.set(other, "d/h", { mode: 0o600 });
  const faulty = new FaultyFileSystem({
    before(call) {
      if (call.number !== number) return;
      swap(path, outside.link);
      figures["swaps at a call"]++;
    },
  }, EVERY);
  try {
    await runAnyhow(pair);
  } finally {
    faulty[Symbol.dispose]();
  }
  outside.mustBeUntouched(side);
  if (lstatSync(path).isSymbolicLink()) swap(path, outside.link);
  await outside.mustSettle(["edited", "new", "new, too", "1", "4", "5"]);
  outside.mustBeUntouched(side);
  return faulty.calls;
}

/** How many of the calls of a run are swapped at by default. */
const SAMPLE = 6 * runs();

for (const way of WAYS) {
  for (const side of SIDES) {
    Deno.test(`${way} on the ${side} between any two calls of a run`, async () => {
      const calls = await swapAt(Infinity, { side, way });
      ok(calls > 100, `${calls}`);
      const stride = Math.max(1, calls / SAMPLE);
      const first = 1 + firstSeed() % stride;
      for (let number = first; number <= calls; number += stride) {
        const at = Math.floor(number);
        try {
          await swapAt(at, { side, way });
        } catch (error) {
          throw new Error(`At call ${at}`, { cause: error });
        }
      }
    });
  }
}

for (const side of SIDES) {
  Deno.test(`a directory and a link change places on the ${side} a thousand times during runs`, async () => {
    using pair = await synced(TREE);
    const outside = new Outside(pair);
    const program = new URL("../support/swapper.ts", import.meta.url).pathname;
    const path = pair.path(side, "d");
    const there = pair.path(opposite(side), "d");
    const texts: string[] = [];
    await using busy = new Busy(
      [Deno.execPath(), "run", "-A", "--no-check", program, path, outside.link],
      `${pair.home}/stop`,
    );
    const enough = `${pair.home}/stop.enough`;
    for (let round = 0; round < 40 * runs() || !exists(enough); round++) {
      if (lstatSync(there, { throwIfNoEntry: false })?.isDirectory()) {
        pair.put(opposite(side), {
          // What a run leaves for the next one would be overwritten here.
          "d/f": `edit ${round}`,
          [`d/n${round}`]: `new ${round}`,
        });
        texts.push(`new ${round}`);
      }
      await runAnyhow(pair);
      outside.mustBeUntouched(side);
    }
    figures["swaps in a race"] += await busy.stop();
    await outside.mustSettle(texts);
    outside.mustBeUntouched(side);
  });
}

Deno.test.afterAll(() => reportFigures("swaps", figures));
