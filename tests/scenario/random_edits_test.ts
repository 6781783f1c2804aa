/** Whatever people do between runs, every run keeps its promises. */

import { ok } from "node:assert/strict";
import { auditedSync } from "../support/audit.ts";
import { firstSeed, reportFigures, runs } from "../support/effort.ts";
import { Random } from "../support/random.ts";
import { dir, fifo, file, link, Replicas } from "../support/replicas.ts";
import { upheave } from "../support/upheaval.ts";

const SEEDS = Array.from(
  { length: 4 * runs() },
  (_, index) => firstSeed() + index,
);
const EDITS = 40;
const counts = { histories: 0, runs: 0, edits: 0 };

for (const seed of SEEDS) {
  Deno.test(`five rounds of edits on both sides keep all promises, seed ${seed}`, async () => {
    using pair = new Replicas();
    const random = new Random(seed);
    for (let count = 0; count < 12; count++) {
      pair.put(count % 3 ? "initiator" : "both", {
        [`d${count}`]: dir({
          a: `first of ${count}`,
          b: file("old", { at: 1e9 + count, mode: 0o600 }),
          sub: { c: "x".repeat(count * 1000), l: link("c"), e: {} },
        }),
        [`f${count}`]: file(`${count}`, { at: 1e9 }),
        [`l${count}`]: link(`d${count}/a`),
        [`p${count}`]: fifo(),
      });
    }
    const nothing = { snapshot: {}, sketch: { initiator: {}, target: {} } };
    let { after } = await auditedSync(pair, nothing);
    counts.histories++;
    for (let round = 1; round <= 5; round++) {
      const done = upheave(pair, random, { edits: EDITS });
      counts.edits += done.length;
      try {
        ({ after } = await auditedSync(pair, after));
        counts.runs++;
      } catch (error) {
        throw new Error(`Round ${round} after\n${done.join("\n")}`, {
          cause: error,
        });
      }
    }
  });
}

Deno.test("figures of the random edits", () => {
  reportFigures("random edits", counts);
  ok(counts.edits > 100);
});
