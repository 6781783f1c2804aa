import { deepStrictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import type { EntryBatch } from "@/core/batch.ts";
import type { Node } from "@/core/entry.ts";
import { mergeStreams, type MergeTotals } from "@/core/merge.ts";
import { comparePaths, type RelPath } from "@/core/path.ts";
import { mapSides, type PerSide, perSide, SIDES } from "@/core/side.ts";
import type { Row } from "@/core/step.ts";
import { arbWorld } from "../support/arbitrary_worlds.ts";
import { batchesOf } from "../support/batches.ts";
import {
  excluded,
  file,
  link,
  type Tree,
  tree,
  unread,
  unreadable,
} from "../support/trees.ts";
import { worldOf } from "../support/world.ts";

const RUNS = { numRuns: 500 };

interface Trees {
  readonly now: PerSide<Tree>;
  readonly base: PerSide<Tree>;
}

interface Merged {
  readonly rows: Row[];
  readonly totals: MergeTotals;
}

/** Sizes of batches; one of them is more than 0. */
const arbSizes = fc.array(fc.nat(4), { maxLength: 4 })
  .map((sizes) => [...sizes, 1 + (sizes[0] ?? 0)]);

/** What was lost from one state and not from the other. */
const arbGaps = fc.record({
  initiator: fc.array(fc.nat(20), { maxLength: 2 }),
  target: fc.array(fc.nat(20), { maxLength: 2 }),
});

const arbTrees: fc.Arbitrary<Trees> = fc.tuple(
  arbWorld({ unknowns: true }),
  arbGaps,
).map(([world, gaps]) => ({
  now: mapSides(world.now, bare),
  base: mapSides(
    world.base,
    (entries, side) => without(bare(entries), gaps[side]),
  ),
}));

Deno.test("mergeStreams() finds what a comparison of maps finds, however the streams are cut", async () => {
  const arbCuts = fc.record({
    now: fc.record({ initiator: arbSizes, target: arbSizes }),
    base: fc.record({ initiator: arbSizes, target: arbSizes }),
  });
  await fc.assert(
    fc.asyncProperty(
      arbTrees,
      arbCuts,
      fc.boolean(),
      async (trees, cuts, everyFile) => {
        const found = await merged(trees, { cuts, everyFile });
        equal(found, comparedAsMaps(trees, everyFile));
      },
    ),
    RUNS,
  );
});

Deno.test("mergeStreams() finds a few differences among thousands, however the streams are cut", async () => {
  const folders = Array.from({ length: 60 }, (_, folder) => {
    const files = Array.from({ length: 40 }, (_, number) => [
      `file ${number}`,
      file(`${folder} ${number}`, { stamp: { inode: 1 + number, ctime: 1 } }),
    ]);
    return [`d${folder}`, { ...Object.fromEntries(files), l: link("file 1") }];
  });
  const whole = bare(tree(Object.fromEntries(folders)));
  const paths = [...whole.keys()];
  const arbEdits = fc.uniqueArray(
    fc.record({
      at: fc.nat(paths.length - 1),
      side: fc.constantFrom(...SIDES),
      gone: fc.boolean(),
    }),
    { maxLength: 8, selector: ({ at }) => at },
  );
  const arbCut = fc.constantFrom([4096], [700, 3], [1], [256]);
  const arbCuts = fc.record({ initiator: arbCut, target: arbCut });
  await fc.assert(
    fc.asyncProperty(
      arbEdits,
      fc.record({ now: arbCuts, base: arbCuts }),
      async (edits, cuts) => {
        const now = perSide((side) => {
          const mine = edits.filter((edit) => edit.side === side);
          const edited = new Map(whole);
          for (const { at, gone } of mine) {
            const path = paths[at] as RelPath;
            if (whole.get(path)?.kind !== "file") continue;
            if (gone) edited.delete(path);
            else edited.set(path, { ...whole.get(path), size: 7 } as never);
          }
          return edited;
        });
        const trees = { now, base: perSide(() => whole) };
        const found = await merged(trees, { cuts, everyFile: false });
        equal(found, comparedAsMaps(trees, false));
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("mergeStreams() finds nothing where there is nothing", async () => {
  const nothing = perSide(() => new Map());
  const { rows, totals } = await merged({ now: nothing, base: nothing });
  equal(rows, []);
  equal(totals, {
    scanned: { initiator: 0, target: 0 },
    found: { initiator: 0, target: 0 },
    known: 0,
  });
});

const SEEN = {
  "a-": file("1", { stamp: { inode: 1, ctime: 1 } }),
  d: { "b": file("2", { stamp: { inode: 2, ctime: 2 } }), l: link("t") },
};

// deno-fmt-ignore: one line for each case
Deno.test.each([
  { name: "nothing in what is as it was", now: SEEN, rows: [] },
  { name: "nothing in a new inode", now: { ...SEEN, "a-": file("1", { stamp: { inode: 9, ctime: 1 } }) }, rows: [] },
  { name: "a new ctime", now: { ...SEEN, "a-": file("1", { stamp: { inode: 1, ctime: 9 } }) }, rows: ["a-"] },
  { name: "a new mtime", now: { ...SEEN, "a-": file("1", { at: 2, stamp: { inode: 1, ctime: 1 } }) }, rows: ["a-"] },
  { name: "an mtime that is new by a nanosecond", now: { ...SEEN, "a-": file("1", { at: 1.000000001, stamp: { inode: 1, ctime: 1 } }) }, rows: ["a-"] },
  { name: "a new mode", now: { ...SEEN, "a-": file("1", { mode: 0o600, stamp: { inode: 1, ctime: 1 } }) }, rows: ["a-"] },
  { name: "a new owner", now: { ...SEEN, "a-": file("1", { uid: 7, stamp: { inode: 1, ctime: 1 } }) }, rows: ["a-"] },
  { name: "a new group", now: { ...SEEN, "a-": file("1", { gid: 7, stamp: { inode: 1, ctime: 1 } }) }, rows: ["a-"] },
  { name: "a new size", now: { ...SEEN, "a-": file("11", { stamp: { inode: 1, ctime: 1 } }) }, rows: ["a-"] },
  { name: "a new kind", now: { ...SEEN, "a-": link("1", { mode: 0o644, stamp: { inode: 1, ctime: 1 } }) }, rows: ["a-"] },
  { name: "a new target of a link", now: { ...SEEN, d: { ...SEEN.d, l: link("u") } }, rows: ["d/l"] },
  { name: "an absent file", now: { d: SEEN.d }, rows: ["a-"] },
  { name: "an absent directory", now: { "a-": SEEN["a-"] }, rows: ["d", "d/b", "d/l"] },
  { name: "a directory that comes before", now: { ...SEEN, a: { z: "1" } }, rows: ["a", "a/z"] },
  { name: "a file after a directory", now: { ...SEEN, "d-": "1" }, rows: ["d-"] },
])("mergeStreams() finds $name, on either side", async ({ now, rows }) => {
  for (const side of SIDES) {
    const { now: sides } = worldOf(
      tree(SEEN),
      perSide((one) => tree(one === side ? now : SEEN)),
    );
    const trees = {
      now: mapSides(sides, bare),
      base: perSide(() => bare(tree(SEEN))),
    };
    equal((await merged(trees)).rows.map(({ path }) => path), rows);
  }
});

Deno.test("mergeStreams() counts what it walks", async () => {
  const now = {
    initiator: tree({ a: "1", d: { x: "1" }, e: excluded(), u: unreadable() }),
    target: tree({ a: "1" }),
  };
  const base = perSide(() => tree({ a: "1", gone: "1", d: { x: "1" } }));
  const trees = { now: mapSides(now, bare), base: mapSides(base, bare) };
  equal((await merged(trees)).totals, {
    scanned: { initiator: 6, target: 2 },
    found: { initiator: 3, target: 1 },
    known: 3,
  });
});

Deno.test("mergeStreams() tells how far it is", async () => {
  const entries = bare(tree({ a: "1", b: "2", d: { x: "1" } }));
  const trees = { now: perSide(() => entries), base: perSide(() => entries) };
  const told: number[] = [];
  await merged(trees, { onProgress: (walked) => told.push(walked) });
  equal(told.toSorted((a, b) => a - b), told);
  equal(told.some((walked) => walked >= entries.size), true);
});

interface Cuts {
  readonly now: PerSide<readonly number[]>;
  readonly base: PerSide<readonly number[]>;
}

const WHOLE: Cuts = {
  now: perSide(() => [100]),
  base: perSide(() => [100]),
};

async function merged(
  trees: Trees,
  options: {
    readonly cuts?: Cuts;
    readonly everyFile?: boolean;
    readonly onProgress?: (walked: number) => void;
  } = {},
): Promise<Merged> {
  const { cuts = WHOLE, everyFile = false, onProgress } = options;
  const streams = perSide((side) => ({
    now: streamOf(batchesOf(trees.now[side], cuts.now[side])),
    base: streamOf(batchesOf(trees.base[side], cuts.base[side])),
  }));
  const tools = onProgress === undefined
    ? { everyFile, trustMounts: false }
    : { everyFile, trustMounts: false, onProgress };
  const walk = mergeStreams(streams, tools);
  const rows: Row[] = [];
  for (;;) {
    const { done, value } = await walk.next();
    if (done === true) return { rows, totals: value };
    rows.push(...value);
  }
}

async function* streamOf(batches: EntryBatch[]): AsyncGenerator<EntryBatch> {
  for (const batch of batches) {
    await Promise.resolve();
    yield batch;
  }
}

/** What the walk has to find, the slow way. */
function comparedAsMaps(trees: Trees, everyFile: boolean): Merged {
  const { now, base } = trees;
  const maps = [now.initiator, now.target, base.initiator, base.target];
  const paths = new Set(maps.flatMap((entries) => [...entries.keys()]));
  const rows = [...paths].sort(comparePaths)
    .map((path) => rowAt(trees, path))
    .filter((row) =>
      (everyFile && row.now.initiator?.kind === "file") || !isQuiet(row)
    );
  const files = (entries: Tree): number =>
    [...entries.values()].filter(isCounted).length;
  return {
    rows,
    totals: {
      scanned: mapSides(now, (entries) => entries.size),
      found: mapSides(now, files),
      known: files(base.initiator),
    },
  };
}

function rowAt({ now, base }: Trees, path: RelPath): Row {
  const agreed = SIDES.every((side) => base[side].has(path));
  const bases = perSide((side) => agreed ? base[side].get(path) : undefined);
  return {
    path,
    ancestor: bases.initiator,
    base: bases,
    now: perSide((side) => now[side].get(path)),
  };
}

function isQuiet({ base, now }: Row): boolean {
  return SIDES.every((side) =>
    base[side] !== undefined && now[side] !== undefined &&
    equalText(base[side], now[side])
  );
}

/** Inodes and, but for files, ctimes may change without a meaning. */
function equalText(a: Node, b: Node): boolean {
  const [x, y] = [a, b].map((node) => {
    if (node === undefined || node.kind === "unknown") return NaN;
    const { stamp, ...rest } = node;
    const ctime = node.kind === "file" ? `${stamp?.ctime ?? 0n}` : "";
    return JSON.stringify({ ...rest, ctime, mtime: `${rest.mtime}` });
  });
  return x === y;
}

function isCounted(entry: Node): boolean {
  if (entry?.kind === "unknown") return entry.reason !== "excluded";
  return entry?.kind !== "directory";
}

function bare(entries: Tree): Tree {
  return new Map([...entries].map(([path, entry]) => [path, unread(entry)]));
}

/** Without some leaves. */
function without(entries: Tree, gaps: readonly number[]): Tree {
  const paths = [...entries.keys()];
  const lost = new Set(gaps.map((gap) => paths[gap % (paths.length || 1)]));
  return new Map(
    [...entries].filter(([path, { kind }]) =>
      kind === "directory" || !lost.has(path)
    ),
  );
}
