import { deepStrictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import {
  appendEntry,
  appendName,
  createBatch,
  entryOf,
  nameOf,
  nameStart,
} from "@/core/batch.ts";
import type { Entry, UnknownReason } from "@/core/entry.ts";
import { arbName, arbSeen, arbUnstamped } from "../support/arbitrary.ts";

const arbUnknown: fc.Arbitrary<Entry> = fc.tuple(
  fc.constantFrom<UnknownReason>(
    "excluded",
    "unreadable",
    "socket",
    "device",
    "odd",
  ),
  fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
).map(([reason, detail]) =>
  detail === undefined
    ? { kind: "unknown", reason }
    : { kind: "unknown", reason, detail }
);

const arbEntry = fc.oneof(arbSeen, arbUnstamped, arbUnknown);

Deno.test("entryOf() gives back what appendEntry() got", () => {
  const arbRows = fc.array(fc.record({
    depth: fc.nat(),
    name: fc.oneof(fc.constant(""), arbName),
    entry: arbEntry,
  }));
  fc.assert(fc.property(arbRows, (rows) => {
    const batch = createBatch(rows.length);
    for (const row of rows) appendEntry(batch, row, row.entry);
    equal(batch.length, rows.length);
    for (const [index, { depth, name, entry }] of rows.entries()) {
      equal(batch.depth[index], depth);
      equal(nameOf(batch, index), name);
      equal(entryOf(batch, index), entry);
    }
  }));
});

Deno.test("entryOf() keeps colons in what the system says", () => {
  const batch = createBatch(1);
  const entry: Entry = {
    kind: "unknown",
    reason: "unreadable",
    detail: "EACCES: permission denied: a",
  };
  appendEntry(batch, { depth: 1, name: "a" }, entry);
  equal(entryOf(batch, 0), entry);
});

Deno.test("a batch survives being cloned", () => {
  fc.assert(fc.property(arbEntry, arbName, (entry, name) => {
    const batch = createBatch(1);
    appendEntry(batch, { depth: 1, name }, entry);
    const clone = structuredClone(batch);
    equal(nameOf(clone, 0), name);
    equal(entryOf(clone, 0), entry);
  }));
});

Deno.test("appendName() takes a part of its source and makes room", () => {
  const batch = createBatch(2);
  const source = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
  appendName(batch, source, { from: 10, to: 12 });
  batch.length = 1;
  appendName(batch, source, { from: 1, to: 300 });
  batch.length = 2;
  equal([...batch.names.subarray(0, 2)], [10, 11]);
  equal(nameStart(batch, 1), 2);
  equal(
    [...batch.names.subarray(2, batch.nameEnd[1])],
    [...source.subarray(1)],
  );
});
