import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { type Side, SIDES } from "@/core/side.ts";
import {
  holds,
  isSettled,
  keptTexts,
  pathsIn,
  synced,
  text,
} from "../support/evidence.ts";
import { isWhole } from "../support/hammer.ts";
import { Replicas } from "../support/replicas.ts";

/** A program that changes a replica without rest. */
class Hammer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stop: string;

  constructor(pair: Replicas, side: Side) {
    const script = new URL("../support/hammer.ts", import.meta.url).pathname;
    this.#stop = `${pair.home}/stop-${side}`;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", script, pair.path(side), side, this.#stop],
      stdin: "null",
    }).spawn();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    writeFileSync(this.#stop, "");
    await this.#child.status;
  }
}

/** What is in files of which every state was whole. */
function torn(pair: Replicas): string[] {
  return SIDES.flatMap((side) =>
    pathsIn(pair.path(side)).filter((path) =>
      /(replaced|brief-\d|object)$/.test(path) &&
      !isWhole(text(pair.path(side, path)))
    )
  );
}

Deno.test("files of both sides appear, grow, are replaced and vanish during runs: none arrives torn, and the runs after it settle", async () => {
  using pair = await synced({ still: "1" });
  const codes = new Set<number>();
  {
    await using _a = new Hammer(pair, "initiator");
    await using _b = new Hammer(pair, "target");
    while (readdirSync(pair.path("target")).length < 7) {
      await new Promise((done) => setTimeout(done, 20));
    }
    for (let run = 0; run < 12; run++) {
      const { code, stderr } = await pair.run(["--allow-mass-deletion"]);
      ok(code === 0 || code === 2, `${code}: ${stderr}`);
      codes.add(code);
      for (const path of readdirSync(pair.path("target"))) {
        if (!path.startsWith("initiator-replaced")) continue;
        ok(isWhole(text(pair.path("target", path))), path);
      }
    }
  }
  ok(codes.has(2), "nothing was changed meanwhile");
  await pair.sync(["--allow-mass-deletion"]);
  equal(torn(pair), []);
  equal(pair.tree("initiator"), pair.tree("target"));
  await isSettled(pair);
});

/** Does something once the changes begin. */
function atOnce(
  phase: string,
  act: () => void,
): Parameters<Replicas["run"]>[1] {
  let done = false;
  return {
    onEvent(event) {
      if (done || event.kind !== "progress") return;
      if (event.progress.phase !== phase) return;
      done = true;
      act();
    },
  };
}

for (const side of SIDES) {
  const other = side === "initiator" ? "target" : "initiator";

  Deno.test(`a file is edited on the ${side} after the scan, while the other side's edit is on its way: nothing is overwritten`, async () => {
    using pair = await synced({ a: "1", b: "2" });
    pair.put(other, { a: "theirs", b: "also theirs" });
    const { code } = await pair.run(
      [],
      atOnce("perform", () => pair.put(side, { a: "mine" })),
    );
    equal(code, 2);
    equal(pair.tree(side), { a: "mine", b: "also theirs" });
    await pair.sync();
    holds(pair, { a: "mine", b: "also theirs" });
    ok(keptTexts(pair, other).includes("theirs"));
  });

  Deno.test(`a file is edited on the ${side} after the scan, while its deletion is on its way: it stays`, async () => {
    using pair = await synced({ a: "1", b: "2" });
    pair.remove(other, "a");
    const { code } = await pair.run(
      [],
      atOnce("perform", () => pair.put(side, { a: "mine" })),
    );
    equal(code, 2);
    await pair.sync();
    holds(pair, { a: "mine", b: "2" });
  });

  Deno.test(`a file appears on the ${side} after the scan where the other side's is to go: both are kept`, async () => {
    using pair = await synced({ b: "2" });
    pair.put(other, { a: "theirs" });
    const { code } = await pair.run(
      [],
      atOnce("perform", () => pair.put(side, { a: "mine" })),
    );
    equal(code, 2);
    await pair.sync();
    holds(pair, { a: "mine", b: "2" });
    ok(keptTexts(pair, other).includes("theirs"));
  });

  Deno.test(`a file vanishes from the ${side} after the scan while it is to be copied: the rest is done`, async () => {
    using pair = await synced({ b: "2" });
    pair.put(side, { a: "mine", c: "3" });
    const { code } = await pair.run(
      [],
      atOnce("perform", () => pair.remove(side, "a")),
    );
    equal(code, 2);
    await pair.sync();
    holds(pair, { b: "2", c: "3" });
  });

  Deno.test(`a directory of the ${side} is replaced by a link to the outside after the scan: nothing is written or read there`, async () => {
    using pair = await synced({ d: { a: "1" } });
    pair.put("both", { d: { a: "1" } });
    pair.put(other, { "d/new": "2", "d/a": "edited" });
    const outside = new Replicas();
    using _ = outside;
    outside.put("initiator", { a: "secret" });
    const act = () => {
      pair.move(side, "d", "elsewhere");
      symlinkSync(outside.path("initiator"), pair.path(side, "d"));
    };
    const { code } = await pair.run([], atOnce("perform", act));
    ok(code === 1 || code === 2, `${code}`);
    equal(outside.tree("initiator"), { a: "secret" });
    await pair.run();
    equal(outside.tree("initiator"), { a: "secret" });
    for (const one of SIDES) {
      ok(![...Object.values(pair.tree(one))].includes("secret"));
    }
  });
}

Deno.test("a file is appended to while it is copied: what arrives is a state it had", async () => {
  using pair = new Replicas();
  const line = "0123456789abcde\n";
  pair.put("initiator", { log: line.repeat(400_000) });
  const around = atOnce(
    "perform",
    () =>
      writeFileSync(pair.path("initiator", "log"), line, {
        flag: "a",
      }),
  );
  equal((await pair.run([], around)).code, 2);
  equal(pair.tree("target"), {});
  await pair.sync();
  equal(text(pair.path("target", "log")).length, line.length * 400_001);
});
