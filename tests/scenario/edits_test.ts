import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { agreed, settle } from "../support/agreed.ts";
import { file, Replicas } from "../support/replicas.ts";

/** A run that starts then finds everything changed just now. */
const earlier = () => new Date(Date.now() - 10_000);

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test(`an edit on the ${side} arrives, and the version before is kept`, async () => {
    using pair = await agreed({ "a/f": "old@1000" });
    pair.put(side, { "a/f": "newer" });
    await settle(pair);
    deepEqual(pair.tree(other), { a: { f: "newer" } });
    deepEqual(pair.kept(other, "backup"), { a: { f: "old" } });
    deepEqual(pair.kept(side, "backup"), {});
  });

  Deno.test(`an old version restored with its old time on the ${side} arrives`, async () => {
    using pair = await agreed({ f: "present@5000" });
    pair.put(side, { f: "past@1000" });
    const { report } = await settle(pair);
    deepEqual(pair.tree(other), { f: "past" });
    equal(pair.stat(other, "f")?.mtime, 1000n * 1_000_000_000n);
    deepEqual(pair.kept(other, "backup"), { f: "present" });
    deepEqual(report?.conflicts, []);
  });

  Deno.test(`an edit of the same size on the ${side} arrives although the time was put back`, async () => {
    using pair = await agreed({ f: "one@1000" });
    pair.put(side, { f: "two@1000" });
    await settle(pair);
    deepEqual(pair.tree(other), { f: "two" });
    deepEqual(pair.kept(other, "backup"), { f: "one" });
  });

  Deno.test(`a file replaced by another one of the same size and time on the ${side} arrives`, async () => {
    using pair = await agreed({ f: "one@1000" });
    pair.put(side, { g: "two@1000" });
    pair.move(side, "g", "f");
    await settle(pair);
    deepEqual(pair.tree(other), { f: "two" });
  });

  Deno.test(`the second of two edits within a second on the ${side} arrives`, async () => {
    using pair = await agreed({ f: "one" });
    pair.put(side, { f: file("two", { at: 1_800_000_000_100_000_000n }) });
    await pair.sync();
    pair.put(side, { f: file("six", { at: 1_800_000_000_900_000_000n }) });
    await settle(pair);
    deepEqual(pair.tree(other), { f: "six" });
  });

  Deno.test(`an edit made on the ${side} at the moment a run ends arrives with the next one`, async () => {
    using pair = await agreed({ f: "one" }, { now: earlier });
    const before = pair.stat(side, "f")?.mtime ?? 0n;
    pair.put(side, { f: file("two", { at: before }) });
    await settle(pair);
    deepEqual(pair.tree(other), { f: "two" });
  });

  Deno.test(`an edit on the ${side} with a clock that is a day behind arrives`, async () => {
    const now = Date.now() / 1000;
    using pair = await agreed({ f: `one@${now}` });
    pair.put(side, { f: `two!@${now - 86_400}` });
    const { report } = await settle(pair);
    deepEqual(pair.tree(other), { f: "two!" });
    deepEqual(report?.conflicts, []);
  });

  Deno.test(`a file only touched on the ${side} takes its time along and nothing else`, async () => {
    using pair = await agreed({ f: "same@1000" });
    const { inode } = pair.stat(other, "f") ?? {};
    pair.set(side, "f", { at: 2000 });
    await settle(pair);
    equal(pair.stat(other, "f")?.inode, inode);
    deepEqual(pair.kept(other, "backup"), {});
  });

  Deno.test(`appending to a large file on the ${side} arrives whole`, async () => {
    const large = "0123456789abcdef".repeat(20_000);
    using pair = await agreed({ f: large });
    pair.put(side, { f: `${large}!` });
    await settle(pair);
    equal(pair.read(other, "f").length, large.length + 1);
    deepEqual(pair.kept(other, "backup"), { f: large });
  });
}

for (
  const { created, where } of [
    { where: "at the same time", created: { initiator: "x@9", target: "x@9" } },
    { where: "at other times", created: { initiator: "x@9", target: "x@7" } },
  ]
) {
  Deno.test(`the same file created on both sides ${where} is no conflict and is not copied`, async () => {
    using pair = new Replicas();
    for (const side of SIDES) pair.put(side, { f: created[side] });
    const inodes = SIDES.map((side) => pair.stat(side, "f")?.inode);
    const { report } = await settle(pair);
    deepEqual(report?.conflicts, []);
    deepEqual(SIDES.map((side) => pair.stat(side, "f")?.inode), inodes);
    for (const side of SIDES) deepEqual(pair.kept(side, "backup"), {});
  });

  Deno.test(`the same edit made on both sides ${where} is no conflict and is not copied`, async () => {
    using pair = await agreed({ f: "before" });
    for (const side of SIDES) pair.put(side, { f: created[side] });
    const inodes = SIDES.map((side) => pair.stat(side, "f")?.inode);
    const { report } = await settle(pair);
    deepEqual(report?.conflicts, []);
    deepEqual(SIDES.map((side) => pair.stat(side, "f")?.inode), inodes);
    for (const side of SIDES) deepEqual(pair.kept(side, "backup"), {});
  });
}

Deno.test("different edits of different files on both sides change places", async () => {
  using pair = await agreed({ d: { a: "1", b: "2" }, c: "3" });
  pair.put("initiator", { "d/a": "from the initiator" });
  pair.put("target", { "d/b": "from the target", "d/new": "n" });
  const { report } = await settle(pair);
  deepEqual(pair.tree("initiator"), {
    c: "3",
    d: { a: "from the initiator", b: "from the target", new: "n" },
  });
  deepEqual(report?.conflicts, []);
});

Deno.test("an empty file filled and a full one emptied arrive", async () => {
  using pair = await agreed({ empty: "", full: "text" });
  pair.put("target", { empty: "text", full: "" });
  await settle(pair);
  deepEqual(pair.tree("initiator"), { empty: "text", full: "" });
  deepEqual(pair.kept("initiator", "backup"), { empty: "", full: "text" });
});
