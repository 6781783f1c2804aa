/** A file changes twice within a tick of its filesystem's clock: nothing but its content tells. */

import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { opposite, SIDES } from "@/core/side.ts";
import { coarseClock, waitForTick } from "../support/other_times.ts";
import { exists, isSettled, synced, text } from "../support/evidence.ts";
import { FaultyFileSystem } from "../support/faulty_fs.ts";
import { SlowDisk } from "../support/slow_disk.ts";

for (const side of SIDES) {
  const other = opposite(side);

  for (const size of [20_000, 200_000]) {
    Deno.test(`a file of ${size} bytes on the ${side} is written just before the scan, and again while it is copied: it does not arrive torn`, async () => {
      using pair = await synced({ a: "1" });
      const path = pair.path(side, "file");
      const whole = ["A", "B"].map((letter) => letter.repeat(size));
      {
        using _coarse = coarseClock();
        using _slow = new SlowDisk();
        let [first, second] = whole;
        using _ = new FaultyFileSystem({
          after({ args }) {
            const [from] = args as [{ readonly path: string }];
            if (from.path !== path || second === undefined) return;
            writeFileSync(path, second, { flag: "r+" });
            second = undefined;
          },
        }, ["copyRange", "read"]);
        await pair.run([], {
          onEvent(event) {
            if (first === undefined || event.kind !== "progress") return;
            if (event.progress.phase !== "scan") return;
            waitForTick();
            writeFileSync(path, first);
            first = undefined;
          },
        });
        equal(second, undefined);
      }
      const there = pair.path(other, "file");
      ok(!exists(there) || whole.includes(text(there)), "it is torn");
      await pair.sync();
      equal(text(there), whole[1]);
      await isSettled(pair);
    });
  }
}
