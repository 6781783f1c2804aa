import { deepStrictEqual as equal } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { SIDES } from "@/core/side.ts";
import { holds, isSettled, keptTexts, synced } from "../support/evidence.ts";
import { type Literal, Replicas } from "../support/replicas.ts";

const TREE = {
  "a.txt": "1",
  "b.php": "2",
  tmp: { t: "3", "x.php": "4" },
  web: { "i.php": "5", "i.txt": "6", log: { l: "7" } },
};

type Filter = Readonly<Record<string, string>>;

const exclude = (patterns: string): Filter => ({
  RSYNC_EXCLUDE_PATTERN: patterns,
});

/** Nothing went anywhere. */
function keepsAll(pair: Replicas, tree: Literal): void {
  holds(pair, tree);
  equal(SIDES.flatMap((side) => keptTexts(pair, side)), []);
}

Deno.test.each([
  {
    name: "is added",
    before: {},
    after: exclude("*.php;tmp"),
  },
  {
    name: "is removed",
    before: exclude("*.php;tmp"),
    after: {},
  },
  {
    name: "is replaced by another one",
    before: exclude("*.php"),
    after: exclude("*.txt;tmp"),
  },
  {
    name: "is the first and then the last rule",
    before: {
      RSYNC_PATTERN_FIRST: "include",
      RSYNC_INCLUDE_PATTERN: "i.php",
      ...exclude("*.php"),
    },
    after: {
      RSYNC_PATTERN_FIRST: "exclude",
      RSYNC_INCLUDE_PATTERN: "i.php",
      ...exclude("*.php"),
    },
  },
  {
    name: "is the last and then the first rule",
    before: {
      RSYNC_PATTERN_FIRST: "exclude",
      RSYNC_INCLUDE_PATTERN: "*.txt",
      ...exclude("web/**"),
    },
    after: {
      RSYNC_PATTERN_FIRST: "include",
      RSYNC_INCLUDE_PATTERN: "*.txt",
      ...exclude("web/**"),
    },
  },
  {
    name: "hides everything",
    before: {},
    after: exclude("*"),
  },
  {
    name: "hides one directory with all that is in it",
    before: {},
    after: exclude("/web/"),
  },
])(
  "an exclude pattern $name: nothing is deleted on either side",
  async ({ before, after }) => {
    using pair = new Replicas();
    pair.put("both", TREE);
    for (const env of [before, before, after, after, before, {}]) {
      await pair.sync([], { env: { ...env } });
      keepsAll(pair, TREE);
    }
    await isSettled(pair);
  },
);

for (const side of SIDES) {
  Deno.test(`what is excluded changes on the ${side}: it stays there, and travels when it is excluded no more`, async () => {
    using pair = await synced(TREE);
    const env = { ...exclude("*.php;tmp") };
    await pair.sync([], { env });
    pair.put(side, { "b.php": "new", "tmp/more": "8" });
    await pair.sync([], { env });
    await pair.sync();
    holds(pair, {
      ...TREE,
      "b.php": "new",
      tmp: { more: "8", t: "3", "x.php": "4" },
    });
  });

  Deno.test(`what is excluded is deleted on the ${side}: the other side's stays, and comes back`, async () => {
    using pair = await synced(TREE);
    const env = { ...exclude("*.php;tmp") };
    await pair.sync([], { env });
    pair.remove(side, "b.php", "tmp");
    await pair.sync([], { env });
    await pair.sync();
    keepsAll(pair, TREE);
  });

  Deno.test(`what is deleted on the ${side} in the same moment is excluded: the other side's stays`, async () => {
    using pair = await synced(TREE);
    pair.remove(side, "b.php", "tmp");
    await pair.sync([], { env: { ...exclude("*.php;tmp") } });
    await pair.sync();
    keepsAll(pair, TREE);
  });

  Deno.test(`a directory with something excluded in it is deleted on the ${side}: that survives with its directory`, async () => {
    using pair = await synced(TREE);
    const env = { ...exclude("*.php") };
    await pair.sync([], { env });
    pair.remove(side, "web");
    await pair.sync([], { env });
    const other = side === "initiator" ? "target" : "initiator";
    equal(pair.tree(other), { ...TREE, web: { "i.php": "5" } });
    equal(keptTexts(pair, other), ["6", "7"]);
    await pair.sync();
    holds(pair, { ...TREE, web: { "i.php": "5" } });
  });
}

Deno.test("patterns from files count like patterns in the settings", async () => {
  using pair = new Replicas();
  pair.put("initiator", TREE);
  writeFileSync(`${pair.home}/out`, "# a comment\n*.php\n\ntmp/\n");
  writeFileSync(`${pair.home}/in`, "i.php\n");
  await pair.sync([], {
    env: { RSYNC_EXCLUDE_FROM: "out", RSYNC_INCLUDE_FROM: "in" },
  });
  equal(pair.tree("target"), { "a.txt": "1", web: TREE.web });
});
