/**
 * Somebody edits while osync runs, between any two of its system calls: nothing
 * is lost, nothing that was just written is overwritten, and the next run makes
 * both replicas equal.
 */

import fc from "fast-check";
import { firstSeed, reportFigures, runs } from "../support/effort.ts";
import { FaultyFileSystem } from "../support/faulty_fs.ts";
import { Replicas } from "../support/replicas.ts";
import {
  ALL,
  arbHistory,
  begin,
  type History,
  live,
  uniqueTexts,
} from "./history.ts";
import { arbIntrusion, intruder, type Intrusion } from "./intrusion.ts";
import { inequality, optionsFor, runAtOnce, unrest } from "./rest.ts";
import { treesOf } from "./tree.ts";
import { Witness } from "./witness.ts";

/** A history whose run is not left alone. */
interface Disturbed extends History {
  /** What happens during the run. */
  readonly intrusions: readonly Intrusion[];
}

const arbDisturbed: fc.Arbitrary<Disturbed> = fc.tuple(
  arbHistory({ rounds: 1, edits: [3, 8] }),
  fc.array(arbIntrusion, { minLength: 1, maxLength: 5, size: "max" }),
).map(([history, intrusions]) => ({ ...history, intrusions }));

const figures = {
  histories: 0,
  rounds: 0,
  edits: 0,
  "edits during runs": 0,
  violations: 0,
};

/**
 * Edits, disturbs a run, lets another one be; fails if a promise is not kept.
 *
 * @returns How many of the moments came.
 */
async function disturb(
  { start, rounds, intrusions }: Disturbed,
): Promise<number> {
  using pair = new Replicas();
  // Nobody waits for the disk here.
  using _ = new FaultyFileSystem({});
  begin(pair, { start });
  await pair.sync();
  const agreed = treesOf(pair).initiator;
  const witness = new Witness(pair);
  const write = uniqueTexts();
  const done: string[] = [];
  for (const deals of rounds) {
    done.push(...witness.watch(false, () => live(pair, deals, write)));
  }
  figures.histories++;
  figures.rounds += rounds.length;
  figures.edits += done.length;

  let isLate = false;
  const isLateNow = () => isLate;
  let moments = 0;
  const onMoment = () => void moments++;
  const onEdit = (line: string) => {
    figures["edits during runs"]++;
    done.push(line);
  };
  const scene = { pair, witness, write, isLate: isLateNow, onMoment, onEdit };
  const options = optionsFor(agreed, treesOf(pair));
  {
    using _intruder = intruder(scene, intrusions);
    const ran = await pair.run(options, {
      onEvent: ({ kind }) => isLate ||= kind === "planned",
    });
    done.push(`exit ${ran.code}\n${ran.stderr}`);
  }
  const wrong = [...witness.lost(), ...witness.overwritten()];

  const next = await runAtOnce(pair, optionsFor(agreed, treesOf(pair)));
  if (next.code !== 0) wrong.push(`Then exit ${next.code}: ${next.stderr}`);
  wrong.push(...inequality(pair), ...await unrest(pair));
  wrong.push(...witness.lost(), ...witness.disobeyed());
  if (wrong.length === 0) return moments;
  figures.violations++;
  throw new Error([...done, ...wrong].join("\n"));
}

/** Somebody writes just before a rename, and perhaps before the next one. */
function beforeRename(nth: number): Intrusion {
  const edit = {
    deed: "put",
    at: 0,
    to: 0,
    name: 0,
    text: 2,
    time: 0,
  } as const;
  return { phase: "acting", call: "rename", nth, where: "there", edit };
}

Deno.test("what is written just before a piece changes places is neither lost nor overwritten", async () => {
  const histories = fc.sample(arbHistory({ rounds: 1, edits: [12, 12] }), {
    seed: firstSeed(),
    numRuns: runs(),
  });
  for (const { rounds } of histories) {
    for (const count of [1, 2]) {
      for (let nth = 0;; nth++) {
        const intrusions = [nth, nth + 1].slice(0, count).map(beforeRename);
        if (await disturb({ start: ALL, rounds, intrusions }) < count) break;
      }
    }
  }
});

Deno.test("what is edited while osync runs is neither lost nor overwritten, and the next run completes it", async () => {
  await fc.assert(
    fc.asyncProperty(arbDisturbed, async (story) => {
      await disturb(story);
    }),
    { seed: firstSeed(), numRuns: 60 * runs() },
  );
  reportFigures("model, edits during runs", figures);
});
