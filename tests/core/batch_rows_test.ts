import { deepStrictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import {
  appendEntry,
  createBatch,
  type EntryBatch,
  entryOf,
  nameOf,
} from "@/core/batch.ts";
import { appendRow, appendRows } from "@/core/batch_rows.ts";
import type { Entry } from "@/core/entry.ts";
import { arbName, arbSeen } from "../support/arbitrary.ts";

const UNKNOWN: Entry = {
  kind: "unknown",
  reason: "unreadable",
  detail: "it is shut",
};

const arbBatch = fc.array(
  fc.record({
    name: arbName,
    depth: fc.integer({ min: 0, max: 5 }),
    entry: fc.oneof(arbSeen, fc.constant(UNKNOWN)),
  }),
  { maxLength: 40 },
).map((entries) => {
  const batch = createBatch(entries.length + 1);
  for (const { name, depth, entry } of entries) {
    appendEntry(batch, { depth, name }, entry);
  }
  return batch;
});

function rowsOf(batch: EntryBatch): unknown[] {
  return Array.from({ length: batch.length }, (_, index) => ({
    name: nameOf(batch, index),
    depth: batch.depth[index],
    entry: entryOf(batch, index),
  }));
}

Deno.test("appendRows() appends what appendRow() appends one by one", () => {
  fc.assert(
    fc.property(
      arbBatch,
      arbBatch,
      fc.nat(40),
      fc.nat(40),
      fc.option(fc.nat(9), { nil: undefined }),
      (before, source, one, other, depth) => {
        const from = Math.min(one, other, source.length);
        const to = Math.min(Math.max(one, other), source.length);
        const [whole, single] = [createBatch(100), createBatch(100)];
        for (const batch of [whole, single]) {
          for (let index = 0; index < before.length; index++) {
            appendRow(batch, before, { index, depth: 1 });
          }
          // Names do not always have the room they usually need.
          batch.names = batch.names.slice(0, batch.nameEnd[before.length - 1]);
        }
        appendRows(
          whole,
          source,
          depth === undefined ? { from, to } : { from, to, depth },
        );
        for (let index = from; index < to; index++) {
          const own = depth ?? source.depth[index] ?? 0;
          appendRow(single, source, { index, depth: own });
        }
        equal(rowsOf(whole), rowsOf(single));
      },
    ),
    { numRuns: 1000 },
  );
});
