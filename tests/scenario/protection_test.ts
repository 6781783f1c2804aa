import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert/strict";
import { InterruptedError } from "@/core/errors.ts";
import { opposite, SIDES } from "@/core/side.ts";
import { agreed, settle, stayQuiet } from "../support/agreed.ts";
import { Replicas } from "../support/replicas.ts";
import { actAsNobody, CAN_CHANGE_USER, giveToNobody } from "../support/user.ts";

/** Changes what is done with a file system's flags; `false` where that cannot be. */
async function setImmutable(path: string, on: boolean): Promise<boolean> {
  try {
    const args = [on ? "+i" : "-i", path];
    return (await new Deno.Command("chattr", { args, stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test({
    name:
      `what cannot be read on the ${side} is deleted nowhere, and the rest is synchronised`,
    ignore: !CAN_CHANGE_USER,
    async fn() {
      using pair = new Replicas();
      await giveToNobody(pair.home, ...Object.values(pair.roots));
      using _ = actAsNobody();
      pair.put(side, { "dir/f": "1", "dir/sub/g": "2", h: "3", i: "4" });
      await pair.sync();
      pair.set(side, "dir", { mode: 0 });
      pair.put(side, { h: "edited" });
      pair.put(side, { i: "unreadable" });
      pair.set(side, "i", { mode: 0 });
      for (let run = 0; run < 2; run++) {
        const { code, stderr } = await pair.run();
        equal(code, 1);
        match(stderr, /\/dir: not synchronised/);
        match(stderr, /\/i: /);
      }
      const tree = { dir: { f: "1", sub: { g: "2" } }, h: "edited" };
      deepEqual(pair.tree(other), { ...tree, i: "4" });
      pair.set(side, "dir", { mode: 0o755 });
      pair.set(side, "i", { mode: 0o644 });
      await settle(pair);
      deepEqual(pair.tree(side), { ...tree, i: "unreadable" });
      for (const each of SIDES) deepEqual(pair.kept(each, "deleted"), {});
    },
  });

  Deno.test(`a pattern added, changed and taken away deletes nothing that the ${side} made`, async () => {
    using pair = new Replicas();
    const tree = { "z.php": "1", tmp: { t: "2", "u.php": "3" }, k: "4" };
    pair.put(side, tree);
    await settle(pair);
    for (const pattern of ["*.php;tmp", "tmp", "/z.php", "*"]) {
      const around = { env: { RSYNC_EXCLUDE_PATTERN: pattern } };
      await pair.sync([], around);
      await stayQuiet(pair, around);
      for (const each of SIDES) deepEqual(pair.tree(each), tree);
    }
    await settle(pair);
    for (const each of SIDES) {
      deepEqual(pair.tree(each), tree);
      deepEqual(pair.kept(each, "deleted"), {});
    }
  });

  Deno.test(`a file deleted on the ${side} while it was excluded is not deleted on the other once it is not`, async () => {
    using pair = await agreed({ "f.o": "1", k: "" });
    const around = { env: { RSYNC_EXCLUDE_PATTERN: "*.o" } };
    await pair.sync([], around);
    pair.remove(side, "f.o");
    await pair.sync([], around);
    await settle(pair);
    deepEqual(pair.tree(other), { "f.o": "1", k: "" });
  });

  Deno.test(`an emptied ${side} stops the run before the first change`, async () => {
    using pair = await agreed({ a: "1", b: "2", c: "3", d: { e: "4" } });
    pair.remove(side, "a", "b", "c", "d");
    const before = pair.snapshot();
    const { code, stderr } = await pair.run();
    equal(code, 1);
    match(stderr, /--allow-mass-deletion/);
    deepEqual(pair.snapshot(), before);
    await settle(pair, { options: ["--allow-mass-deletion"] });
    deepEqual(pair.tree(other), {});
  });

  Deno.test(`a ${side} replaced by an empty directory stops the run before the first change`, async () => {
    using pair = await agreed({ a: "1" });
    pair.remove(side, "a", ".osync_workdir");
    const before = pair.snapshot();
    const { code, stderr } = await pair.run([], {
      env: { CREATE_DIRS: "true" },
    });
    equal(code, 1);
    match(stderr, /--accept-new-root/);
    deepEqual(pair.snapshot(), before);
    equal((await pair.run(["--accept-new-root"])).code, 2);
    await settle(pair);
    deepEqual(pair.tree(side), { a: "1" });
  });

  Deno.test(`what is deleted on the ${side} while a run is on is not brought back`, async () => {
    using pair = await agreed({ small: "1", edited: "2", k: "" });
    pair.put(side, { new: "3", edited: "4 4" });
    await pair.run([], {
      onEvent({ kind }) {
        if (kind === "planned") {
          pair.remove(side, "small", "new", "edited");
        }
      },
    });
    deepEqual(pair.tree(side), { k: "" });
    await pair.sync();
    deepEqual(pair.tree(side), { k: "" });
    deepEqual(pair.tree(other), { k: "" });
  });

  Deno.test(`what changes on the ${side} after an interrupted run counts, not what was planned`, async () => {
    using pair = await agreed({ small: "1", gone: "2", k: "" });
    pair.put(other, { big: "3" });
    pair.remove(side, "gone");
    const stop = new AbortController();
    const { report } = await pair.run([], {
      signal: stop.signal,
      onEvent({ kind }) {
        if (kind === "planned") stop.abort(new InterruptedError("SIGTERM"));
      },
    });
    equal(report?.result, "interrupted");
    pair.remove(side, "small");
    pair.put(side, { gone: "made again" });
    pair.put(other, { gone: "edited meanwhile, and later@4000000000" });
    await settle(pair);
    deepEqual(pair.tree(side), {
      big: "3",
      gone: "edited meanwhile, and later",
      k: "",
    });
    deepEqual(pair.kept(side, "backup"), { gone: "made again" });
  });

  Deno.test(`a deletion that fails on the ${other} is told, tried again, and never undone`, async (t) => {
    using pair = await agreed({ d: { aa: "1", m: "2" }, zz: "3" });
    const immutable = [pair.path(other, "d"), pair.path(other, "d/aa")];
    for (const path of immutable.toReversed()) {
      if (await setImmutable(path, true)) continue;
      await t.step({ name: "needs chattr", ignore: true, fn() {} });
      return;
    }
    pair.remove(side, "d/aa", "zz");
    try {
      for (let run = 0; run < 2; run++) {
        const { code, stderr } = await pair.run();
        equal(code, 1);
        match(stderr, /\/d\/aa: /);
        deepEqual(pair.tree(side), { d: { m: "2" } });
        deepEqual(pair.tree(other), { d: { aa: "1", m: "2" } });
      }
    } finally {
      for (const path of immutable) await setImmutable(path, false);
    }
    await settle(pair);
    deepEqual(pair.tree(other), { d: { m: "2" } });
  });

  Deno.test({
    name:
      `a state that cannot be written on the ${side} fails the run, and the next one repairs it`,
    ignore: !CAN_CHANGE_USER,
    async fn() {
      using pair = new Replicas();
      await giveToNobody(pair.home, ...Object.values(pair.roots));
      using _ = actAsNobody();
      pair.put("both", { k: "" });
      await pair.sync();
      pair.put(side, { f: "1" });
      pair.set(side, ".osync_workdir/state", { mode: 0o500 });
      const { code, stderr } = await pair.run();
      equal(code, 1, stderr);
      pair.set(side, ".osync_workdir/state", { mode: 0o700 });
      pair.remove(other, "k");
      await settle(pair);
      deepEqual(pair.tree(side), { f: "1" });
    },
  });
}

Deno.test("a replica inside the other one, or the same by another name, is refused and untouched", async () => {
  using pair = new Replicas();
  pair.put("initiator", { f: "1", "d/in": "2" });
  await Deno.symlink(pair.path("initiator"), `${pair.home}/link`);
  const initiator = pair.path("initiator");
  for (
    const target of [
      initiator,
      `${initiator}/d`,
      `${initiator}/d/../d`,
      pair.home,
      `${pair.home}/link`,
      `${pair.home}/link/d`,
    ]
  ) {
    using nested = new Replicas({ initiator, target });
    const before = pair.snapshot();
    const { code, stderr } = await nested.run();
    equal(code, 1, target);
    match(stderr, /Cannot synchronise/);
    deepEqual(pair.snapshot(), before);
  }
});

Deno.test("nothing in a replica is named like osync's own folder and travels", async () => {
  using pair = new Replicas();
  pair.put("initiator", {
    "d/.osync_workdir/x": "1",
    ".osync-update.push": "2",
    "d/f": "3",
    "!": "clears no filter",
  });
  const around = { env: { RSYNC_EXCLUDE_PATTERN: "*.o" } };
  await pair.sync([], around);
  deepEqual(pair.tree("target"), { d: { f: "3" }, "!": "clears no filter" });
  await stayQuiet(pair, around);
});
