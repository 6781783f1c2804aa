import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import { copyFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { opposite, type Side, SIDES } from "@/core/side.ts";
import {
  exits,
  holds,
  isSettled,
  keptTexts,
  pathsIn,
  photographs,
  synced,
} from "../support/evidence.ts";
import { sh } from "../support/machine.ts";
import { Replicas } from "../support/replicas.ts";

const STATE = ".osync_workdir/state";
const TREE = { a: "1", b: "2", d: { c: "3" } };

/** Paths of a side's states, the newest last. */
function statesOf(pair: Replicas, side: Side): string[] {
  return pathsIn(pair.path(side, STATE)).filter((name) => /\.\d+$/.test(name))
    .sort((a, b) => Number(a.split(".").at(-1)) - Number(b.split(".").at(-1)))
    .map((name) => pair.path(side, `${STATE}/${name}`));
}

/** Changes the bytes of every state of a side. */
function spoil(
  pair: Replicas,
  side: Side,
  change: (bytes: Uint8Array) => Uint8Array,
): void {
  for (const path of statesOf(pair, side)) {
    writeFileSync(path, change(readFileSync(path)));
  }
}

function flip(
  at: (length: number) => number,
): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    const changed = bytes.slice();
    const index = at(bytes.length);
    changed[index] = (changed[index] ?? 0) ^ 0x10;
    return changed;
  };
}

const cut = (share: number) => (bytes: Uint8Array) =>
  bytes.slice(0, Math.floor(bytes.length * share));

/** The damages that leave something to be kept aside. */
const DAMAGES: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  "is empty": () => new Uint8Array(),
  "is cut off in its header": cut(0.1),
  "is cut off in the middle": cut(0.7),
  "has lost its last byte": (bytes) => bytes.slice(0, -1),
  "has something behind its end": (bytes) => Uint8Array.from([...bytes, 0]),
  "has a flipped bit in its header": flip(() => 40),
  "has a flipped bit in a block": flip((length) => Math.floor(length * 0.6)),
  "has a flipped bit at its end": flip((length) => length - 1),
  "is of a newer format": (bytes) => {
    const changed = bytes.slice();
    // The format number follows the magic bytes.
    changed[8] = 99;
    return changed;
  },
  "is something else": () => new TextEncoder().encode("not a state at all\n"),
};

/** Both lost something and got something since they last agreed. */
async function changedPair(): Promise<Replicas> {
  const pair = await synced(TREE);
  pair.put("initiator", { new: "4" });
  await pair.sync();
  pair.remove("initiator", "a");
  pair.remove("target", "d/c");
  pair.put("initiator", { b: "edited" });
  return pair;
}

const UNION = { ...TREE, b: "edited", new: "4" };

for (const side of SIDES) {
  for (const [name, change] of Object.entries(DAMAGES)) {
    Deno.test(`the state of the ${side} ${name}: both sides are merged, it is said, and the state is kept aside`, async () => {
      using pair = await changedPair();
      spoil(pair, side, change);
      const damaged = statesOf(pair, side).slice(-1).map((path) =>
        readFileSync(path)
      );
      const before = photographs(pair);
      const dry = exits(2, await pair.run(["--dry"]));
      match(dry.stderr, /deletes nothing/);
      equal(photographs(pair), before);
      const { stderr } = exits(2, await pair.run());
      match(stderr, /deletes nothing/);
      const aside = pathsIn(pair.path(side, STATE)).filter((path) =>
        path.includes("unusable")
      );
      const found = aside.map((path) =>
        readFileSync(pair.path(side, `${STATE}/${path}`))
      );
      for (const bytes of damaged) {
        ok(found.some((one) => equalBytes(one, bytes)), aside.join());
      }
      for (const path of aside) match(stderr, new RegExp(path));
      holds(pair, UNION);
      equal(keptTexts(pair, "target"), ["2"]);
      await isSettled(pair);
    });
  }

  Deno.test(`the states of the ${side} are gone: both sides are merged, and it is said`, async () => {
    using pair = await changedPair();
    for (const path of statesOf(pair, side)) sh("rm", path);
    const { stderr } = exits(2, await pair.run());
    match(stderr, new RegExp(`the ${side} has no state.*deletes nothing`));
    holds(pair, UNION);
    await isSettled(pair);
  });

  Deno.test(`only the newest state of the ${side} is gone: the one before counts`, async () => {
    using pair = await changedPair();
    sh("rm", statesOf(pair, side).at(-1) ?? "");
    await pair.sync();
    holds(pair, { b: "edited", d: {}, new: "4" });
    await isSettled(pair);
  });

  Deno.test(`the states of the ${side} come from another pair: both sides are merged, and it is said`, async () => {
    using pair = await changedPair();
    using another = await synced({ x: "1" });
    another.put("initiator", { y: "1" });
    await another.sync();
    const theirs = statesOf(another, side);
    for (const [index, path] of statesOf(pair, side).entries()) {
      copyFileSync(theirs[index] ?? "", path);
    }
    const { stderr } = exits(2, await pair.run());
    match(stderr, /do not belong together.*deletes nothing/);
    holds(pair, UNION);
    await isSettled(pair);
  });

  Deno.test(`the ${side} was restored from an old copy with its state: nothing that is newer is deleted`, async () => {
    using pair = await synced(TREE);
    sh("cp", "-a", pair.path(side), `${pair.home}/copy`);
    for (const text of ["4", "5", "6"]) {
      pair.put("initiator", { [`new-${text}`]: text });
      await pair.sync();
    }
    sh("rm", "-r", pair.path(side));
    renameSync(`${pair.home}/copy`, pair.path(side));
    const { stderr } = exits(2, await pair.run());
    match(stderr, /deletes nothing/);
    holds(pair, { ...TREE, "new-4": "4", "new-5": "5", "new-6": "6" });
    await isSettled(pair);
  });

  Deno.test(`a state of the ${side} has the name of another run: it is not believed`, async () => {
    using pair = await changedPair();
    const [newest = ""] = statesOf(pair, side).slice(-1);
    renameSync(newest, newest.replace(/\d+$/, "99"));
    exits(2, await pair.run());
    equal(pair.tree("initiator"), UNION);
    equal(pair.tree("target"), UNION);
    await isSettled(pair);
  });
}

Deno.test("the states of both sides are damaged: both sides are merged", async () => {
  using pair = await changedPair();
  for (const side of SIDES) spoil(pair, side, cut(0.5));
  exits(2, await pair.run());
  holds(pair, UNION);
  await isSettled(pair);
});

Deno.test("another task has its own state in the same replicas", async () => {
  using pair = await synced(TREE);
  await pair.sync(["--instance-id=other"]);
  pair.remove("initiator", "a");
  await pair.sync(["--instance-id=other"]);
  equal(Object.keys(pair.tree("target")).sort(), ["b", "d"]);
  await isSettled(pair);
  equal(keptTexts(pair, "target"), ["1"]);
});

Deno.test("both replicas were exchanged on the command line: both sides are merged", async () => {
  using pair = await changedPair();
  const [initiator, target] = SIDES.map((side) => pair.path(opposite(side)));
  using swapped = new Replicas({
    initiator: initiator ?? "",
    target: target ?? "",
  });
  await swapped.sync();
  equal(pair.tree("target"), UNION);
  equal(pair.tree("initiator"), UNION);
});

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
