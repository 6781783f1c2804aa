import { doesNotThrow, throws } from "node:assert/strict";
import fc from "fast-check";
import { appendEntry, createBatch, KIND } from "@/core/batch.ts";
import type { Entry } from "@/core/entry.ts";
import { TreeOrder } from "@/core/tree_order.ts";
import { arbTree, type Remembered, toBatch } from "../support/arbitrary.ts";

/** Takes lines such as `1 name/`: depth, name, a slash for directories. */
function take(lines: readonly string[]): void {
  const batch = createBatch(lines.length);
  const order = new TreeOrder();
  for (const [index, line] of lines.entries()) {
    const directory = line.endsWith("/");
    const place = {
      depth: Number(line[0]),
      name: line.slice(2, directory ? -1 : undefined),
    };
    const base = { mtime: 0n, meta: { mode: 0, uid: 0, gid: 0 } };
    const entry: Entry = directory
      ? { kind: "directory", ...base }
      : { kind: "file", size: 0, ...base };
    appendEntry(batch, place, entry);
    order.accept(batch, index);
  }
}

Deno.test.each([
  { name: "a root alone", lines: ["0 /"] },
  { name: "siblings", lines: ["0 /", "1 a", "1 a-", "1 aa", "1 b"] },
  { name: "a name again deeper", lines: ["0 /", "1 b/", "2 a", "2 b", "1 c"] },
  {
    name: "a name again elsewhere",
    lines: ["0 /", "1 a/", "2 x", "1 b/", "2 x"],
  },
  {
    name: "steps up",
    lines: ["0 /", "1 a/", "2 a/", "3 z", "1 b", "1 c/", "2 a"],
  },
  { name: "names of dots", lines: ["0 /", "1 ...", "1 .a", "1 a.."] },
])("TreeOrder accepts $name", ({ lines }) => {
  doesNotThrow(() => take(lines));
});

Deno.test.each([
  { name: "a file as root", lines: ["0 "], fault: /root must come first/ },
  { name: "a named root", lines: ["0 a/"], fault: /root must come first/ },
  { name: "no root", lines: ["1 a"], fault: /root must come first/ },
  { name: "a second root", lines: ["0 /", "0 /"], fault: /parent is missing/ },
  {
    name: "a skipped depth",
    lines: ["0 /", "2 a"],
    fault: /parent is missing/,
  },
  {
    name: "children of files",
    lines: ["0 /", "1 a", "2 b"],
    fault: /no directory/,
  },
  { name: "a name twice", lines: ["0 /", "1 a", "1 a"], fault: /out of order/ },
  {
    name: "names falling",
    lines: ["0 /", "1 b", "1 a"],
    fault: /out of order/,
  },
  {
    name: "a longer name first",
    lines: ["0 /", "1 ab", "1 a"],
    fault: /out of order/,
  },
  {
    name: "names falling after a step up",
    lines: ["0 /", "1 b/", "2 c/", "3 d", "1 a"],
    fault: /"a": it is out of order/,
  },
  { name: "an empty name", lines: ["0 /", "1 "], fault: /not valid/ },
  { name: "a dot", lines: ["0 /", "1 ."], fault: /not valid/ },
  { name: "two dots", lines: ["0 /", "1 .."], fault: /not valid/ },
  { name: "a slash", lines: ["0 /", "1 a/b"], fault: /not valid/ },
  {
    name: "a NUL",
    lines: ["0 /", "1 a\0"],
    fault: /"a\\x00": its name is not valid/,
  },
])("TreeOrder refuses $name", ({ lines, fault }) => {
  throws(() => take(lines), { name: "RangeError", message: fault });
});

function accepts(tree: readonly Remembered[]): boolean {
  const batch = toBatch(tree);
  const order = new TreeOrder();
  try {
    for (let index = 0; index < batch.length; index++) {
      order.accept(batch, index);
    }
    return true;
  } catch {
    return false;
  }
}

Deno.test("TreeOrder accepts every tree in order, and none with a pair swapped or an entry repeated", () => {
  fc.assert(fc.property(arbTree, fc.nat(), (tree, place) => {
    if (!accepts(tree)) throw new Error("refuses a tree in order");
    const at = place % tree.length;
    const [one, two] = tree.slice(at, at + 2);
    if (one === undefined) return;
    if (accepts(tree.toSpliced(at, 0, one))) throw new Error("repeated");
    if (two === undefined || two.depth !== one.depth) return;
    if (accepts(tree.toSpliced(at, 2, two, one))) throw new Error("swapped");
  }));
});

Deno.test("TreeOrder needs depth, kind and name only", () => {
  const batch = createBatch(1);
  batch.kind[0] = KIND.directory;
  doesNotThrow(() => new TreeOrder().accept(batch, 0));
});
