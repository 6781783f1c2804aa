import { deepStrictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import { BATCH_SIZE, type EntryBatch } from "@/core/batch.ts";
import type { KnownEntry } from "@/core/entry.ts";
import { type Edit, foldState } from "@/core/fold.ts";
import {
  baseName,
  childPath,
  comparePaths,
  parentPath,
  pathDepth,
  type RelPath,
  ROOT,
} from "@/core/path.ts";
import {
  arbTree,
  fromBatch,
  type Remembered,
  toBatch,
} from "../support/arbitrary.ts";
import { FILE, FOLDER, remember } from "../support/state.ts";

type Entries = ReadonlyMap<RelPath, KnownEntry>;

function entriesOf(tree: readonly Remembered[]): Entries {
  const entries = new Map<RelPath, KnownEntry>();
  const way: RelPath[] = [];
  for (const { depth, name, entry } of tree) {
    const above = way[depth - 1];
    const path = above === undefined ? ROOT : childPath(above, name);
    way.splice(depth, Infinity, path);
    entries.set(path, entry);
  }
  return entries;
}

/** Puts everything in a map, then drops what has no directory to be in. */
function foldByMap(
  old: readonly Remembered[],
  edits: readonly Edit[],
): Remembered[] {
  const all = new Map<RelPath, KnownEntry | undefined>(entriesOf(old));
  for (const { path, entry } of edits) all.set(path, entry);
  const kept = (path: RelPath): boolean =>
    path === ROOT ||
    all.get(parentPath(path))?.kind === "directory" && kept(parentPath(path));
  return [...all].sort(([a], [b]) => comparePaths(a, b)).flatMap(
    ([path, entry]) =>
      entry === undefined || !kept(path)
        ? []
        : [remember(pathDepth(path), baseName(path), entry)],
  );
}

function fold(
  old: readonly EntryBatch[],
  edits: readonly Edit[],
): Remembered[] {
  return [...foldState(old, edits)].flatMap(fromBatch);
}

/** Edits of paths that are there, of others, and of what is below and above them. */
const arbFold = fc.tuple(arbTree, arbTree, fc.infiniteStream(fc.nat(5))).map(
  ([old, other, choices]) => {
    const edits: Edit[] = [];
    const known = [...entriesOf(old), ...entriesOf(other)];
    for (const [path, entry] of new Map(known)) {
      const choice = choices.next().value;
      if (path !== ROOT && choice === 0) edits.push({ path, entry: undefined });
      if (choice === 1) edits.push({ path, entry });
      if (path !== ROOT && choice === 2) edits.push({ path, entry: FILE });
    }
    edits.sort((a, b) => comparePaths(a.path, b.path));
    return { old, edits };
  },
);

Deno.test("foldState() does what a map would", () => {
  fc.assert(
    fc.property(arbFold, fc.integer({ min: 1, max: 9 }), (run, size) => {
      const { old, edits } = run;
      const batches: EntryBatch[] = [];
      for (let from = 0; from < old.length; from += size) {
        batches.push(toBatch(old.slice(from, from + size)));
      }
      equal(fold(batches, edits), foldByMap(old, edits));
      equal(fold([], edits), foldByMap([], edits));
    }),
    { numRuns: 500 },
  );
});

Deno.test("foldState() forgets everything with the root", () => {
  const old = toBatch([remember(0, "", FOLDER), remember(1, "a", FILE)]);
  const edit = { path: ROOT, entry: undefined };
  equal([...foldState([old], [edit])].length, 0);
});

Deno.test.each([0, 1, BATCH_SIZE - 1, BATCH_SIZE, 2 * BATCH_SIZE, 9000])(
  "foldState() fills its batches: a directory of %i files",
  (count) => {
    const tree = [remember(0, "", FOLDER)];
    for (let index = 0; index < count; index++) {
      tree.push(remember(1, String(index).padStart(5, "0"), FILE));
    }
    const edits = [...entriesOf(tree)].map(([path, entry]) => ({
      path,
      entry,
    }));
    for (
      const batches of [
        [...foldState([toBatch(tree)], [])],
        [...foldState([], edits)],
        [...foldState([toBatch(tree.slice(0, 7))], edits.slice(7))],
      ]
    ) {
      equal(batches.flatMap(fromBatch), tree);
      const full = batches.slice(0, -1);
      equal(full.every(({ length }) => length === BATCH_SIZE), true);
      equal(batches.at(-1)?.length === 0, false);
    }
  },
);
