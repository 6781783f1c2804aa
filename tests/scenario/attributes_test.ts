import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { agreed, settle, stayQuiet } from "../support/agreed.ts";
import { dir, file, link, Replicas } from "../support/replicas.ts";
import { actAsNobody, CAN_CHANGE_USER, giveToNobody } from "../support/user.ts";

const isRoot = Deno.uid() === 0;

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test(`empty directories made on the ${side} arrive with mode and time, and go again`, async () => {
    using pair = await agreed({ k: "" });
    pair.put(side, { d: dir({ e: dir({}, { mode: 0o711, at: 1000 }) }) });
    pair.set(side, "d", { mode: 0o2750, at: 2000 });
    await settle(pair);
    equal(pair.stat(other, "d")?.mode, 0o2750);
    equal(pair.stat(other, "d/e")?.mtime, 1_000_000_000_000n);
    pair.remove(side, "d");
    await settle(pair);
    deepEqual(pair.tree(other), { k: "" });
    deepEqual(pair.kept(other, "deleted"), { d: { e: {} } });
  });

  Deno.test(`a mode changed on the ${side} only arrives, and nothing is backed up`, async () => {
    using pair = await agreed({ f: "x", d: { g: "y" } });
    const { inode } = pair.stat(other, "f") ?? {};
    pair.set(side, "f", { mode: 0o4751 });
    pair.set(side, "d", { mode: 0o1777 });
    pair.set(side, "", { mode: 0o750 });
    await settle(pair);
    equal(pair.stat(other, "f")?.mode, 0o4751);
    equal(pair.stat(other, "d")?.mode, 0o1777);
    equal(pair.stat(other, "")?.mode, 0o750);
    equal(pair.stat(other, "f")?.inode, inode);
    deepEqual(pair.kept(other, "backup"), {});
  });

  Deno.test({
    name: `owner and group changed on the ${side} only arrive, of links too`,
    ignore: !isRoot,
    async fn() {
      using pair = await agreed({ f: "x", d: {}, l: link("f") });
      for (const path of ["f", "d", "l"]) {
        pair.set(side, path, { uid: 1234, gid: 5678 });
      }
      pair.set(side, "f", { mode: 0o4755 });
      await settle(pair);
      for (const path of ["f", "d", "l"]) {
        equal(pair.stat(other, path)?.uid, 1234);
        equal(pair.stat(other, path)?.gid, 5678);
      }
      equal(pair.stat(other, "f")?.mode, 0o4755);
    },
  });

  Deno.test(`a directory's time set on the ${side} only arrives`, async () => {
    using pair = await agreed({ d: { f: "x" } });
    pair.set(side, "d", { at: 1000 });
    await settle(pair);
    equal(pair.stat(other, "d")?.mtime, 1_000_000_000_000n);
  });

  Deno.test(`an edit on the ${side} and a mode on the other change places`, async () => {
    using pair = await agreed({ f: "x" });
    pair.put(side, { f: "edited" });
    pair.set(other, "f", { mode: 0o600 });
    const { report } = await settle(pair);
    deepEqual(pair.tree(other), { f: "edited" });
    equal(pair.stat(side, "f")?.mode, 0o600);
    deepEqual(report?.conflicts, []);
  });

  Deno.test(`a read-only directory made on the ${side} arrives with what is in it`, async () => {
    using pair = await agreed({ k: "" });
    pair.put(side, { d: dir({ f: file("x", { mode: 0o400 }) }) });
    pair.set(side, "d", { mode: 0o555, at: 1000 });
    await settle(pair);
    equal(pair.stat(other, "d")?.mode, 0o555);
    equal(pair.stat(other, "d/f")?.mode, 0o400);
  });

  Deno.test(`what is written into a directory on the ${other} leaves it the time it has on the ${side}`, async () => {
    using pair = await agreed({ d: dir({ f: "x" }, { at: 1000 }) });
    pair.put(side, { "d/f": "edited" });
    pair.put(side, { "d/sub/new": "y" });
    pair.set(side, "d", { at: 3000 });
    await settle(pair);
    equal(pair.stat(other, "d")?.mtime, 3_000_000_000_000n);
  });

  Deno.test(`times before 1970 and after 2038 on the ${side} arrive exactly`, async () => {
    using pair = new Replicas();
    pair.put(side, {
      old: file("x", { at: -86_400_123_456_789n }),
      late: file("y", { at: 4_102_444_800_987_654_321n }),
      l: link("x", { at: -1n }),
    });
    await settle(pair);
    equal(pair.stat(other, "old")?.mtime, -86_400_123_456_789n);
    equal(pair.stat(other, "late")?.mtime, 4_102_444_800_987_654_321n);
  });
}

Deno.test("a directory's mode changes, and what is done in it leaves its time alone", async () => {
  using pair = await agreed({ d: dir({ f: "x", g: "y" }, { at: 1000 }) });
  pair.put("initiator", { "d/f": "edited", "d/g": null });
  pair.set("initiator", "d", { mode: 0o700, at: 1000 });
  await settle(pair);
  equal(pair.stat("target", "d")?.mtime, 1_000_000_000_000n);
});

Deno.test("a mode somebody gives a directory while a run is on stays", async () => {
  using pair = await agreed({ d: { f: "x" } });
  // Enough for a group of outcomes to arrive before everything is done.
  const many = Object.fromEntries(
    Array.from({ length: 600 }, (_, at) => [`e/${at}`, ""]),
  );
  pair.put("initiator", { "d/f": "edited", ...many });
  let begun = false;
  await pair.sync([], {
    onEvent({ kind }) {
      if (kind !== "changed" || begun) return;
      begun = true;
      for (const path of ["d", "e"]) pair.set("target", path, { mode: 0o711 });
    },
  });
  await settle(pair);
  equal(pair.stat("initiator", "d")?.mode, 0o711);
  equal(pair.stat("initiator", "e")?.mode, 0o711);
});

Deno.test({
  name: "a read-only directory of one's own takes edits and deletions",
  ignore: !CAN_CHANGE_USER,
  async fn() {
    using pair = new Replicas();
    await giveToNobody(pair.home, ...Object.values(pair.roots));
    using _ = actAsNobody();
    pair.put("initiator", { d: { f: "1", g: "2", s: { x: "3" }, e: {} } });
    for (const path of ["d/s", "d"]) {
      pair.set("initiator", path, { mode: 0o555, at: 1000 });
    }
    await settle(pair);
    for (const path of ["d", "d/s"]) {
      pair.set("initiator", path, { mode: 0o755 });
    }
    pair.put("initiator", { d: { f: "edited", n: "new", e: null, s: null } });
    pair.remove("initiator", "d/g");
    pair.set("initiator", "d", { mode: 0o555, at: 2000 });
    await settle(pair);
    deepEqual(pair.tree("target"), { d: { f: "edited", n: "new" } });
    equal(pair.stat("target", "d")?.mode, 0o555);
    pair.remove("initiator", "d");
    await settle(pair, { options: ["--allow-mass-deletion"] });
    deepEqual(pair.tree("target"), {});
  },
});

Deno.test("modes changed on both sides: the later change wins on both", async () => {
  using pair = await agreed({ f: "x" });
  pair.set("initiator", "f", { mode: 0o600 });
  const first = pair.stat("initiator", "f")?.ctime ?? 0n;
  do pair.set("target", "f", { mode: 0o640 }); while (
    (pair.stat("target", "f")?.ctime ?? 0n) <= first
  );
  await settle(pair);
  equal(pair.stat("initiator", "f")?.mode, 0o640);
});

Deno.test("permissions that shall not travel stay as they are on both sides", async () => {
  using pair = await agreed({ f: "x" });
  const around = {
    env: { PRESERVE_PERMISSIONS: "no", PRESERVE_EXECUTABILITY: "no" },
  };
  pair.set("target", "f", { mode: 0o600 });
  await pair.sync([], around);
  equal(pair.stat("initiator", "f")?.mode, 0o644);
  equal(pair.stat("target", "f")?.mode, 0o600);
  await stayQuiet(pair, around);
});

Deno.test({
  name: "owners that shall not travel stay as they are on both sides",
  ignore: !isRoot,
  async fn() {
    using pair = new Replicas();
    const around = { env: { PRESERVE_OWNER: "no", PRESERVE_GROUP: "no" } };
    pair.put("initiator", {
      f: file("x", { uid: 1234, gid: 5678 }),
      d: dir({}, { uid: 1234, gid: 5678 }),
      l: link("f", { uid: 1234, gid: 5678 }),
    });
    await pair.sync([], around);
    for (const path of ["f", "d", "l"]) {
      equal(pair.stat("target", path)?.uid, 0);
      equal(pair.stat("initiator", path)?.gid, 5678);
    }
    await stayQuiet(pair, around);
  },
});

Deno.test({
  name:
    "who may not give files away synchronises what others own, and it rests",
  ignore: !CAN_CHANGE_USER,
  async fn() {
    using pair = new Replicas();
    pair.put("initiator", {
      f: "of root",
      d: dir({ g: file("of another", { uid: 1234, gid: 1234 }) }),
      l: link("f"),
    });
    await giveToNobody(
      pair.home,
      ...Object.values(pair.roots),
      pair.path("initiator", "d"),
    );
    {
      using _ = actAsNobody();
      await pair.sync();
    }
    deepEqual(pair.tree("target"), pair.tree("initiator"));
    equal(pair.stat("target", "f")?.uid, 65534);
    equal(pair.stat("initiator", "f")?.uid, 0);
    pair.put("initiator", { f: "edited" });
    pair.put("target", { "d/g": "edited too" });
    {
      using _ = actAsNobody();
      await pair.sync();
      await stayQuiet(pair);
    }
    deepEqual(pair.tree("target"), pair.tree("initiator"));
    equal(pair.stat("target", "f")?.uid, 65534);
    equal(pair.stat("initiator", "f")?.uid, 0);
  },
});

Deno.test({
  name: "attributes that one side could not take do not come back from it",
  ignore: !CAN_CHANGE_USER,
  async fn() {
    using pair = new Replicas();
    pair.put("initiator", { f: "of root" });
    await giveToNobody(pair.home, ...Object.values(pair.roots));
    {
      using _ = actAsNobody();
      await pair.sync();
    }
    pair.set("initiator", "f", { uid: 1234, gid: 1234, mode: 0o644 });
    pair.set("target", "f", { mode: 0o600 });
    {
      using _ = actAsNobody();
      await pair.run();
    }
    await pair.sync();
    await stayQuiet(pair);
    // Who may carries over what the run before could not.
    equal(pair.stat("target", "f")?.uid, 1234);
    equal(pair.stat("initiator", "f")?.uid, 1234);
    equal(pair.stat("initiator", "f")?.gid, 1234);
    equal(pair.stat("initiator", "f")?.mode, 0o600);
  },
});
