import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { SIDES } from "@/core/side.ts";
import { interruptBare, type Watched } from "../support/bare.ts";
import {
  exits,
  isSettled,
  noLitter,
  pathsIn,
  standingTexts,
} from "../support/evidence.ts";
import { sh } from "../support/machine.ts";
import { Replicas } from "../support/replicas.ts";

type Event = Readonly<Record<string, unknown>>;

const KILLS = 14;

const SIGNALS = [
  { signal: "SIGTERM", code: 143 },
  { signal: "SIGINT", code: 130 },
] as const;

/** Whether a progress event is about a phase. */
function isIn(phase: string): (event: Event) => boolean {
  return ({ kind, progress }) =>
    kind === "progress" && (progress as { phase: string }).phase === phase;
}

/** The nth change that is reported. */
function atChange(number: number): (event: Event) => boolean {
  let count = 0;
  return ({ kind }) => kind === "changed" && ++count === number;
}

/** Stopped at once, cleanly; the next run completes. */
async function completes(pair: Replicas, before: Set<string>): Promise<void> {
  noLitter(pair);
  for (const text of before) ok(standingTexts(pair).has(text));
  exits(0, await pair.run());
  equal(pair.tree("initiator"), pair.tree("target"));
  noLitter(pair);
  const after = standingTexts(pair);
  for (const text of before) ok(after.has(text), text.slice(0, 80));
  await isSettled(pair);
}

function wasStopped({ code, lasted, events }: Watched, want: number): void {
  equal(code, want);
  ok(lasted < 2000, `${lasted} ms`);
  const { kind, report } = events.at(-1) as {
    kind: string;
    report?: { result: string };
  };
  ok(kind === "failed" || report?.result === "interrupted", kind);
}

/** Small files on both sides, some of them in conflict. */
function manyFiles(count: number): Replicas {
  const pair = new Replicas();
  for (const side of SIDES) {
    const tree: Record<string, string> = {};
    for (let index = 0; index < count; index++) {
      const shared = index % 4 === 0;
      const name = shared ? `both-${index}` : `${side}-${index}`;
      tree[`d${index % 20}/${name}`] = `${side} ${index}`;
    }
    pair.put(side, tree);
  }
  return pair;
}

for (const { signal, code } of SIGNALS) {
  Deno.test(`${signal} while replicas are scanned stops the run within two seconds, and nothing has changed`, async () => {
    using pair = manyFiles(1500);
    const before = SIDES.map((side) => pair.sketch(side));
    wasStopped(await interruptBare(pair, signal, isIn("scan")), code);
    equal(SIDES.map((side) => pair.sketch(side)), before);
    await completes(pair, standingTexts(pair));
  });

  Deno.test(`${signal} while a large file is copied stops the run within two seconds, and it is copied by the next one`, async () => {
    using pair = new Replicas();
    const path = pair.path("initiator", "large");
    sh(
      "dd",
      "if=/dev/urandom",
      `of=${path}`,
      "bs=1M",
      "count=192",
      "status=none",
    );
    const stopped = await interruptBare(pair, signal, isIn("perform"));
    wasStopped(stopped, code);
    equal(pair.tree("target"), {});
    noLitter(pair);
    await pair.sync();
    sh("cmp", path, pair.path("target", "large"));
  });

  Deno.test(`${signal} while many small files are copied stops the run within two seconds, and the next one completes`, async () => {
    using pair = manyFiles(1200);
    const before = standingTexts(pair);
    wasStopped(await interruptBare(pair, signal, atChange(300)), code);
    await completes(pair, before);
  });

  Deno.test(`${signal} while many small files are deleted stops the run within two seconds, and the next one completes`, async () => {
    using pair = manyFiles(1200);
    await pair.sync();
    const names = pathsIn(pair.path("target")).filter((path) =>
      /\d\/target-/.test(path)
    );
    pair.remove("target", ...names.slice(0, 700));
    const before = standingTexts(pair);
    wasStopped(await interruptBare(pair, signal, atChange(200)), code);
    await completes(pair, before);
  });
}

Deno.test("a second SIGINT does no harm", async () => {
  using pair = manyFiles(600);
  const before = standingTexts(pair);
  let count = 0;
  const { code } = await interruptBare(
    pair,
    "SIGINT",
    ({ kind }) => kind === "changed" && ++count === 50,
  );
  equal(code, 130);
  await completes(pair, before);
});

/** Changes a share of both replicas, with contents that never were before. */
function edit(pair: Replicas, round: number, random: () => number): void {
  for (const side of SIDES) {
    const paths = pathsIn(pair.path(side)).filter((path) =>
      /^d\d+\/./.test(path)
    );
    for (const path of paths) {
      const dice = random();
      if (dice < 0.12) pair.put(side, { [path]: `${round} ${side} ${path}` });
      else if (dice < 0.17) pair.remove(side, path);
      else if (dice < 0.2) {
        pair.put(side, {
          [`${path}.${round}`]: `new ${round} ${side} ${path}`,
        });
      }
    }
  }
}

/** Numbers from 0 to 1 that are the same every time. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

Deno.test("a run is killed again and again while both sides are edited: one more run makes them equal, and nothing is lost", async () => {
  using pair = manyFiles(400);
  await pair.sync();
  const random = sequence(7);
  for (let round = 0; round < KILLS; round++) {
    edit(pair, round, random);
    const before = standingTexts(pair);
    const at = Math.floor(random() * 250);
    const phase = ["scan", "commit", "purge"][round % 9];
    const when = phase === undefined ? atChange(at) : isIn(phase);
    await interruptBare(pair, "SIGKILL", when);
    const after = standingTexts(pair);
    for (const text of before) ok(after.has(text), `round ${round}: ${text}`);
  }
  await completes(pair, standingTexts(pair));
});
