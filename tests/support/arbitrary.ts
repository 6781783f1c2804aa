/** Names, entries and trees for property tests. */

import fc from "fast-check";
import {
  appendEntry,
  createBatch,
  type EntryBatch,
  entryOf,
  nameOf,
} from "@/core/batch.ts";
import type { KnownEntry, Time } from "@/core/entry.ts";
import { compareBytes, decodeName, encodeName } from "@/core/name.ts";
import { isName } from "@/core/path.ts";

/** Bytes of any kind, often such that mean something in UTF-8. */
export const arbBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 4 })
    .map((text) => new TextEncoder().encode(text)),
  fc.array(
    fc.constantFrom(0x61, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc3, 0xe2, 0xed, 0xf0),
    { maxLength: 6 },
  ).map((bytes) => Uint8Array.from(bytes)),
);

/** Names as they stand in directories. */
export const arbName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("a", "b", "a-b", "ab", "...", " ", "ä", "\u{1f600}"),
  arbBytes.map(decodeName).filter(isName),
);

/** Times within 64 bits of seconds, as exact as columns hold them. */
export const arbTime: fc.Arbitrary<Time> = fc.tuple(
  fc.oneof(
    fc.integer({ min: -10, max: 10 }),
    fc.integer({ min: 1_600_000_000, max: 5_000_000_000 }),
    fc.maxSafeInteger(),
    fc.constantFrom(2 ** 51, -(2 ** 51), 2 ** 51 + 1, 2 ** 63, -(2 ** 63)),
  ),
  fc.oneof(fc.constantFrom(0, 999_999_999), fc.nat(999_999_999)),
).map(([seconds, nanos]) => BigInt(seconds) * 1_000_000_000n + BigInt(nanos));

const PLAIN = { noNullPrototype: true };

const arbUint32 = fc.oneof(fc.nat(2000), fc.nat(0xffff_ffff));

const arbBase = fc.record({
  mtime: arbTime,
  meta: fc.record(
    { mode: fc.nat(0o7777), uid: arbUint32, gid: arbUint32 },
    PLAIN,
  ),
}, PLAIN);

const arbStamp = fc.record({
  device: fc.tuple(fc.nat(0xfff), arbUint32)
    .map(([major, minor]) => major * 2 ** 32 + minor),
  inode: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
  ctime: arbTime,
}, PLAIN);

const arbTarget = arbBytes.map(decodeName)
  .filter((target) => target !== "" && !target.includes("\0"));

/** Entries that nobody read from a disk. */
export const arbUnstamped: fc.Arbitrary<KnownEntry> = fc.oneof(
  arbBase.map((base) => ({ kind: "directory" as const, ...base })),
  fc.tuple(arbBase, fc.maxSafeInteger()).map(([base, size]) => ({
    kind: "file" as const,
    size: Math.abs(size),
    ...base,
  })),
  fc.tuple(arbBase, arbTarget).map(([base, target]) => ({
    kind: "symlink" as const,
    target,
    ...base,
  })),
  arbBase.map((base) => ({ kind: "fifo" as const, ...base })),
);

/** Entries as scans find them. */
export const arbSeen: fc.Arbitrary<KnownEntry> = fc.tuple(
  arbUnstamped,
  arbStamp,
)
  .map(([entry, stamp]) => ({ ...entry, stamp }));

/** An entry and its place in a tree. */
export interface Remembered {
  /** Components of the path. */
  readonly depth: number;
  /** The last of them. */
  readonly name: string;
  /** What is there. */
  readonly entry: KnownEntry;
}

interface TreeNode {
  entry: KnownEntry;
  readonly children: Map<string, TreeNode>;
}

const arbLeaf = fc.record({
  path: fc.array(arbName, { minLength: 1, maxLength: 4 }),
  entry: fc.oneof(arbSeen, arbUnstamped),
});

const DIRECTORY: KnownEntry = {
  kind: "directory",
  mtime: 1n,
  meta: { mode: 0o755, uid: 0, gid: 0 },
  stamp: { device: 1, inode: 2n, ctime: 3n },
};

/** Everything a state can hold, in tree order. */
export const arbTree: fc.Arbitrary<Remembered[]> = fc.array(arbLeaf, {
  maxLength: 12,
}).map((leaves) => {
  const root = directory();
  for (const { path, entry } of leaves) {
    let node = root;
    for (const name of path) {
      node.entry = DIRECTORY;
      let child = node.children.get(name);
      if (child === undefined) {
        child = directory();
        node.children.set(name, child);
      }
      node = child;
    }
    if (node.children.size === 0) node.entry = entry;
  }
  return [...flatten(root, { depth: 0, name: "" })];
});

function directory(): TreeNode {
  return { entry: DIRECTORY, children: new Map() };
}

function* flatten(
  node: TreeNode,
  place: { readonly depth: number; readonly name: string },
): Generator<Remembered> {
  yield { ...place, entry: node.entry };
  const sorted = [...node.children].sort(([a], [b]) =>
    compareBytes(encodeName(a), encodeName(b))
  );
  for (const [name, child] of sorted) {
    yield* flatten(child, { depth: place.depth + 1, name });
  }
}

/** Columns of what a state remembers. */
export function toBatch(remembered: readonly Remembered[]): EntryBatch {
  const batch = createBatch(remembered.length);
  for (const one of remembered) appendEntry(batch, one, one.entry);
  return batch;
}

/** The reverse of {@linkcode toBatch}. */
export function fromBatch(batch: EntryBatch): Remembered[] {
  return Array.from({ length: batch.length }, (_, index) => ({
    depth: batch.depth[index] as number,
    name: nameOf(batch, index),
    entry: entryOf(batch, index) as KnownEntry,
  }));
}
