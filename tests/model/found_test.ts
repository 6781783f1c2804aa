/** What the histories found, as short as they became. */

import { deepStrictEqual as equal } from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { type Call, EVERY, FaultyFileSystem } from "../support/faulty_fs.ts";
import { dir, Replicas } from "../support/replicas.ts";

/** Synchronises, and lets somebody act once around the first call that fits. */
async function syncMeanwhile(
  pair: Replicas,
  moment: {
    readonly when: "before" | "after";
    readonly isIt: (call: Call) => boolean;
    readonly act: () => void;
  },
): Promise<void> {
  let isOver = false;
  const meddle = (call: Call) => {
    if (isOver || !moment.isIt(call)) return;
    isOver = true;
    moment.act();
  };
  using _ = new FaultyFileSystem({ [moment.when]: meddle }, EVERY);
  await pair.run();
  equal(isOver, true);
}

for (const side of SIDES) {
  for (const path of ["", "d"]) {
    const what = path === "" ? "root" : "directory";
    const before = (pair: Replicas) => ({
      when: "before" as const,
      isIt: ({ name, args }: Call) =>
        name === "setModeOpen" || name === "setTimeOpen" &&
          (args[0] as { path: string }).path === pair.path(side, path),
    });

    // Seed 1, path 36 of the edits during runs.
    Deno.test(`a file made in a ${what} of the ${side} while the mode is brought over leaves no time behind`, async () => {
      using pair = new Replicas();
      pair.put("both", { d: dir({ a: "1@5" }, { at: 5 }) });
      for (const each of SIDES) pair.set(each, "", { at: 5 });
      await pair.sync();
      pair.set(opposite(side), path, { mode: 0o700 });
      await syncMeanwhile(pair, {
        ...before(pair),
        act: () => Deno.writeTextFileSync(`${pair.path(side, path)}/new`, "n"),
      });
      await pair.sync();
      await pair.mustBeEqual();
      await pair.mustBeQuiet();
    });

    // Seed 9000, path 395 of the edits during runs.
    Deno.test(`a file made in a ${what} of the ${side} as soon as it has its time leaves no time behind`, async () => {
      using pair = new Replicas();
      pair.put("both", { d: dir({ a: "1@5" }, { at: 5 }) });
      for (const each of SIDES) pair.set(each, "", { at: 5 });
      await pair.sync();
      pair.set(opposite(side), path, { at: 6 });
      await syncMeanwhile(pair, {
        ...before(pair),
        when: "after",
        act: () => Deno.writeTextFileSync(`${pair.path(side, path)}/new`, "n"),
      });
      await pair.sync();
      await pair.mustBeEqual();
      await pair.mustBeQuiet();
    });

    Deno.test(`a mode that a ${what} of the ${side} gets while its time is brought over travels with the next run`, async () => {
      using pair = new Replicas();
      pair.put("both", { d: dir({ a: "1@5" }, { at: 5 }) });
      for (const each of SIDES) pair.set(each, "", { at: 5 });
      await pair.sync();
      pair.set(opposite(side), path, { at: 6 });
      await syncMeanwhile(pair, {
        ...before(pair),
        act: () => Deno.chmodSync(pair.path(side, path), 0o700),
      });
      await pair.sync();
      await pair.mustBeEqual();
      equal(pair.stat(opposite(side), path)?.mode, 0o700);
    });
  }

  Deno.test(`a mode that a file of the ${side} gets as soon as it has arrived travels with the next run`, async () => {
    using pair = new Replicas();
    pair.put(opposite(side), { a: "1" });
    await syncMeanwhile(pair, {
      when: "after",
      isIt: ({ name, args }) =>
        name === "rename" &&
        (args[1] as { name: string }).name === "a",
      act: () => Deno.chmodSync(pair.path(side, "a"), 0o700),
    });
    await pair.sync();
    await pair.mustBeEqual();
    equal(pair.stat(opposite(side), "a")?.mode, 0o700);
  });
}

for (const side of SIDES) {
  /** Calls around an exchange: a piece waits where the old one will be kept. */
  const exchanges = (pair: Replicas, act: (nth: number) => void) => {
    let nth = 0;
    return new FaultyFileSystem({
      before({ name, args: [, to, mode] }) {
        if (name !== "rename" || mode !== "exchange") return;
        const { dir } = to as { dir: { path: string } };
        if (dir.path === pair.path(side)) act(++nth);
      },
    });
  };

  // Seed 1 of the writes before a rename.
  Deno.test(`of two writes at the moment a file of the ${side} is replaced, the last one stays and the other is kept`, async () => {
    using pair = new Replicas();
    pair.put("both", { a: "1@5" });
    await pair.sync();
    pair.put(opposite(side), { a: "theirs" });
    {
      using _ = exchanges(pair, (nth) => {
        if (nth > 2) return;
        Deno.writeTextFileSync(pair.path(side, "a"), "x".repeat(10 * nth));
      });
      equal((await pair.run()).code, 2);
    }
    equal(pair.tree(side), { a: "x".repeat(20) });
    equal(pair.kept(side, "backup"), { a: "x".repeat(10) });
    await pair.sync();
    await pair.mustBeEqual();
  });

  Deno.test(`what is made in a directory that was the ${side}'s for a moment only is kept`, async () => {
    using pair = new Replicas();
    pair.put("both", { a: "1@5" });
    await pair.sync();
    pair.put(opposite(side), { a: null });
    pair.put(opposite(side), { a: { b: "theirs" } });
    {
      using _ = exchanges(pair, (nth) => {
        const path = pair.path(side, "a");
        if (nth === 1) Deno.writeTextFileSync(path, "mine");
        if (nth === 2) Deno.writeTextFileSync(`${path}/c`, "mine, too");
      });
      await pair.run();
    }
    equal(pair.tree(side), { a: "mine" });
    equal(pair.kept(side, "backup"), { a: { c: "mine, too" } });
    await pair.sync();
    await pair.mustBeEqual();
  });
}
