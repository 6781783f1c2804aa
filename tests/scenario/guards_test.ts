import { deepStrictEqual as equal, match } from "node:assert/strict";
import { WORK_DIRECTORY } from "@/core/path.ts";
import { opposite, type Side, SIDES } from "@/core/side.ts";
import {
  belongings,
  exists,
  exits,
  holds,
  isSettled,
  keptTexts,
  pathsIn,
  synced,
} from "../support/evidence.ts";
import { canMount, canMountExt4, Mount, sh } from "../support/machine.ts";
import type { RunOptions } from "../support/osync.ts";
import { Replicas } from "../support/replicas.ts";

const TREE = { a: "1", b: "2", c: "3", d: { e: "4" } };
const CREATES: RunOptions = { env: { CREATE_DIRS: "true" } };

/** Stops with exit code 1, names the option, and leaves files and states as they are. */
async function stops(
  pair: Replicas,
  option: string,
  around: RunOptions = {},
): Promise<void> {
  const before = belongings(pair);
  for (const options of [["--dry"], []]) {
    const { stderr } = exits(1, await pair.run(options, around));
    match(stderr, /Stopped before the first change/);
    match(stderr, new RegExp(option));
    equal(belongings(pair), before);
  }
}

/** Removes what a user would remove. */
function empty(pair: Replicas, side: Side): void {
  for (const name of Object.keys(pair.tree(side))) pair.remove(side, name);
}

function removeRoot(pair: Replicas, side: Side): void {
  sh("rm", "-r", pair.path(side));
}

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test(`every file of the ${side} is removed: a run stops until mass deletion is allowed`, async () => {
    using pair = await synced(TREE);
    empty(pair, side);
    await stops(pair, "--allow-mass-deletion");
    await pair.sync(["--allow-mass-deletion"]);
    holds(pair, {});
    equal(keptTexts(pair, other), ["1", "2", "3", "4"]);
  });

  Deno.test(`an empty directory replaces the ${side}: a run stops until a new root is accepted`, async () => {
    using pair = await synced(TREE);
    removeRoot(pair, side);
    sh("mkdir", pair.path(side));
    await stops(pair, "--accept-new-root");
    equal(pathsIn(pair.path(side)), []);
    exits(2, await pair.run(["--accept-new-root"]));
    holds(pair, TREE);
    await isSettled(pair);
  });

  Deno.test(`the ${side} is missing and CREATE_DIRS=true: a run stops and creates nothing`, async () => {
    using pair = await synced(TREE);
    removeRoot(pair, side);
    await stops(pair, "--accept-new-root", CREATES);
    equal(exists(pair.path(side)), false);
    exits(2, await pair.run(["--accept-new-root"], CREATES));
    holds(pair, TREE);
    await isSettled(pair);
  });

  Deno.test({
    name:
      `a filesystem inside the ${side} is not mounted, or one is that was not: nothing there is deleted`,
    ignore: !canMount(),
    async fn() {
      using pair = await synced({ a: "1", m: { b: "2" } });
      const mount = pair.path(side, "m");
      {
        using _ = Mount.memory(mount, "1M");
        const { stderr } = exits(1, await pair.run());
        match(stderr, /mount it again, or use --accept-new-root/);
      }
      await isSettled(pair);
      equal(pair.tree(other), { a: "1", m: { b: "2" } });
      for (const one of SIDES) pair.remove(one, "m/b");
      pair.put("both", { f: "3" });
      {
        using _ = Mount.memory(mount, "1M");
        pair.put(side, { "m/inside": "4" });
        await pair.sync(["--accept-new-root"]);
      }
      const { stderr } = exits(1, await pair.run());
      match(stderr, /mount it again, or use --accept-new-root/);
      equal(pair.tree(other), { a: "1", f: "3", m: { inside: "4" } });
      await pair.sync(["--accept-new-root"]);
      holds(pair, { a: "1", f: "3", m: {} });
      equal(keptTexts(pair, other).includes("4"), true);
    },
  });

  Deno.test(`an empty directory replaces the ${side} whose state is elsewhere: a run stops, then merges`, async () => {
    using pair = new Replicas();
    pair.put(side, { only: "1" });
    const states = SIDES.map((one) =>
      `--${one}-state-dir=${pair.home}/${one}-s`
    );
    await pair.sync(states);
    removeRoot(pair, side);
    const missing = await pair.run(states, CREATES);
    match(exits(1, missing).stderr, /--accept-new-root/);
    equal(exists(pair.path(side)), false);
    sh("mkdir", pair.path(side));
    match(exits(1, await pair.run(states)).stderr, /--accept-new-root/);
    equal(pathsIn(pair.path(side)), []);
    exits(2, await pair.run([...states, "--accept-new-root"]));
    holds(pair, { only: "1" });
    match((await pair.sync(states)).stdout, /Nothing to do/);
  });

  Deno.test(`the ${side} is missing: a run says so, whatever is accepted`, async () => {
    using pair = await synced(TREE);
    removeRoot(pair, side);
    const { stderr } = exits(1, await pair.run(["--accept-new-root"]));
    match(stderr, /does not exist[^]*CREATE_DIRS/);
    equal(exists(pair.path(side)), false);
  });

  Deno.test(`999 of 1000 files of the ${side} are deleted: a run stops until mass deletion is allowed`, async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `f${index}`);
    const tree = Object.fromEntries(names.map((name) => [name, name]));
    using pair = await synced(tree);
    pair.remove(side, ...names.slice(1));
    await stops(pair, "--allow-mass-deletion");
    await pair.sync(["--allow-mass-deletion"]);
    holds(pair, { f0: "f0" });
    equal(keptTexts(pair, other), names.slice(1).sort());
  });

  Deno.test(`the ${side} lost its work directory but has files: a run merges, and says so`, async () => {
    using pair = await synced(TREE);
    pair.remove(side, WORK_DIRECTORY, "a");
    const { stderr } = exits(2, await pair.run());
    match(stderr, new RegExp(`the ${side} has no state`));
    holds(pair, TREE);
  });

  Deno.test({
    name:
      `the filesystem of the ${side} is not mounted: a run stops, and goes on once it is`,
    ignore: !canMountExt4(),
    async fn() {
      using pair = new Replicas();
      {
        using _ = Mount.ext4(pair.path(side), "8M");
        pair.put(other, { a: "1", b: "2" });
        await pair.sync();
      }
      await stops(pair, "--accept-new-root");
      equal(pathsIn(pair.path(side)), []);
      using _ = Mount.again(pair.path(side));
      await isSettled(pair);
    },
  });

  Deno.test({
    name: `another filesystem is mounted over the ${side}: a run stops`,
    ignore: !canMount(),
    async fn() {
      using pair = await synced(TREE);
      using _ = Mount.memory(pair.path(side), "1M");
      await stops(pair, "--accept-new-root");
      equal(pathsIn(pair.path(side)), []);
    },
  });

  Deno.test({
    name:
      `the ${side} moves to another filesystem: a run stops until that is accepted`,
    ignore: !canMount(),
    async fn() {
      using pair = await synced(TREE);
      const old = `${pair.home}/old`;
      sh("mv", pair.path(side), old);
      using _ = Mount.memory(pair.path(side), "8M");
      sh("cp", "-a", `${old}/.`, pair.path(side));
      pair.remove(side, "a");
      await stops(pair, "--accept-new-root");
      await pair.sync(["--accept-new-root"]);
      holds(pair, { b: "2", c: "3", d: { e: "4" } });
      await isSettled(pair);
    },
  });
}

Deno.test("more files are deleted than MAX_DELETE_COUNT: a run stops until mass deletion is allowed", async () => {
  using pair = await synced(TREE);
  pair.remove("initiator", "a", "b");
  await stops(pair, "--allow-mass-deletion", {
    env: { MAX_DELETE_COUNT: "1" },
  });
  await pair.sync([], { env: { MAX_DELETE_COUNT: "2" } });
  holds(pair, { c: "3", d: { e: "4" } });
});

Deno.test("one of two files is deleted: that is everyday work", async () => {
  using pair = await synced({ a: "1", b: "2" });
  pair.remove("initiator", "a");
  await pair.sync();
  holds(pair, { b: "2" });
});
