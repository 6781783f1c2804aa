/** Somebody is faster than osync: between two of its calls a path becomes something else. */

import {
  deepStrictEqual as equal,
  doesNotMatch,
  match,
} from "node:assert/strict";
import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { opposite, SIDES } from "@/core/side.ts";
import { openFileSystem } from "@/sys/open.ts";
import { exits, keptTexts, synced } from "../support/evidence.ts";
import { type Call, FaultyFileSystem } from "../support/faulty_fs.ts";
import { sh } from "../support/machine.ts";
import { file, Replicas } from "../support/replicas.ts";

/** Does something once, just after a call. */
function onceAfter(
  isIt: (call: Call) => boolean,
  act: () => void,
): FaultyFileSystem {
  let done = false;
  return new FaultyFileSystem({
    after(call) {
      if (done || !isIt(call)) return;
      done = true;
      act();
    },
  });
}

/** A rename or exchange that brings something to this path. */
function arrivalAt(pair: Replicas, path: string): (call: Call) => boolean {
  return ({ name, args }) => {
    const [, to] = args as [unknown, { dir: { path: string }; name: string }];
    return name === "rename" && `${to.dir.path}/${to.name}` === path &&
      path.startsWith(pair.home);
  };
}

for (const side of SIDES) {
  const other = opposite(side);

  for (const kind of ["new", "replaced"]) {
    Deno.test(`a ${kind} file of the ${side} that is edited as soon as it is in place is not taken for what both agreed on`, async () => {
      using pair = await synced({ a: "1", [kind]: "old" });
      if (kind === "new") {
        pair.remove("initiator", kind);
        pair.remove("target", kind);
        await pair.sync();
      }
      pair.put(other, { [kind]: "theirs@1000" });
      const path = pair.path(side, kind);
      {
        using _ = onceAfter(arrivalAt(pair, path), () => {
          writeFileSync(path, "mine, and longer");
        });
        match(exits(2, await pair.run()).stderr, /changed meanwhile/);
      }
      await pair.sync();
      equal(pair.tree(side), { a: "1", [kind]: "mine, and longer" });
      equal(pair.tree(other), { a: "1", [kind]: "mine, and longer" });
    });
  }

  Deno.test(`a file of the ${side} that is edited while its mode changes is not taken for what both agreed on`, async () => {
    using pair = await synced({ a: "1" });
    pair.set(other, "a", { mode: 0o600 });
    const path = pair.path(side, "a");
    {
      using _ = onceAfter(
        ({ name }) => name === "setModeOpen",
        () => writeFileSync(path, "edited"),
      );
      match(exits(2, await pair.run()).stderr, /changed meanwhile/);
    }
    await pair.sync();
    for (const each of SIDES) equal(pair.tree(each), { a: "edited" });
  });
}

Deno.test("attributes meant for one file never reach another one that takes its name at that moment", async () => {
  using pair = await synced({ a: "1", secret: file("s", { mode: 0o600 }) });
  pair.set("initiator", "a", { mode: 0o666 });
  const fs = openFileSystem();
  const real = fs.openFile;
  const [a, secret] = [pair.path("target", "a"), pair.path("target", "secret")];
  let opened = 0;
  fs.openFile = (dir, name) => {
    const isIt = dir.path === pair.path("target") && name === "a";
    // The first time it is only read: an inode has changed.
    if (isIt && ++opened === 2) {
      fs.openFile = real;
      renameSync(secret, a);
    }
    return real(dir, name);
  };
  try {
    exits(2, await pair.run());
  } finally {
    fs.openFile = real;
  }
  equal(pair.stat("target", "a")?.mode, 0o600);
});

Deno.test("a read that ends early is no end of the file", async () => {
  using pair = await synced({ a: "1" });
  pair.put("initiator", { b: "0123456789", c: "x".repeat(200_000) });
  const fs = openFileSystem();
  const real = fs.read;
  fs.read = (file, buffer) => real(file, buffer.subarray(0, 3));
  try {
    await pair.sync();
  } finally {
    fs.read = real;
  }
  equal(pair.tree("target"), pair.tree("initiator"));
});

Deno.test("directories deep in a tree get their attributes, however many there are", async () => {
  using pair = await synced({ x: {} });
  const names = Array.from({ length: 200 }, (_, index) => `d${index}`);
  const all = (text: string) =>
    Object.fromEntries(names.map((name) => [`x/${name}/${text}`, text]));
  pair.put("both", all("old"));
  await pair.sync();
  for (const path of Object.keys(all("old"))) pair.remove("initiator", path);
  for (const name of names) {
    pair.set("initiator", `x/${name}`, { mode: 0o711 });
  }
  await pair.sync(["--allow-mass-deletion"]);
  await pair.mustBeEqual();
});

Deno.test("what does not belong in the stage is kept, and stops nobody", async () => {
  using pair = await synced({ a: "1" });
  pair.put("target", {
    ".osync_workdir/stage": {
      run: { "dir-1": {}, "dir-2": { saved: "saved there" } },
      stray: "stray",
    },
  });
  await pair.sync();
  equal(keptTexts(pair, "target"), ["saved there", "stray"]);
  await pair.mustBeQuiet();
});

Deno.test("half a line at the end of the catalogue costs no other line", async () => {
  using pair = await synced({ a: "1", b: "2" });
  const path = pair.path("target", ".osync_workdir/catalogue");
  pair.remove("initiator", "a");
  await pair.sync();
  appendFileSync(path, '{"time":17');
  pair.remove("initiator", "b");
  await pair.sync();
  const later = new Date(Date.now() + 40 * 86_400_000);
  await pair.sync([], { now: () => later });
  equal(pair.kept("target", "deleted"), {});
});

Deno.test("states of two runs with one number are not taken for one state", async () => {
  using pair = await synced({ a: "1" });
  const clone = `${pair.home}/clone`;
  // A run that dies after the initiator's new state is in place, before the target's.
  pair.put("initiator", { a: "one" });
  sh("cp", "-a", pair.path("initiator"), clone);
  const renames: string[] = [];
  {
    using _ = new FaultyFileSystem({
      before({ name, args }) {
        const [from] = args as [{ dir: { path: string }; name: string }];
        if (name !== "rename" || !from.name.endsWith(".new")) return;
        if (renames.push(from.name) > 1) throw new Error("killed");
      },
    });
    await pair.run().catch(() => undefined);
  }
  // Its clone synchronises with the same target meanwhile, under the same number.
  writeFileSync(`${clone}/a`, "the clone's");
  {
    const target = pair.path("target");
    using other = new Replicas({ initiator: clone, target });
    await other.sync();
  }
  equal(pair.tree("target"), { a: "the clone's" });
  await pair.run();
  equal(pair.tree("initiator"), pair.tree("target"));
});

Deno.test("a catalogue that cannot be written ends the run with its name, loses nothing, and is no defect", async () => {
  using pair = await synced({ a: "1" });
  pair.put("target", { ".osync_workdir/catalogue": {} });
  pair.put("initiator", { a: "2", b: "3" });
  pair.remove("initiator", "a");
  const { stderr } = exits(1, await pair.run());
  match(stderr, /\.osync_workdir\/catalogue": it is a directory/);
  doesNotMatch(stderr, /defect/);
  equal(keptTexts(pair, "target"), ["1"]);
  pair.remove("target", ".osync_workdir/catalogue");
  await pair.sync();
  for (const side of SIDES) equal(pair.tree(side), { b: "3" });
});
