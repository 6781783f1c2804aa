/** Whatever people do between runs, every run keeps its promises. */

import { auditedSync } from "../support/audit.ts";
import { Random } from "../support/random.ts";
import { dir, fifo, file, link, Replicas } from "../support/replicas.ts";
import { upheave } from "../support/upheaval.ts";

/** More of them: `OSYNC_TEST_SEEDS=100-200 deno test -P=app tests/scenario`. */
const [FIRST = 1, LAST = FIRST] = (Deno.env.get("OSYNC_TEST_SEEDS") ?? "1-4")
  .split("-").map(Number);

for (let seed = FIRST; seed <= LAST; seed++) {
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
    for (let round = 1; round <= 5; round++) {
      const done = upheave(pair, random, { edits: 40 });
      try {
        ({ after } = await auditedSync(pair, after));
      } catch (error) {
        throw new Error(`Round ${round} after\n${done.join("\n")}`, {
          cause: error,
        });
      }
    }
  });
}
