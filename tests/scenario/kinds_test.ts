import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { agreed, settle } from "../support/agreed.ts";
import { fifo, link, type Literal, Replicas } from "../support/replicas.ts";

type Value = Literal[string];

const KINDS: Readonly<Record<string, { was: Value; is: Value }>> = {
  "a file": { was: "old", is: "new" },
  "a directory": { was: { in: "old", sub: { x: "o" } }, is: { in: "new" } },
  "an empty directory": { was: {}, is: {} },
  "a link": { was: link("old"), is: link("new") },
  "a pipe": { was: fifo(), is: fifo() },
};

const pairs = Object.entries(KINDS).flatMap(([from, { was }]) =>
  Object.entries(KINDS).filter(([to]) =>
    to !== from && !(from.endsWith("directory") && to.endsWith("directory"))
  ).map(([to, { is }]) => ({ from, to, was, is }))
);

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test(`each kind replaced by each other kind on the ${side} arrives, and what was there is kept`, async () => {
    const names = pairs.map(({ from, to }) => `${from} to ${to}`);
    const tree = (which: "was" | "is"): Literal =>
      Object.fromEntries(pairs.map((each, at) => [names[at], each[which]]));
    using pair = await agreed({ stays: "x", ...tree("was") });
    pair.put(side, Object.fromEntries(names.map((name) => [name, null])));
    pair.put(side, tree("is"));
    const { report } = await settle(pair);
    deepEqual(report?.conflicts, []);
    deepEqual(pair.tree(other), { stays: "x", ...tree("is") });
    const kept = {
      ...pair.kept(other, "backup"),
      ...pair.kept(other, "deleted"),
    };
    deepEqual(kept, tree("was"));
  });

  Deno.test(`a directory that became a file on the ${side} while something new came into it: both are kept`, async () => {
    using pair = await agreed({ d: { x: "known@1000" }, s: "" });
    pair.put(side, { d: null });
    pair.put(side, { d: "file@2000" });
    pair.put(other, { d: { n: "new@3000" } });
    const { report } = await settle(pair);
    deepEqual(pair.tree(side), { d: { n: "new", x: "known" }, s: "" });
    deepEqual(pair.kept(side, "backup"), { d: "file" });
    equal(report?.conflicts.length, 1);
  });

  Deno.test(`a file put in place of a directory on the ${side} wins against an older file in it, which is kept`, async () => {
    using pair = await agreed({ d: { x: "known@1000" }, s: "" });
    pair.put(side, { d: null });
    const later = Date.now() / 1000 + 1000;
    pair.put(side, { d: `file@${later}` });
    pair.put(other, { d: { n: "new@3000" } });
    const { report } = await settle(pair);
    deepEqual(pair.tree(other), { d: "file", s: "" });
    deepEqual(pair.kept(other, "backup"), { d: { n: "new", x: "known" } });
    equal(report?.conflicts.length, 1);
  });

  Deno.test(`an excluded file inside keeps the directory when the ${side} replaces it by a file`, async () => {
    using pair = new Replicas();
    const env = { RSYNC_EXCLUDE_PATTERN: "*.o" };
    pair.put(side, { d: { x: "1" } });
    await pair.sync([], { env });
    pair.put(other, { "d/x.o": "object" });
    pair.put(side, { d: null });
    pair.put(side, { d: "file" });
    await pair.sync([], { env });
    deepEqual(pair.tree(other), { d: { x: "1", "x.o": "object" } });
    deepEqual(pair.tree(side), { d: { x: "1" } });
    deepEqual(pair.kept(side, "backup"), { d: "file" });
  });

  Deno.test(`on the first run a file on the ${side} and a directory on the other: both are kept`, async () => {
    using pair = new Replicas();
    pair.put(side, { both: "file@1000", other: "x" });
    pair.put(other, { both: { in: "side" } });
    const { report } = await settle(pair);
    deepEqual(pair.tree(side), { both: { in: "side" }, other: "x" });
    deepEqual(pair.kept(side, "backup"), { both: "file" });
    equal(report?.conflicts.length, 1);
  });

  Deno.test(`a file turned into a link on the ${side} and edited on the other: both are kept`, async () => {
    using pair = await agreed({ f: "base@1000" });
    pair.put(side, { f: link("elsewhere", { at: 2000 }) });
    pair.put(other, { f: "edited@3000" });
    await settle(pair);
    deepEqual(pair.tree(side), { f: "edited" });
    deepEqual(pair.kept(side, "backup"), { f: link("elsewhere") });
  });

  Deno.test(`a link replaced by an edited copy of its target on the ${side} arrives`, async () => {
    using pair = await agreed({ l: link("t"), t: "text" });
    pair.put(side, { l: "text, edited" });
    await settle(pair);
    deepEqual(pair.tree(other), { l: "text, edited", t: "text" });
    deepEqual(pair.kept(other, "backup"), { l: link("t") });
  });
}

Deno.test("a name of another kind on each side: the newer one wins, the other one is kept", async () => {
  using pair = await agreed({ n: "base@1000" });
  pair.put("initiator", { n: link("somewhere", { at: 2000 }) });
  pair.put("target", { n: null });
  pair.put("target", { n: { in: "new" } });
  await settle(pair);
  deepEqual(pair.tree("initiator"), { n: { in: "new" } });
  deepEqual(pair.kept("initiator", "backup"), { n: link("somewhere") });
});

Deno.test("the same change of kind on both sides is no conflict", async () => {
  using pair = await agreed({ f: "file", d: { x: "1" }, s: "" });
  for (const side of SIDES) {
    pair.put(side, { f: null, d: null });
    pair.put(side, { f: { x: "1@1000" }, d: "file@1000" });
  }
  const { report } = await settle(pair);
  deepEqual(report?.conflicts, []);
});

Deno.test("changes of kind inside a directory that itself became a file on the other side lose nothing", async () => {
  using pair = await agreed({ d: { e: { x: "1" }, f: "2" }, s: "" });
  pair.put("initiator", { d: null });
  pair.put("initiator", { d: "file@1000" });
  pair.put("target", { "d/e": null, "d/f": null });
  pair.put("target", { "d/e": "was a directory", "d/f/y": "was a file" });
  await settle(pair);
  deepEqual(pair.tree("initiator"), {
    d: { e: "was a directory", f: { y: "was a file" } },
    s: "",
  });
  deepEqual(pair.kept("initiator", "backup"), { d: "file" });
});

Deno.test("a directory that became a file and back leaves one version of each", async () => {
  using pair = await agreed({ d: { x: "1" }, s: "" });
  for (const value of ["file", { x: "2" }, "file again", { x: "3" }]) {
    pair.put("initiator", { d: null });
    pair.put("initiator", { d: value });
    await settle(pair);
  }
  deepEqual(pair.kept("target", "deleted"), {
    d: { x: "2", "x.~1~": "1" },
  });
  deepEqual(pair.kept("target", "backup"), {
    d: "file again",
    "d.~1~": "file",
  });
});
