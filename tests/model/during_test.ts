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
  arbHistory,
  begin,
  type History,
  live,
  uniqueTexts,
} from "./history.ts";
import { arbIntrusion, intruder, type Intrusion } from "./intrusion.ts";
import { inequality, optionsFor, unrest } from "./rest.ts";
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

/** Edits, disturbs a run, lets another one be; fails if a promise is not kept. */
async function disturb({ start, rounds, intrusions }: Disturbed) {
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
  const onEdit = (line: string) => {
    figures["edits during runs"]++;
    done.push(line);
  };
  const scene = { pair, witness, write, isLate: isLateNow, onEdit };
  const options = optionsFor(agreed, treesOf(pair));
  {
    using _intruder = intruder(scene, intrusions);
    const ran = await pair.run(options, {
      onEvent: ({ kind }) => isLate ||= kind === "planned",
    });
    done.push(`exit ${ran.code}\n${ran.stderr}`);
  }
  const wrong = [...witness.lost(), ...witness.overwritten()];

  const next = await pair.run(optionsFor(agreed, treesOf(pair)));
  if (next.code !== 0) wrong.push(`Then exit ${next.code}: ${next.stderr}`);
  wrong.push(...inequality(pair), ...await unrest(pair));
  wrong.push(...witness.lost(), ...witness.disobeyed());
  if (wrong.length === 0) return;
  figures.violations++;
  throw new Error([...done, ...wrong].join("\n"));
}

Deno.test("what is edited while osync runs is neither lost nor overwritten, and the next run completes it", async () => {
  await fc.assert(
    fc.asyncProperty(arbDisturbed, disturb),
    { seed: firstSeed(), numRuns: 40 * runs() },
  );
  reportFigures("model, edits during runs", figures);
});
