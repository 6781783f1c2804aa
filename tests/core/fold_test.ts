import { deepStrictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { BATCH_SIZE } from "@/core/batch.ts";
import type { KnownEntry } from "@/core/entry.ts";
import { type Edit, foldState } from "@/core/fold.ts";
import { comparePaths, parentPath, type RelPath, ROOT } from "@/core/path.ts";
import { arbTree } from "../support/arbitrary_worlds.ts";
import { batchesOf, treeOf } from "../support/batches.ts";
import { dir, file, type Tree, tree, unread } from "../support/trees.ts";

const RUNS = { numRuns: 500 };

/** A state, or nothing before the first run. */
const arbOld: fc.Arbitrary<Tree> = fc.oneof(
  { weight: 9, arbitrary: arbTree().map(bare) },
  { weight: 1, arbitrary: fc.constant<Tree>(new Map()) },
);

/** Edits of paths that may be in the state or not, in tree order. */
function arbEdits(old: Tree): fc.Arbitrary<Edit[]> {
  const forgotten = fc.subarray([...old.keys()]).map((paths) =>
    paths.map((path): Edit => ({ path, entry: undefined }))
  );
  const learnt = arbTree().chain((other) =>
    fc.subarray([...bare(other)]).map((pairs) =>
      pairs.map(([path, entry]): Edit => ({ path, entry: entry as KnownEntry }))
    )
  );
  return fc.tuple(forgotten, learnt).map((lists) => {
    const edits = new Map(lists.flat().map((edit) => [edit.path, edit]));
    return [...edits.values()].sort((a, b) => comparePaths(a.path, b.path));
  });
}

Deno.test("foldState() does to a state what the edits do to a map", () => {
  const arbCase = arbOld.chain((old) =>
    fc.tuple(fc.constant(old), arbEdits(old))
  );
  const arbSizes = fc.array(fc.nat(3), { maxLength: 3 });
  fc.assert(
    fc.property(arbCase, arbSizes, ([old, edits], sizes) => {
      equal([...folded(old, edits, [...sizes, 1])], [...edited(old, edits)]);
    }),
    RUNS,
  );
});

const OLD = bare(tree({ a: "1", d: { e: { y: "1" }, x: "1" }, z: "1" }));
interface Line {
  readonly name: string;
  readonly edits: Edit[];
  readonly gone: string[];
  readonly made: string[];
}

const FILE = file("22").entry as KnownEntry;
const DIRECTORY = dir({}).entry as KnownEntry;

// deno-fmt-ignore: one line for each case
Deno.test.each<Line>([
  { name: "nothing without edits", edits: [], gone: [], made: [] },
  { name: "what is forgotten", edits: [edit("a")], gone: ["a"], made: [] },
  { name: "what is below what is forgotten", edits: [edit("d")], gone: ["d", "d/e", "d/e/y", "d/x"], made: [] },
  { name: "what is below a directory that became a file", edits: [edit("d", FILE)], gone: ["d/e", "d/e/y", "d/x"], made: [] },
  { name: "nothing below a directory that stays one", edits: [edit("d", DIRECTORY)], gone: [], made: [] },
  { name: "nothing that is not there", edits: [edit("b"), edit("d/n/o")], gone: [], made: [] },
  { name: "everything with the root", edits: [edit("")], gone: [...OLD.keys()], made: [] },
  { name: "nothing for what is new", edits: [edit("b", DIRECTORY), edit("b/c", FILE)], gone: [], made: ["b", "b/c"] },
  { name: "what is new below nothing", edits: [edit("b/c", FILE)], gone: [], made: [] },
  { name: "what is new below a file", edits: [edit("a/c", FILE)], gone: [], made: [] },
  { name: "what is new below what is forgotten", edits: [edit("d"), edit("d/n", FILE)], gone: ["d", "d/e", "d/e/y", "d/x"], made: [] },
])("foldState() drops $name", ({ edits, gone, made }) => {
  const wanted = [...OLD.keys(), ...made]
    .filter((path) => !gone.includes(path)).sort();
  equal([...folded(OLD, edits, [2]).keys()], wanted);
});

Deno.test("foldState() fills one batch after the other", () => {
  const names = Array.from(
    { length: 2 * BATCH_SIZE },
    (_, n) => [`f${String(n).padStart(5, "0")}`, "1"] as const,
  );
  const old = bare(tree(Object.fromEntries(names.slice(0, BATCH_SIZE))));
  const edits = names.slice(BATCH_SIZE).map(([name]) => edit(name, FILE));
  const states = batchesOf(old, [1000]);
  const batches = [...foldState(states, edits)];
  equal(batches.map(({ length }) => length), [BATCH_SIZE, BATCH_SIZE, 1]);
  equal(treeOf(batches).size, names.length + 1);
});

Deno.test("foldState() takes what is only for new paths where the state has nothing of that kind", () => {
  const edits = [edit("a", FILE), edit("b", FILE), edit("z", DIRECTORY)]
    .map((one): Edit => ({ ...one, onlyNew: true }));
  const state = folded(OLD, edits, [2]);
  equal(state.get("a" as RelPath), OLD.get("a" as RelPath));
  equal(state.get("b" as RelPath)?.kind, "file");
  equal(state.get("z" as RelPath)?.kind, "directory");
  equal(state.has("d/e/y" as RelPath), true);
});

Deno.test("foldState() makes no batch of nothing", () => {
  equal([...foldState([], [])], []);
  equal([...foldState(batchesOf(OLD, [9]), [edit("")])], []);
});

function edit(path: string, entry?: KnownEntry): Edit {
  return { path: path as RelPath, entry };
}

function folded(
  old: Tree,
  edits: readonly Edit[],
  sizes: readonly number[],
): Tree {
  const states = batchesOf(old, sizes);
  return treeOf([...foldState(states, edits)]);
}

/** What the fold has to make, the slow way. */
function edited(old: Tree, edits: readonly Edit[]): Tree {
  const all = new Map(old);
  for (const { path, entry } of edits) {
    if (entry === undefined) all.delete(path);
    else all.set(path, entry);
  }
  const rooted = new Map<RelPath, KnownEntry>();
  for (const path of [...all.keys()].sort(comparePaths)) {
    const parent = rooted.get(parentPath(path));
    if (path === ROOT || parent?.kind === "directory") {
      rooted.set(path, all.get(path) as KnownEntry);
    }
  }
  return rooted;
}

function bare(entries: Tree): Tree {
  return new Map([...entries].map(([path, entry]) => [path, unread(entry)]));
}
