import { deepStrictEqual as equal, match } from "node:assert/strict";
import { opposite, type Side, SIDES } from "@/core/side.ts";
import {
  belongings,
  holds,
  keptTexts,
  noLitter,
  synced,
} from "../support/evidence.ts";
import { file, Replicas } from "../support/replicas.ts";

const TREE = { a: "1", b: "2", c: "3", d: { e: "4" } };

function typeTo(side: Side): string {
  return `--sync-type=${opposite(side)}2${side}`;
}

for (const side of SIDES) {
  const source = opposite(side);

  Deno.test(`one way to the ${side}: it becomes what the ${source} is, and all it had is kept`, async () => {
    using pair = await synced(TREE);
    pair.put(source, { a: "edited", new: "5" });
    pair.remove(source, "b");
    pair.put(side, { a: "lost", c: "lost too", extra: "6", dir: { x: "7" } });
    pair.remove(side, "d");
    const before = belongings(pair)[source];
    await pair.sync([typeTo(side)]);
    equal(
      belongings(pair)[source].filter((line) => !/ancestor|^ /.test(line)),
      before.filter((line) => !/ancestor|^ /.test(line)),
    );
    holds(pair, { a: "edited", c: "3", d: { e: "4" }, new: "5" });
    equal(keptTexts(pair, side), ["2", "6", "7", "lost", "lost too"]);
    equal(keptTexts(pair, source), []);
    const { stdout } = await pair.sync([typeTo(side)]);
    match(stdout, /Nothing to do/);
  });

  Deno.test(`one way to the ${side} in a first run: it becomes what the ${source} is, and all it had is kept`, async () => {
    using pair = new Replicas();
    pair.put(source, { a: file("old", { at: 1000 }), b: "2" });
    pair.put(side, { a: file("new", { at: 2000 }), c: "3" });
    await pair.sync([typeTo(side)]);
    holds(pair, { a: "old", b: "2" });
    equal(keptTexts(pair, side), ["3", "new"]);
  });

  Deno.test(`one way to the ${side}, deletions on it skipped: extras stay`, async () => {
    using pair = await synced(TREE);
    pair.put(side, { extra: "6" });
    pair.remove(source, "b");
    await pair.sync([typeTo(side), `--skip-deletion=${side}`]);
    equal(pair.tree(side), { ...TREE, extra: "6" });
    noLitter(pair);
  });

  Deno.test(`one way to the ${side}, then both ways: nothing comes back, nothing is lost`, async () => {
    using pair = await synced(TREE);
    pair.remove(source, "b");
    pair.put(side, { a: "lost", extra: "6" });
    await pair.sync([typeTo(side)]);
    pair.put(side, { later: "7" });
    await pair.sync();
    holds(pair, { a: "1", c: "3", d: { e: "4" }, later: "7" });
  });

  Deno.test(`one way to the ${side}, which was emptied: it is filled again without a question`, async () => {
    using pair = await synced(TREE);
    pair.remove(side, "a", "b", "c", "d");
    await pair.sync([typeTo(side)]);
    holds(pair, TREE);
  });

  Deno.test(`deletions on the ${side} are skipped: they are neither done nor undone, however often it runs`, async () => {
    using pair = await synced(TREE);
    pair.remove(source, "b", "d");
    const skip = [`--skip-deletion=${side}`];
    for (let run = 0; run < 3; run++) {
      const { report } = await pair.sync(skip);
      equal(report?.skipped, 3);
      equal(pair.tree(side), TREE);
      equal(pair.tree(source), { a: "1", c: "3" });
    }
    pair.put(side, { a: "edited" });
    pair.remove(side, "c");
    await pair.sync(skip);
    equal(pair.tree(side), { a: "edited", b: "2", d: { e: "4" } });
    equal(pair.tree(source), { a: "edited" });
    equal(keptTexts(pair, source), ["1", "3"]);
    await pair.sync();
    holds(pair, { a: "edited" });
    equal(keptTexts(pair, side), ["2", "4"]);
  });

  Deno.test(`a skipped deletion is edited on the ${side}: the edit comes back as a conflict`, async () => {
    using pair = await synced(TREE);
    pair.remove(source, "b");
    await pair.sync([`--skip-deletion=${side}`]);
    pair.put(side, { b: "edited" });
    const { report } = await pair.sync([`--skip-deletion=${side}`]);
    holds(pair, { ...TREE, b: "edited" });
    equal(report?.conflicts.map(({ path }) => String(path)), ["b"]);
  });
}

Deno.test("deletions on both sides are skipped: each side keeps what the other deleted", async () => {
  using pair = await synced(TREE);
  pair.remove("initiator", "a");
  pair.remove("target", "b");
  await pair.sync(["--skip-deletion=initiator,target"]);
  equal(Object.keys(pair.tree("initiator")), ["b", "c", "d"]);
  equal(Object.keys(pair.tree("target")), ["a", "c", "d"]);
});
