import { deepStrictEqual as equal, match } from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import {
  exits,
  holds,
  isSettled,
  keptTexts,
  pathsIn,
  photograph,
  synced,
} from "../support/evidence.ts";
import { dir, file, Replicas } from "../support/replicas.ts";

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test(`--initialize records what both hold: a later deletion on the ${side} is one`, async () => {
    using pair = new Replicas();
    pair.put("both", {
      a: file("1", { at: 1000 }),
      b: file("2", { at: 1000 }),
    });
    const { stdout } = await pair.sync(["--initialize"]);
    match(stdout, /Initialised/);
    pair.remove(side, "a");
    await pair.sync();
    holds(pair, { b: "2" });
    equal(keptTexts(pair, other), ["1"]);
  });

  Deno.test(`--initialize changes no file, and what only the ${side} has is still new afterwards`, async () => {
    using pair = new Replicas();
    pair.put("both", { a: file("1", { at: 1000 }) });
    pair.put(side, { only: "2" });
    const before = pair.sketch(side);
    await pair.sync(["--initialize"]);
    equal(pair.sketch(side), before);
    await pair.sync();
    holds(pair, { a: "1", only: "2" });
  });
}

Deno.test("--initialize does not take two different files for agreed", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: file("one", { at: 1000 }) });
  pair.put("target", { a: file("other", { at: 2000 }) });
  await pair.sync(["--initialize"]);
  await pair.sync();
  holds(pair, { a: "other" });
  equal(keptTexts(pair, "initiator"), ["one"]);
});

Deno.test("--initialize over an older state forgets nothing that differs", async () => {
  using pair = await synced({ a: "1", b: "2" });
  pair.remove("initiator", "a");
  pair.put("target", { b: "edited" });
  await pair.sync(["--initialize"]);
  equal(pair.tree("initiator"), { b: "2" });
  equal(pair.tree("target"), { a: "1", b: "edited" });
  await pair.sync();
  equal(pair.tree("initiator"), pair.tree("target"));
  equal(pair.tree("initiator")["b"], "edited");
});

Deno.test("custom state directories are made, hold all state, and are asked again", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1", b: "2" });
  const options = [
    `--initiator-state-dir=${pair.home}/deep/si`,
    `--target-state-dir=${pair.home}/deep/st`,
  ];
  await pair.sync(options);
  for (const side of SIDES) {
    equal(pathsIn(pair.path(side, ".osync_workdir/state")), []);
  }
  equal(pathsIn(`${pair.home}/deep`).length, 4);
  pair.remove("target", "a");
  await pair.sync(options);
  holds(pair, { b: "2" });
  const { stdout } = await pair.sync(options);
  match(stdout, /Nothing to do: both replicas are equal/);
});

Deno.test("one custom state directory for both sides is refused", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1" });
  const options = SIDES.map((side) => `--${side}-state-dir=${pair.home}/state`);
  const { stderr } = exits(64, await pair.run(options));
  match(stderr, /the initiator's state is kept there/);
  equal(pair.tree("target"), {});
});

Deno.test("--initialize records what agrees although attributes differ, and the next run carries those over", async () => {
  using pair = new Replicas();
  pair.put("initiator", {
    a: file("1", { at: 1000, mode: 0o600 }),
    d: dir({ x: file("2", { at: 5 }) }, { at: 3000 }),
  });
  pair.put("target", {
    a: file("1", { at: 1000, mode: 0o644 }),
    d: dir({ x: file("2", { at: 5 }) }, { at: 2000, mode: 0o700 }),
  });
  await pair.sync(["--initialize"]);
  pair.remove("target", "d/x");
  await pair.sync();
  holds(pair, { a: "1", d: {} });
  await pair.mustBeEqual();
  equal(pair.stat("target", "a")?.mode, 0o600);
  await isSettled(pair);
});
Deno.test("a custom state directory inside a replica is not synchronised", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1" });
  const options = [
    `--initiator-state-dir=${pair.path("initiator", ".osync_workdir/mine")}`,
  ];
  await pair.sync(options);
  await isSettled(pair).catch(() => {});
  const photo = photograph(pair.path("target"));
  equal(photo.some((line) => line.includes("mine")), false);
});
