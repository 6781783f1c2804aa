import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { agreed, settle } from "../support/agreed.ts";
import { Replicas } from "../support/replicas.ts";

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test(`a file edited on both sides: the newer edit, on the ${side}, wins, and the other one is kept`, async () => {
    using pair = await agreed({ "d/f": "base@1000" });
    pair.put(side, { "d/f": "newer@3000" });
    pair.put(other, { "d/f": "older@2000" });
    const { report } = await settle(pair);
    deepEqual(pair.tree(other), { d: { f: "newer" } });
    deepEqual(pair.kept(other, "backup"), { d: { f: "older" } });
    equal(report?.conflicts.length, 1);
    equal(report?.conflicts[0]?.winner, side);
  });

  Deno.test(`two edits of the same time: the ${side} wins where it prevails, and the other one is kept`, async () => {
    using pair = await agreed({ f: "base@1000", g: "base@1000" });
    pair.put(side, { f: "mine@2000", g: "mine, longer@2000" });
    pair.put(other, { f: "your@2000", g: "yours@2000" });
    const { report } = await settle(pair, {
      env: { CONFLICT_PREVALANCE: side },
    });
    deepEqual(pair.tree(other), { f: "mine", g: "mine, longer" });
    deepEqual(pair.kept(other, "backup"), { f: "your", g: "yours" });
    equal(report?.conflicts.length, 2);
  });

  Deno.test(`a forced prevalence of the ${side} wins against a newer edit, which is kept`, async () => {
    using pair = await agreed({ f: "base@1000" });
    pair.put(side, { f: "mine@2000" });
    pair.put(other, { f: "newer@3000" });
    await settle(pair, {
      env: { CONFLICT_PREVALANCE: side, FORCE_CONFLICT_PREVALANCE: "yes" },
    });
    deepEqual(pair.tree(other), { f: "mine" });
    deepEqual(pair.kept(other, "backup"), { f: "newer" });
  });

  Deno.test(`on the first run the newer of two different files, on the ${side}, wins, and the other one is kept`, async () => {
    using pair = new Replicas();
    pair.put(side, { f: "newer@3000" });
    pair.put(other, { f: "older@2000", "only/here": "x" });
    const { report } = await settle(pair);
    deepEqual(pair.tree(side), { f: "newer", only: { here: "x" } });
    deepEqual(pair.kept(other, "backup"), { f: "older" });
    equal(report?.conflicts.length, 1);
  });

  Deno.test(`a file created on both sides after the first run: the newer one, on the ${side}, wins`, async () => {
    using pair = await agreed({ before: "x" });
    pair.put(side, { f: "newer@3000" });
    pair.put(other, { f: "older@2000" });
    await settle(pair);
    deepEqual(pair.tree(side), { before: "x", f: "newer" });
    deepEqual(pair.kept(other, "backup"), { f: "older" });
  });
}

Deno.test("an edit that put the time back on both sides is decided by prevalence and kept", async () => {
  using pair = await agreed({ f: "one@1000" });
  await pair.sync();
  pair.put("initiator", { f: "two@1000" });
  pair.put("target", { f: "six@1000" });
  await settle(pair);
  deepEqual(pair.tree("target"), { f: "two" });
  deepEqual(pair.kept("target", "backup"), { f: "six" });
});

Deno.test("--log-conflicts lists every conflict as both paths with << >> between", async () => {
  using pair = await agreed({ f: "base", g: "base", h: "base" });
  pair.put("initiator", { f: "one!@2000", g: "two!@2000" });
  pair.put("target", { f: "other@3000", g: "other@1000", h: "no conflict" });
  const { stdout } = await pair.sync(["--log-conflicts", "--no-prefix"]);
  const { initiator, target } = pair.roots;
  for (const name of ["f", "g"]) {
    const line = `${initiator}/${name} << >> ${target}/${name}`;
    equal(stdout.split(line).length, 2, stdout);
  }
  match(stdout, /^Conflicts: 2$/m);
});

Deno.test("a conflict is reported once and is none any more in the next run", async () => {
  using pair = await agreed({ f: "base" });
  pair.put("initiator", { f: "one" });
  pair.put("target", { f: "other" });
  equal((await pair.sync()).report?.conflicts.length, 1);
  equal((await pair.sync()).report?.conflicts.length, 0);
});

Deno.test("the loser of a conflict is gone for good where backups are switched off", async () => {
  using pair = await agreed({ f: "base@1000" });
  pair.put("initiator", { f: "newer@3000" });
  pair.put("target", { f: "older@2000" });
  await settle(pair, { env: { CONFLICT_BACKUP: "no" } });
  deepEqual(pair.tree("target"), { f: "newer" });
  deepEqual(pair.kept("target", "backup"), {});
});
