import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { agreed, settle } from "../support/agreed.ts";
import { link, Replicas } from "../support/replicas.ts";

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test(`a link pointed elsewhere on the ${side} arrives, and the old one is kept`, async () => {
    using pair = await agreed({ a: "1", b: "2", l: link("a") });
    pair.put(side, { l: link("b") });
    const { report } = await settle(pair);
    deepEqual(pair.tree(other), { a: "1", b: "2", l: link("b") });
    deepEqual(pair.kept(other, "backup"), { l: link("a") });
    deepEqual(report?.conflicts, []);
  });

  Deno.test(`links of every sort made on the ${side} arrive as they are`, async () => {
    using pair = new Replicas();
    const tree = {
      d: { f: "1" },
      broken: link("no/where"),
      absolute: link("/etc/passwd"),
      outside: link("../../other"),
      toDirectory: link("d"),
      toFile: link("d/f"),
      self: link("self"),
      here: link("."),
      up: link(".."),
      odd: link(" a\nb -> c\udcff"),
      long: link("x/".repeat(2000)),
      "d/loop": link("../d"),
    };
    pair.put(side, tree);
    await settle(pair);
    deepEqual(pair.tree(other), pair.tree(side));
  });

  Deno.test(`a link to a directory outside is deleted on the ${side} without touching what it points to`, async () => {
    using pair = new Replicas();
    putOutside(pair, { precious: "p" });
    pair.put("initiator", { l: link(`${pair.home}/outside`), k: "" });
    await settle(pair);
    pair.remove(side, "l");
    await settle(pair);
    deepEqual(pair.tree(other), { k: "" });
    deepEqual(outside(pair), { precious: "p" });
  });

  Deno.test(`a directory replaced by a link to the outside on the ${side}: nothing is written or removed there`, async () => {
    using pair = await agreed({ d: { f: "1", g: "2" }, k: "" });
    putOutside(pair, { f: "outside", g: "outside" });
    pair.remove(side, "d");
    pair.put(side, { d: link("../outside") });
    pair.put(other, { "d/f": "edited", "d/n": "new", "d/g": null });
    await settle(pair);
    deepEqual(outside(pair), { f: "outside", g: "outside" });
    deepEqual(pair.tree(side), { d: { f: "edited", n: "new" }, k: "" });
    deepEqual(pair.kept(side, "backup"), { d: link("../outside") });
  });

  Deno.test(`a directory replaced by a link to the outside on the ${side} while a run is on: nothing is done there`, async () => {
    using pair = await agreed({ d: { f: "1", g: "2", h: "3" }, k: "" });
    putOutside(pair, { f: "outside", g: "outside", h: "outside" });
    pair.put(other, { "d/f": "edited", "d/n": "new", "d/g": null });
    pair.set(other, "d/h", { mode: 0o600 });
    const { code } = await pair.run([], {
      onEvent({ kind }) {
        if (kind !== "planned") return;
        pair.move(side, "d", "moved");
        pair.put(side, { d: link("../outside") });
      },
    });
    equal(code === 0, false);
    deepEqual(outside(pair), { f: "outside", g: "outside", h: "outside" });
    equal((await Deno.stat(`${pair.home}/outside/h`)).mode, 0o100644);
    await pair.sync();
    await settle(pair);
    deepEqual(outside(pair), { f: "outside", g: "outside", h: "outside" });
  });

  Deno.test(`a link that appears on the ${side} where a file is about to be written is not followed`, async () => {
    using pair = await agreed({ f: "1", k: "" });
    putOutside(pair, { f: "outside" });
    pair.put(other, { f: "edited", n: "new" });
    const { code } = await pair.run([], {
      onEvent({ kind }) {
        if (kind !== "planned") return;
        pair.put(side, { f: link("../outside/f"), n: link("../outside/f") });
      },
    });
    equal(code, 2);
    deepEqual(outside(pair), { f: "outside" });
    await pair.sync();
    deepEqual(outside(pair), { f: "outside" });
  });
}

Deno.test("a link whose target text did not change is not touched by a newer time", async () => {
  using pair = await agreed({ l: link("x", { at: 1000 }) });
  pair.put("target", { l: link("x", { at: 2000 }) });
  await settle(pair);
  deepEqual(pair.kept("initiator", "backup"), {});
});

Deno.test("a link pointed elsewhere on both sides is a conflict, and the loser is kept", async () => {
  using pair = await agreed({ l: link("x", { at: 1000 }) });
  pair.put("initiator", { l: link("a", { at: 2000 }) });
  pair.put("target", { l: link("b", { at: 3000 }) });
  const { report } = await settle(pair);
  deepEqual(pair.tree("initiator"), { l: link("b") });
  deepEqual(pair.kept("initiator", "backup"), { l: link("a") });
  equal(report?.conflicts.length, 1);
});

Deno.test("replicas reached through links are synchronised where the links lead", async () => {
  using pair = new Replicas();
  pair.put("initiator", { f: "1" });
  await Deno.symlink(pair.path("target"), `${pair.home}/way`);
  using through = new Replicas({
    initiator: pair.path("initiator"),
    target: `${pair.home}/way`,
  });
  await settle(through);
  deepEqual(pair.tree("target"), { f: "1" });
});

/** Files in a directory beside the replicas. */
function putOutside(
  pair: Replicas,
  files: Readonly<Record<string, string>>,
): void {
  Deno.mkdirSync(`${pair.home}/outside`);
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${pair.home}/outside/${name}`, text);
  }
}

function outside(pair: Replicas): Record<string, string> {
  const path = `${pair.home}/outside`;
  return Object.fromEntries(
    [...Deno.readDirSync(path)].map(({ name }) => name).sort()
      .map((name) => [name, Deno.readTextFileSync(`${path}/${name}`)]),
  );
}
