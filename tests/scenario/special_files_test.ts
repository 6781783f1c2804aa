/** What is neither file, directory, link nor pipe, or may not be changed: sockets, devices, append-only files, mount points, names in common. */

import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import { appendFileSync, lstatSync } from "node:fs";
import { opposite, SIDES } from "@/core/side.ts";
import {
  exits,
  holds,
  isSettled,
  keptTexts,
  noLitter,
  synced,
  text,
} from "../support/evidence.ts";
import {
  canBeImmutable,
  canMakeDevices,
  canMount,
  Flagged,
  Mount,
  sh,
} from "../support/machine.ts";
import { Replicas } from "../support/replicas.ts";

const SPECIAL = {
  "a socket": {
    ignore: false,
    make(path: string): void {
      // Its name stays when it is closed like this.
      sh(
        Deno.execPath(),
        "eval",
        `Deno.listen({transport: "unix", path: "${path}"}); Deno.exit()`,
      );
    },
  },
  "a device of characters": {
    ignore: !canMakeDevices(),
    make: (path: string): void => void sh("mknod", path, "c", "1", "5"),
  },
  "a device of blocks": {
    ignore: !canMakeDevices(),
    make: (path: string): void => void sh("mknod", path, "b", "7", "0"),
  },
};

for (const side of SIDES) {
  const other = opposite(side);

  for (const [what, { ignore, make }] of Object.entries(SPECIAL)) {
    Deno.test({
      name:
        `${what} on the ${side} in place of a file, and among others: left alone, told, and nothing of the other side goes`,
      ignore,
      async fn() {
        using pair = await synced({ f: "1", d: { g: "2" }, e: { h: "3" } });
        pair.remove(side, "f", "d");
        make(pair.path(side, "f"));
        make(pair.path(side, "d"));
        make(pair.path(side, "e/s"));
        const inode = pair.stat(side, "f")?.inode;
        pair.put(other, { "e/h": "edited", "d/g": "edited, too" });
        for (let run = 0; run < 2; run++) {
          const { stdout } = exits(0, await pair.run());
          for (const path of ["f", "d", "e/s"]) {
            match(stdout, new RegExp(`Left alone: \\S*/${side}/${path} is a`));
          }
          const tree = { f: "1", d: { g: "edited, too" }, e: { h: "edited" } };
          equal(pair.tree(other), tree);
          equal(text(pair.path(side, "e/h")), "edited");
          equal(pair.stat(side, "f")?.inode, inode);
        }
        // Its directory is deleted on the other side, but is not empty.
        pair.remove(other, "e");
        await pair.run();
        ok(lstatSync(pair.path(side, "e/s"), { throwIfNoEntry: false }));
        pair.remove(side, "f", "d", "e/s");
        await pair.sync(["--allow-mass-deletion"]);
        equal(pair.tree(side), pair.tree(other));
        ok(keptTexts(pair, other).includes("1"));
        await isSettled(pair);
      },
    });
  }

  Deno.test({
    name:
      `append-only files on the ${side}: what is appended arrives, what would replace them is told, and follows once they are not`,
    ignore: !canBeImmutable(),
    async fn() {
      using pair = await synced({ log: "1\n", edit: "2", gone: "3", k: "" });
      {
        using _log = new Flagged(pair.path(side, "log"), "a");
        using _edit = new Flagged(pair.path(side, "edit"), "a");
        using _gone = new Flagged(pair.path(side, "gone"), "a");
        sh("sh", "-c", 'echo 2 >> "$1"', "sh", pair.path(side, "log"));
        pair.put(other, { edit: "edited" });
        pair.remove(other, "gone");
        for (let run = 0; run < 2; run++) {
          const { stderr } = exits(1, await pair.run());
          match(stderr, new RegExp(`${side}/edit: .*EPERM`));
          match(stderr, new RegExp(`${side}/gone: .*EPERM`));
          equal(pair.tree(other), { edit: "edited", k: "", log: "1\n2\n" });
          noLitter(pair);
        }
        equal(pair.tree(side), { edit: "2", gone: "3", k: "", log: "1\n2\n" });
      }
      await pair.sync();
      holds(pair, { edit: "edited", k: "", log: "1\n2\n" });
      equal(keptTexts(pair, side), ["2", "3"]);
      await isSettled(pair);
    },
  });

  Deno.test({
    name:
      `an append-only directory of the ${side}: what is new arrives, what would leave is told, and follows once it can`,
    ignore: !canBeImmutable(),
    async fn() {
      using pair = await synced({ d: { edit: "1", gone: "2" }, k: "" });
      pair.put(other, { "d/edit": "edited", "d/new": "3" });
      pair.remove(other, "d/gone");
      {
        using _ = new Flagged(pair.path(side, "d"), "a");
        const { stderr } = exits(1, await pair.run());
        match(stderr, new RegExp(`${side}/d/gone: .*EPERM`));
        equal(text(pair.path(side, "d/gone")), "2");
      }
      await pair.run();
      await pair.sync();
      holds(pair, { d: { edit: "edited", new: "3" }, k: "" });
      equal(keptTexts(pair, side), ["1", "2"]);
      await isSettled(pair);
    },
  });

  Deno.test({
    name:
      `another filesystem is mounted inside the ${side}: it is read, what would be written there is told, and nothing of it goes`,
    ignore: !canMount(),
    async fn() {
      using pair = await synced({ a: "1", m: {} });
      {
        using _ = Mount.memory(pair.path(side, "m"), "1M");
        pair.put(side, { "m/f": "2", "m/sub/g": "3" });
        await pair.sync(["--accept-new-root"]);
        const inside = { f: "2", sub: { g: "3" } };
        equal(pair.tree(other), { a: "1", m: inside });
        pair.put(other, { "m/f": "edited", "m/n": "new", a: "edited" });
        pair.remove(other, "m/sub");
        for (let run = 0; run < 2; run++) {
          const { stderr } = exits(1, await pair.run());
          match(stderr, new RegExp(`${side}/m/f: .*EXDEV`));
          match(stderr, new RegExp(`${side}/m/n: .*EXDEV`));
          match(stderr, new RegExp(`${side}/m/sub/g: .*EXDEV`));
          equal(pair.tree(side), { a: "edited", m: inside });
          noLitter(pair);
        }
        pair.remove(other, "m");
        exits(1, await pair.run(["--allow-mass-deletion"]));
        equal(pair.tree(side), { a: "edited", m: inside });
      }
      const { stderr } = exits(1, await pair.run());
      match(stderr, /another filesystem was mounted here/);
      equal(keptTexts(pair, side), ["1"]);
      equal(keptTexts(pair, other), []);
    },
  });
}

Deno.test("a replica made of hard links to the other one's files is a replica all the same", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1", b: "2", c: "3", d: { e: "4" } });
  sh("cp", "-al", `${pair.path("initiator")}/.`, pair.path("target"));
  await pair.sync();
  await isSettled(pair);
  // In place: both sides have it already. Replaced: only one side has.
  appendFileSync(pair.path("initiator", "a"), ", edited");
  sh(
    "cp",
    "--remove-destination",
    pair.path("target", "a"),
    pair.path("target", "b"),
  );
  pair.remove("initiator", "c");
  pair.set("target", "d/e", { mode: 0o600 });
  await pair.sync();
  holds(pair, { a: "1, edited", b: "1, edited", d: { e: "4" } });
  equal(keptTexts(pair, "initiator"), ["2"]);
  equal(keptTexts(pair, "target"), ["3"]);
  await isSettled(pair);
});

Deno.test("of a hundred names of one file some are replaced, some are removed, and all are edited in place: every name follows", async () => {
  using pair = await synced({ n0: "one", other: "x" });
  const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
  for (const name of names.slice(1)) pair.hardLink("initiator", "n0", name);
  await pair.sync();
  equal(pair.tree("target"), pair.tree("initiator"));
  pair.put("initiator", { n50: "in place, by one of them" });
  pair.remove("initiator", ...names.slice(80));
  sh(
    "cp",
    "--remove-destination",
    pair.path("initiator", "other"),
    pair.path("initiator", "n7"),
  );
  pair.put("target", { n9: "on the other side" });
  await pair.run(["--allow-mass-deletion"]);
  await pair.sync();
  await isSettled(pair);
  equal(pair.tree("target"), pair.tree("initiator"));
  equal(pair.stat("target", "n80"), undefined);
  equal(text(pair.path("target", "n7")), "x");
  equal(text(pair.path("target", "n79")), "in place, by one of them");
  const all = SIDES.flatMap((
    side,
  ) => [...keptTexts(pair, side), text(pair.path(side, "n9"))]);
  for (const one of ["one", "on the other side"]) ok(all.includes(one), one);
});
