import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { agreed, settle, stayQuiet } from "../support/agreed.ts";
import { dir, fifo, link, Replicas } from "../support/replicas.ts";

const NO_SOFT_DELETE = { SOFT_DELETE: "no" };
const EXCLUDE = { RSYNC_EXCLUDE_PATTERN: "*.o" };

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test(`what is deleted on the ${side} goes to "deleted" on the other side`, async () => {
    const going = {
      "with space": "1",
      "par(en": "2",
      "br[ack]et": "3",
      broken: link("nowhere"),
      toDirectory: link("stays"),
      empty: {},
      "d/e/f": "deep",
      pipe: fifo(),
    };
    using pair = await agreed({ stays: { x: "y" }, ...going });
    pair.remove(side, ...Object.keys(going), "d");
    await settle(pair);
    deepEqual(pair.tree(other), { stays: { x: "y" } });
    const { "d/e/f": _, ...flat } = going;
    deepEqual(pair.kept(other, "deleted"), {
      ...flat,
      d: { e: { f: "deep" } },
    });
    deepEqual(pair.kept(side, "deleted"), {});
  });

  Deno.test(`what is deleted on the ${side} right after it was synchronised goes on the other side`, async () => {
    using pair = await agreed({ f: "1", d: { x: "2" }, k: "" });
    pair.put(other, { g: "3", h: "4" });
    await pair.sync([], { now: () => new Date(Date.now() - 10_000) });
    pair.remove(side, "f", "d", "g", "h");
    const { report } = await settle(pair);
    deepEqual(pair.tree(other), { k: "" });
    deepEqual(report?.conflicts, []);
  });

  Deno.test(`what is deleted on the ${side} is gone for good without soft deletion`, async () => {
    using pair = await agreed({ f: "1", d: { x: "2" }, l: link("f"), k: "" });
    pair.remove(side, "f", "d", "l");
    await settle(pair, { env: NO_SOFT_DELETE });
    deepEqual(pair.tree(other), { k: "" });
    deepEqual(pair.kept(other, "deleted"), {});
    deepEqual(pair.kept(other, "backup"), {});
  });

  for (const soft of [true, false]) {
    const how = soft ? "" : " without soft deletion";
    const env = { ...EXCLUDE, ...(soft ? {} : NO_SOFT_DELETE) };

    Deno.test(`an edit lives although the file was deleted on the ${side}${how}`, async () => {
      using pair = await agreed({ f: "base@5000", l: link("f") });
      pair.remove(side, "f", "l");
      pair.put(other, { f: "edited@1000", l: link("elsewhere") });
      const { report } = await settle(pair, { env });
      deepEqual(pair.tree(side), { f: "edited", l: link("elsewhere") });
      equal(report?.conflicts.length, 2);
    });

    Deno.test(`what is new or edited in a directory deleted on the ${side} lives with its directory${how}`, async () => {
      using pair = await agreed({
        k: "",
        d: {
          "edited": "base",
          "same": "s",
          "e/same": "t",
          "gone/same": "u",
        },
      });
      pair.remove(side, "d");
      pair.put(other, { d: { "edited": "edit", "new": "n", "e/n2": "m" } });
      await settle(pair, { env });
      deepEqual(pair.tree(side), {
        k: "",
        d: { edited: "edit", new: "n", e: { n2: "m" } },
      });
      const gone = { d: { same: "s", e: { same: "t" }, gone: { same: "u" } } };
      deepEqual(pair.kept(other, "deleted"), soft ? gone : {});
    });

    Deno.test(`what is excluded in a directory deleted on the ${side} lives${how}`, async () => {
      using pair = new Replicas();
      pair.put(side, { d: { "x.c": "source" } });
      await pair.sync([], { env });
      pair.put(other, { d: { "x.o": "object" } });
      pair.remove(side, "d");
      await pair.sync([], { env });
      await stayQuiet(pair, { env });
      deepEqual(pair.tree(other), { d: { "x.o": "object" } });
      deepEqual(pair.tree(side), { d: {} });
    });
  }

  Deno.test(`a file moved away on the ${side} while it was edited on the other: both live`, async () => {
    using pair = await agreed({ f: "base" });
    pair.move(side, "f", "g");
    pair.put(other, { f: "edited" });
    await settle(pair);
    deepEqual(pair.tree(side), { f: "edited", g: "base" });
  });

  Deno.test(`a file renamed on the ${side}, deleted on the other, lives under its new name`, async () => {
    using pair = await agreed({ f: "text" });
    pair.move(side, "f", "g");
    pair.remove(other, "f");
    await settle(pair);
    deepEqual(pair.tree(other), { g: "text" });
  });

  Deno.test(`a file deleted and made again on the ${side} is an edit`, async () => {
    using pair = await agreed({ f: "old@5000" });
    pair.remove(side, "f");
    pair.put(side, { f: "again@1000" });
    const { report } = await settle(pair);
    deepEqual(pair.tree(other), { f: "again" });
    deepEqual(pair.kept(other, "backup"), { f: "old" });
    deepEqual(report?.conflicts, []);
  });

  Deno.test(`a file deleted on the ${side} and made again after the run is new`, async () => {
    using pair = await agreed({ f: "old" });
    pair.remove(side, "f");
    await pair.sync();
    pair.put(side, { f: "again" });
    await settle(pair);
    deepEqual(pair.tree(other), { f: "again" });
    deepEqual(pair.kept(other, "deleted"), { f: "old" });
  });

  Deno.test(`a deletion on the ${side} is not undone by a change of the directory around it`, async () => {
    using pair = await agreed({ d: dir({ f: "1", g: "2" }, { mode: 0o755 }) });
    pair.remove(side, "d/f");
    pair.set(other, "d", { mode: 0o700 });
    await settle(pair);
    deepEqual(pair.tree(other), { d: { g: "2" } });
    equal(pair.stat(side, "d")?.mode, 0o700);
  });

  Deno.test(`a deletion held back on the ${other} is neither made up for nor undone later`, async () => {
    using pair = await agreed({ f: "1", d: { x: "2" }, keep: "3" });
    const options = [`--skip-deletion=${other}`];
    pair.remove(side, "f", "d");
    for (let run = 0; run < 3; run++) {
      const { report } = await pair.sync(options);
      deepEqual(pair.tree(side), { keep: "3" });
      deepEqual(pair.tree(other), { f: "1", d: { x: "2" }, keep: "3" });
      equal(report?.conflicts.length, 0);
    }
    pair.put(other, { keep: "4" });
    await pair.sync(options);
    deepEqual(pair.tree(side), { keep: "4" });
    await settle(pair);
    deepEqual(pair.tree(other), { keep: "4" });
  });

  Deno.test(`holding deletions back on the ${other} lets those on it through`, async () => {
    using pair = await agreed({ f: "1", g: "2" });
    pair.remove(other, "f");
    await settle(pair, { options: [`--skip-deletion=${other}`] });
    deepEqual(pair.tree(side), { g: "2" });
  });

  Deno.test(`a file whose deletion on the ${other} was held back comes back once it is edited there`, async () => {
    using pair = await agreed({ f: "1" });
    const options = [`--skip-deletion=${other}`];
    pair.remove(side, "f");
    await pair.sync(options);
    pair.put(other, { f: "edited" });
    await settle(pair, { options });
    deepEqual(pair.tree(side), { f: "edited" });
  });
}

Deno.test("a file deleted on both sides is quietly forgotten", async () => {
  using pair = await agreed({ f: "1", d: { x: "2" } });
  for (const side of SIDES) pair.remove(side, "f", "d");
  const { report } = await settle(pair);
  deepEqual(report?.conflicts, []);
  for (const side of SIDES) deepEqual(pair.kept(side, "deleted"), {});
  pair.put("target", { f: "again" });
  await settle(pair);
  deepEqual(pair.tree("initiator"), { f: "again" });
});

Deno.test("deletions held back on both sides stay so", async () => {
  using pair = await agreed({ a: "1", b: "2" });
  pair.remove("initiator", "a");
  pair.remove("target", "b");
  for (let run = 0; run < 3; run++) {
    await pair.sync(["--skip-deletion=initiator,target"]);
    deepEqual(pair.tree("initiator"), { b: "2" });
    deepEqual(pair.tree("target"), { a: "1" });
  }
});

Deno.test("the first run deletes nothing", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1", "d/x": "2" });
  pair.put("target", { b: "3", "d/y": "4" });
  await settle(pair);
  deepEqual(pair.tree("target"), { a: "1", b: "3", d: { x: "2", y: "4" } });
});

Deno.test("swapping two names loses neither content", async () => {
  using pair = await agreed({ a: "1@1000", b: "2@2000" });
  pair.move("target", "a", "t");
  pair.move("target", "b", "a");
  pair.move("target", "t", "b");
  await settle(pair);
  deepEqual(pair.tree("initiator"), { a: "2", b: "1" });
});

Deno.test("moving a directory away and another one into its place loses nothing", async () => {
  using pair = await agreed({ a: { x: "1" }, b: { y: "2" } });
  pair.move("initiator", "a", "c");
  pair.move("initiator", "b", "a");
  await settle(pair);
  deepEqual(pair.tree("target"), { a: { y: "2" }, c: { x: "1" } });
});

Deno.test("a file renamed differently on both sides is there under both names", async () => {
  using pair = await agreed({ f: "text" });
  pair.move("initiator", "f", "g");
  pair.move("target", "f", "h");
  await settle(pair);
  deepEqual(pair.tree("initiator"), { g: "text", h: "text" });
});

Deno.test("a file moved over another one keeps the one it replaced", async () => {
  using pair = await agreed({ a: "1", b: "2" });
  pair.move("initiator", "a", "b");
  await settle(pair);
  deepEqual(pair.tree("target"), { b: "1" });
  deepEqual(pair.kept("target", "backup"), { b: "2" });
  deepEqual(pair.kept("target", "deleted"), { a: "1" });
});

Deno.test("deleting names that look like patterns of each other deletes just these", async () => {
  using pair = await agreed({
    "a.b": "1",
    "aXb/f": "2",
    "foo (copy": "3",
    "zoo": "4",
    "f1": "5",
    "glob*": "6",
    "a.bc": "7",
    "+x": "8",
    "sub2/f1": "9",
  });
  pair.remove("initiator", "a.b", "aXb", "foo (copy", "zoo", "f1", "glob*");
  pair.remove("initiator", "+x");
  pair.put("initiator", { "sub/f1": "new", "sub2/f1": "edit", globular: "n" });
  await settle(pair);
  deepEqual(pair.tree("target"), {
    "a.bc": "7",
    globular: "n",
    sub: { f1: "new" },
    sub2: { f1: "edit" },
  });
});
