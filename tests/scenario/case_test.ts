/** One side takes names for the same that the other one tells apart. */

import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { CaseBlind } from "../support/case_blind.ts";
import { exits, noLitter, standingTexts } from "../support/evidence.ts";
import { canMountBlind, Mount } from "../support/machine.ts";
import { link, type Literal, Replicas } from "../support/replicas.ts";

/** What is blind to case here: where no filesystem is, one that acts like it. */
const BLIND = {
  emulated: (path: string): Disposable => new CaseBlind(path),
  casefold: (path: string): Disposable => Mount.casefold(path),
  vfat: (path: string): Disposable => Mount.vfat(path),
};

for (const kind of ["emulated", "casefold", "vfat"] as const) {
  const ignore = kind !== "emulated" && !canMountBlind(kind);
  for (const side of SIDES) {
    const other = opposite(side);

    Deno.test({
      name:
        `names of the ${side} that differ in case only, where the ${other} (${kind}) takes them for one: one arrives, the others are told, and nothing is lost`,
      ignore,
      async fn() {
        using pair = new Replicas();
        using _ = BLIND[kind](pair.path(other));
        const tree: Literal = {
          README: "capitals",
          readme: "small",
          New: { One: "1", one: "2" },
          Dir: { same: "of Dir" },
          dir: { same: "of dir", sub: { deep: "of dir", er: { x: "y" } } },
          ...(kind === "vfat"
            ? {}
            : { l: { Link: link("A"), link: link("b") } }),
        };
        pair.put(side, tree);
        for (let run = 0; run < 3; run++) {
          const { stderr } = exits(1, await pair.run());
          match(stderr, /readme: not synchronised: .*"README"/);
          match(stderr, /New\/one: not synchronised: .*"One"/);
          match(stderr, /dir: not synchronised: .*"Dir"/);
          equal(pair.tree(side), tree);
          equal(pair.tree(other), {
            Dir: { same: "of Dir" },
            New: { One: "1" },
            README: "capitals",
            ...(kind === "vfat" ? {} : { l: { Link: link("A") } }),
          });
          noLitter(pair);
        }
        pair.put(other, { README: "edited" });
        exits(1, await pair.run());
        equal(pair.tree(side), { ...tree, README: "edited" });
        pair.remove(side, "README", "Dir", "New", "l");
        await pair.run(["--allow-mass-deletion"]);
        await pair.sync();
        equal(pair.tree(other), pair.tree(side));
        const standing = standingTexts(pair);
        for (const text of ["capitals", "edited", "small", "of Dir", "1"]) {
          ok(standing.has(text), text);
        }
      },
    });
  }
}
