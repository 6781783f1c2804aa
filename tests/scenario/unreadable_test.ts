import { deepStrictEqual as equal, match } from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { canBeNobody, giveToNobody, runAsNobody } from "../support/bare.ts";
import { exits, holds, keptTexts } from "../support/evidence.ts";
import { type Literal, Replicas } from "../support/replicas.ts";

const ignore = !canBeNobody();

/** A pair of a user without rights, synchronised once. */
async function owned(tree: Literal): Promise<Replicas> {
  const pair = new Replicas();
  pair.put("initiator", tree);
  giveToNobody(pair);
  exits(0, await runAsNobody(pair));
  return pair;
}

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test({
    name:
      `a new file on the ${side} cannot be read: the rest is synchronised, exit code 1`,
    ignore,
    async fn() {
      using pair = await owned({ a: "1" });
      pair.put(side, { secret: "2", d: { also: "3" }, z: "4" });
      pair.set(side, "secret", { mode: 0o000 });
      giveToNobody(pair);
      const { stderr } = exits(1, await runAsNobody(pair));
      match(stderr, /secret: .*(P|p)ermission denied/);
      equal(pair.tree(other), { a: "1", d: { also: "3" }, z: "4" });
      pair.set(side, "secret", { mode: 0o600 });
      exits(0, await runAsNobody(pair));
      holds(pair, { a: "1", d: { also: "3" }, secret: "2", z: "4" });
    },
  });

  Deno.test({
    name:
      `a file that both have can no longer be read on the ${side}: nothing is deleted`,
    ignore,
    async fn() {
      const tree = { a: "1", d: { f: "2" } };
      using pair = await owned(tree);
      pair.set(side, "d/f", { mode: 0o000 });
      const { stderr } = exits(1, await runAsNobody(pair));
      match(stderr, /d\/f: .*permission denied/);
      pair.set(side, "d/f", { mode: 0o644 });
      exits(0, await runAsNobody(pair));
      holds(pair, tree);
      equal(SIDES.flatMap((one) => keptTexts(pair, one)), []);
    },
  });

  Deno.test({
    name:
      `a directory can no longer be read on the ${side}, then can be again: nothing is deleted`,
    ignore,
    async fn() {
      const tree = { a: "1", dir: { f: "2", sub: { g: "3" } } };
      using pair = await owned(tree);
      pair.set(side, "dir", { mode: 0o000 });
      pair.put(side, { new: "4" });
      pair.put(other, { a: "changed" });
      giveToNobody(pair);
      for (let run = 0; run < 2; run++) {
        const { stderr } = exits(1, await runAsNobody(pair));
        match(stderr, /dir: .*(P|p)ermission denied/);
      }
      pair.set(side, "dir", { mode: 0o755 });
      exits(0, await runAsNobody(pair));
      holds(pair, { ...tree, a: "changed", new: "4" });
      exits(0, await runAsNobody(pair));
      holds(pair, { ...tree, a: "changed", new: "4" });
      equal(keptTexts(pair, side), ["1"]);
      equal(keptTexts(pair, other), []);
    },
  });

  Deno.test({
    name:
      `a directory of the ${side} cannot be read while the other side deletes it: it stays`,
    ignore,
    async fn() {
      using pair = await owned({ a: "1", dir: { f: "2" } });
      pair.set(side, "dir", { mode: 0o000 });
      pair.remove(other, "dir");
      exits(1, await runAsNobody(pair));
      pair.set(side, "dir", { mode: 0o755 });
      equal(pair.tree(side), { a: "1", dir: { f: "2" } });
      equal(pair.tree(other), { a: "1" });
      // Only its mode changed since both agreed, and only for a while.
      exits(0, await runAsNobody(pair));
      equal(SIDES.flatMap((one) => keptTexts(pair, one)).length < 2, true);
    },
  });

  Deno.test({
    name:
      `a directory of the ${side} may be listed but not entered: nothing is deleted`,
    ignore,
    async fn() {
      const tree = { a: "1", dir: { f: "2" } };
      using pair = await owned(tree);
      pair.set(side, "dir", { mode: 0o600 });
      exits(1, await runAsNobody(pair));
      pair.set(side, "dir", { mode: 0o755 });
      equal(pair.tree(side), tree);
      equal(pair.tree(other), tree);
    },
  });

  Deno.test({
    name:
      `a directory of the ${side} belongs to somebody else: named, exit code 1, done when it can`,
    ignore,
    async fn() {
      using pair = await owned({ a: "1", dir: { f: "2" } });
      pair.set(side, "dir", { uid: 1, gid: 1 });
      exits(0, await runAsNobody(pair));
      pair.put(other, { "dir/f": "changed", "dir/new": "3", b: "4" });
      giveToNobody(pair);
      pair.set(side, "dir", { uid: 1, gid: 1 });
      const { stderr } = exits(1, await runAsNobody(pair));
      match(stderr, /dir\/new/);
      equal(pair.tree(side), { a: "1", b: "4", dir: { f: "2" } });
      pair.set(side, "dir", { uid: 65534, gid: 65534 });
      exits(0, await runAsNobody(pair));
      holds(pair, { a: "1", b: "4", dir: { f: "changed", new: "3" } });
    },
  });

  Deno.test({
    name:
      `the ${side} itself cannot be read: exit code 1, and nothing is touched`,
    ignore,
    async fn() {
      const tree = { a: "1" };
      using pair = await owned(tree);
      pair.set(side, "", { mode: 0o000 });
      const { stderr } = exits(1, await runAsNobody(pair));
      match(stderr, new RegExp(`${side}.*(P|p)ermission denied`));
      pair.set(side, "", { mode: 0o755 });
      holds(pair, tree);
    },
  });
}

Deno.test({
  name:
    "files that belong to somebody else are synchronised as one's own, and stay so",
  ignore,
  async fn() {
    using pair = await owned({ a: "1" });
    pair.put("initiator", { b: "2" });
    exits(0, await runAsNobody(pair));
    holds(pair, { a: "1", b: "2" });
    const { stdout } = exits(0, await runAsNobody(pair));
    match(stdout, /Nothing to do: both replicas are equal/);
  },
});

Deno.test({
  name:
    "directories belong to somebody else: their times cannot follow, deletions in them can",
  ignore,
  async fn() {
    using pair = new Replicas();
    pair.put("initiator", { a: "1", d: { f: "2", g: "3" } });
    pair.put("target", { d: {} });
    giveToNobody(pair);
    for (const side of SIDES) {
      for (const path of ["", "d"]) {
        pair.set(side, path, { mode: 0o777, uid: 1 });
      }
    }
    pair.set("target", "", { at: 1000 });
    pair.set("target", "d", { at: 1000 });
    const { stderr } = exits(1, await runAsNobody(pair));
    match(stderr, /target\/d: .*EPERM/);
    equal(pair.tree("target"), { a: "1", d: { f: "2", g: "3" } });
    pair.remove("target", "a", "d/f");
    exits(1, await runAsNobody(pair));
    for (const side of SIDES) equal(pair.tree(side), { d: { g: "3" } });
  },
});
