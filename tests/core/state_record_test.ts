import { deepStrictEqual as equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import type { KnownEntry } from "@/core/entry.ts";
import { StateError } from "@/core/state_format.ts";
import { arbTree, fromBatch, type Remembered } from "../support/arbitrary.ts";
import {
  BASE,
  faultOf,
  FILE,
  FOLDER,
  forge,
  join,
  META,
  open,
  read,
  recordsOf,
  remember,
  write,
} from "../support/state.ts";

Deno.test("StateReader believes right checksums around a right tree", () => {
  const tree = [remember(0, "", FOLDER), remember(1, "a", FOLDER)];
  equal(read(forge(recordsOf(tree), 2)), tree);
});

Deno.test.each<{ name: string; tree: Remembered[] }>([
  { name: "without root", tree: [remember(1, "a", FOLDER)] },
  { name: "with a named root", tree: [remember(0, "a", FOLDER)] },
  { name: "with a file for a root", tree: [remember(0, "", FILE)] },
  {
    name: "with two roots",
    tree: [remember(0, "", FOLDER), remember(0, "", FOLDER)],
  },
])("StateReader refuses a tree $name", ({ tree }) => {
  equal(faultOf(forge(recordsOf(tree), tree.length)), "corrupt");
});

Deno.test("StateReader refuses more or fewer records than announced", () => {
  const records = recordsOf([
    remember(0, "", FOLDER),
    remember(1, "a", FOLDER),
  ]);
  equal(faultOf(forge(records, 1)), "corrupt");
  equal(faultOf(forge(records, 3)), "corrupt");
});

Deno.test.each([
  { name: "a column it does not know", at: 1, bits: 0x40 },
  { name: "a field it does not know", at: 12, bits: 1 },
  { name: "more bytes of names than there are", at: 4, bits: 4 },
  { name: "more links than there are", at: 8, bits: 1 },
])("StateReader refuses $name", ({ at, bits }) => {
  const records = recordsOf([remember(0, "", FOLDER)]);
  equal(faultOf(forge(records, 1)), "none");
  records[at] = (records[at] as number) ^ bits;
  equal(faultOf(forge(records, 1)), "corrupt");
});

Deno.test("StateReader refuses links that are not where the targets are", () => {
  const link: KnownEntry = { kind: "symlink", target: "t", ...BASE };
  const records = recordsOf([
    remember(0, "", FOLDER),
    remember(1, "a", link),
    remember(1, "b", link),
  ]);
  equal(faultOf(forge(records, 3)), "none");
  const view = new DataView(records.buffer);
  const second = records.length - 9;
  equal(view.getUint32(second, true), 2);
  for (const index of [0, 1, 3]) {
    view.setUint32(second, index, true);
    equal(faultOf(forge(records, 3)), "corrupt");
  }
});

Deno.test("StateReader, whatever stands in a block, gives what can be written or fails", () => {
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255) });
  fc.assert(
    fc.property(
      arbTree,
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (tree, changes) => {
        const records = recordsOf(tree);
        for (const { at, byte } of changes) records[at % records.length] = byte;
        const file = forge(records, tree.length);
        const found: Remembered[] = [];
        try {
          const next = open(file).next();
          if (next !== undefined) found.push(...fromBatch(next));
        } catch (error) {
          ok(error instanceof StateError, String(error));
          return;
        }
        equal(read(join(write([found]))), found);
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("StateReader gives up on names that would grow without end", () => {
  const long = "x".repeat(4096);
  const tree = [remember(0, "", FOLDER), remember(1, long, FILE)];
  equal(read(join(write([tree]))), tree);
  const longer = [remember(0, "", FOLDER), remember(1, `${long}x`, FILE)];
  throws(() => write([longer]), RangeError);
  equal(faultOf(forge(recordsOf(longer), 2)), "corrupt");
});

Deno.test.each<{ name: string; entry: KnownEntry }>([
  {
    name: "a mode with type bits",
    entry: { ...FILE, meta: { ...META, mode: 0o100644 } },
  },
  { name: "half a byte", entry: { ...FILE, size: 0.5 } },
  { name: "no end of bytes", entry: { ...FILE, size: Infinity } },
  { name: "fewer than no bytes", entry: { ...FILE, size: -1 } },
  { name: "a time beyond 64 bits", entry: { ...FILE, mtime: 10n ** 30n } },
  {
    name: "a link to nowhere",
    entry: { kind: "symlink", target: "", ...BASE },
  },
  {
    name: "a NUL in a target",
    entry: { kind: "symlink", target: "a\0", ...BASE },
  },
])("StateWriter refuses $name", ({ entry }) => {
  const tree = [remember(0, "", FOLDER), remember(1, "a", entry)];
  throws(() => write([tree]), RangeError);
});

Deno.test("StateWriter refuses unknown entries", () => {
  const entry = { kind: "unknown", reason: "socket" } as unknown as KnownEntry;
  throws(
    () => write([[remember(0, "", FOLDER), remember(1, "a", entry)]]),
    RangeError,
  );
});
