/** One side takes names for the same that the other one tells apart. */

import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { CaseBlind } from "../support/case_blind.ts";
import {
  exits,
  isSettled,
  keptTexts,
  noLitter,
  standingTexts,
} from "../support/evidence.ts";
import { canMountBlind, Mount } from "../support/machine.ts";
import { link, type Literal, Replicas } from "../support/replicas.ts";

/** What is blind to case here: where no filesystem is, one that acts like it. */
const BLIND = {
  emulated: (path: string): Disposable => new CaseBlind(path),
  casefold: (path: string): Disposable => Mount.casefold(path),
  vfat: (path: string): Disposable => Mount.vfat(path),
};

const DAY = 86_400_000;
const WIDE = ["--allow-mass-deletion"];

for (const kind of ["emulated", "casefold", "vfat"] as const) {
  const ignore = kind !== "emulated" && !canMountBlind(kind);
  for (const side of SIDES) {
    const other = opposite(side);

    Deno.test({
      name:
        `versions of names that the ${side} (${kind}) takes for one are each kept for days of their own`,
      ignore,
      async fn() {
        using pair = new Replicas();
        using _ = BLIND[kind](pair.path(side));
        for (const [days, name] of [[0, "README"], [20, "readme"]] as const) {
          const now = () => new Date(Date.now() + days * DAY);
          pair.put(other, { [name]: name, k: "" });
          await pair.sync([], { now });
          pair.remove(other, name);
          await pair.sync([], { now });
        }
        const both = ["README", "readme"];
        equal(keptTexts(pair, side), both);
        for (const [days, left] of [[29, 2], [31, 1], [51, 0]] as const) {
          await pair.sync([], { now: () => new Date(Date.now() + days * DAY) });
          equal(keptTexts(pair, side), both.slice(2 - left), `day ${days}`);
        }
      },
    });

    Deno.test({
      name:
        `names change in case only, on the ${side} (${kind}), which is blind to that, and on the other side: they follow, and nothing is lost`,
      ignore,
      async fn() {
        using pair = new Replicas();
        using _ = BLIND[kind](pair.path(side));
        pair.put(other, { file: "1", dir: { a: "2", sub: { b: "3" } }, k: "" });
        await pair.sync();
        pair.move(other, "file", "FILE");
        pair.move(other, "dir", "Dir");
        for (const code of [1, 0]) exits(code, await pair.run(WIDE));
        const tree = { Dir: { a: "2", sub: { b: "3" } }, FILE: "1", k: "" };
        for (const each of SIDES) equal(pair.tree(each), tree);
        pair.move(side, "FILE", "File");
        pair.move(side, "Dir", "DIR");
        await pair.sync(WIDE);
        const again = { DIR: tree.Dir, File: "1", k: "" };
        for (const each of SIDES) equal(pair.tree(each), again);
        await isSettled(pair);
      },
    });

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
        await pair.run(WIDE);
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
