import { deepStrictEqual as equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { compareBytes, encodeName } from "@/core/name.ts";
import {
  baseName,
  childPath,
  comparePaths,
  isBelow,
  isName,
  parentPath,
  parseRelPath,
  pathDepth,
  pathNames,
  type RelPath,
  ROOT,
} from "@/core/path.ts";
import { arbName } from "../support/arbitrary.ts";

const arbNames = fc.array(arbName, { maxLength: 4 });

function pathOf(names: readonly string[]): RelPath {
  return names.reduce(childPath, ROOT);
}

Deno.test.each(["", "a", "a/b", "a b/...", ".hidden/x..", "ä/\udcff", "\\"])(
  "parseRelPath() takes %s",
  (text) => {
    equal(parseRelPath(text), text);
  },
);

Deno.test.each([
  "/",
  "/etc/passwd",
  "a/",
  "a//b",
  ".",
  "..",
  "../a",
  "a/../b",
  "a/./b",
  "a/..",
  "a\0",
])("parseRelPath() refuses %s", (text) => {
  throws(() => parseRelPath(text), {
    name: "RangeError",
    message: /^Cannot parse path "/,
  });
});

Deno.test("isName() knows what can be a component", () => {
  const names = ["a", "...", " ", "\n", "\\", "", ".", "..", "/", "a/b", "a\0"];
  equal(names.filter(isName), ["a", "...", " ", "\n", "\\"]);
});

Deno.test("a path is its names", () => {
  fc.assert(fc.property(arbNames, (names) => {
    const path = pathOf(names);
    equal(parseRelPath(path), path);
    equal(pathNames(path), names);
    equal(pathDepth(path), names.length);
    equal(baseName(path), names.at(-1) ?? "");
    equal(parentPath(path), pathOf(names.slice(0, -1)));
  }));
});

Deno.test("isBelow() holds for what starts with all names of the directory, and has more", () => {
  const related = fc.tuple(arbNames, arbNames).chain(([a, b]) =>
    fc.constantFrom([[...a, ...b], a], [a, [...a, ...b]], [a, b])
  );
  fc.assert(fc.property(related, ([names = [], directory = []]) => {
    equal(
      isBelow(pathOf(names), pathOf(directory)),
      names.length > directory.length &&
        directory.every((name, index) => name === names[index]),
    );
  }));
});

Deno.test("isBelow() is not fooled by names that start alike", () => {
  const path = parseRelPath;
  ok(!isBelow(path("ab"), path("a")));
  ok(!isBelow(path("a"), path("a")));
  ok(!isBelow(ROOT, ROOT));
  ok(isBelow(path("a/b"), path("a")));
  ok(isBelow(path("a"), ROOT));
});

/** Name by name, by their bytes; a directory before what is in it. */
function compareSlowly(a: readonly string[], b: readonly string[]): number {
  for (const [index, name] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareBytes(encodeName(name), encodeName(other));
    if (order !== 0) return Math.sign(order);
  }
  return a.length < b.length ? -1 : 0;
}

Deno.test("comparePaths() orders as the lists of names do", () => {
  const related = fc.tuple(arbNames, arbNames, arbNames).chain(([a, b, c]) =>
    fc.constantFrom([[...a, ...b], [...a, ...c]], [[...a, ...b], a], [a, b])
  );
  fc.assert(
    fc.property(related, ([a = [], b = []]) => {
      equal(
        Math.sign(comparePaths(pathOf(a), pathOf(b))),
        compareSlowly(a, b),
      );
    }),
    { numRuns: 5000 },
  );
});

Deno.test("comparePaths() goes depth first", () => {
  const sorted = [
    "",
    "a",
    "a/b",
    "a/b/c",
    "a/c",
    "a-",
    "a-/b",
    "ab",
    "\u{1f600}",
  ]
    .map(parseRelPath);
  equal(sorted.toReversed().sort(comparePaths), sorted);
});
