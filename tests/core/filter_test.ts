import {
  deepStrictEqual as deepEqual,
  notStrictEqual as notEqual,
  strictEqual as equal,
} from "node:assert/strict";
import {
  compileFilter,
  type Filter,
  type FilterSettings,
  parsePatternFile,
  parsePatternList,
} from "@/core/filter.ts";
import { parseRelPath } from "@/core/path.ts";

function filterOf(settings: Partial<FilterSettings>): Filter {
  return compileFilter({
    include: [],
    exclude: [],
    includeFrom: [],
    excludeFrom: [],
    first: "include",
    ...settings,
  });
}

/** Which of the paths a filter leaves out; a trailing slash makes a directory. */
function excluded(filter: Filter, paths: string): string[] {
  return paths.split(" ").filter((path) =>
    filter.excludes(parseRelPath(path.replace(/\/$/, "")), path.endsWith("/"))
  );
}

interface PatternCase {
  readonly pattern: string;
  readonly hits: string;
  readonly misses: string;
}

const PATTERNS: readonly PatternCase[] = [
  // Literal: the last names of the path, or all of them.
  { pattern: "a", hits: "a a/ x/a", misses: "ab ba a/x" },
  { pattern: "a/", hits: "a/ x/a/", misses: "a x/a" },
  { pattern: "/a", hits: "a a/", misses: "x/a" },
  { pattern: "/a/", hits: "a/", misses: "a x/a/" },
  { pattern: "a/b", hits: "a/b x/a/b", misses: "b xa/b a/b/c" },
  { pattern: "/a/b", hits: "a/b", misses: "x/a/b" },
  { pattern: "a//b", hits: "", misses: "a/b" },
  { pattern: "a//", hits: "", misses: "a/ a" },
  { pattern: "/", hits: "", misses: "a a/" },
  { pattern: "//a", hits: "", misses: "a x/a" },
  // Stars within a name.
  { pattern: "*", hits: "a x/a", misses: "" },
  { pattern: "*.o", hits: "b.o .o x/b.o", misses: "b.oo b" },
  { pattern: "a*b*c", hits: "abc aXbXc abbc", misses: "acb abcd" },
  { pattern: "/*/a", hits: "x/a", misses: "a x/y/a" },
  { pattern: "*/a", hits: "x/a y/x/a", misses: "a" },
  { pattern: "a/*", hits: "a/b x/a/b", misses: "a a/b/c" },
  { pattern: "/*x/*y", hits: "x/y axbx/cy", misses: "axb/y x/z/y" },
  { pattern: "?", hits: "a x/a", misses: "aa" },
  { pattern: "a?b", hits: "axb", misses: "ab a/b" },
  // Stars across slashes.
  { pattern: "**", hits: "a x/y/a", misses: "" },
  { pattern: "**a", hits: "a ba x/a", misses: "a/b" },
  { pattern: "**/a", hits: "a x/a x/y/a", misses: "ba" },
  { pattern: "/**/a", hits: "x/a x/y/a", misses: "a" },
  { pattern: "a/**", hits: "a/b a/b/c x/a/b", misses: "a a/ xa/b" },
  { pattern: "/a/**", hits: "a/b a/b/c", misses: "a x/a/b" },
  { pattern: "/a/**/b", hits: "a/x/b a/x/y/b", misses: "a/b" },
  { pattern: "a**b", hits: "ab a/b x/a/y/b", misses: "xab a/bc" },
  { pattern: "/**a*b/c", hits: "ab/c x/ayb/c", misses: "a/b/c" },
  { pattern: "**[^ab]***", hits: "c a/c ca", misses: "a a/b a/ b/" },
  // A directory with what is in it.
  { pattern: "a/***", hits: "a/ a/b a/b/c x/a/ x/a/b", misses: "a ab/" },
  { pattern: "/a/***", hits: "a/ a/b", misses: "a x/a/" },
  { pattern: "a/***/", hits: "a/ a/b/", misses: "a/b" },
  { pattern: "/***", hits: "a a/ a/b", misses: "" },
  { pattern: "a***", hits: "a ab x/ab a/b", misses: "ba" },
  // Classes.
  { pattern: "[a-c]", hits: "a b c", misses: "d - A" },
  { pattern: "[!a-c]", hits: "d -", misses: "a b" },
  { pattern: "[^a]", hits: "b ^", misses: "a" },
  { pattern: "[]a]", hits: "] a", misses: "[" },
  { pattern: "[!]a]", hits: "b", misses: "] a" },
  { pattern: "[a-]", hits: "a -", misses: "b" },
  { pattern: "[-a]", hits: "a -", misses: "b" },
  { pattern: "[a-b-d]", hits: "a b - d", misses: "c" },
  { pattern: "[c-a]", hits: "c", misses: "a b" },
  { pattern: "[\\]]", hits: "]", misses: "\\" },
  { pattern: "[a-\\c]", hits: "a b c", misses: "\\" },
  { pattern: "[[:alpha:]]", hits: "a Z", misses: "0 :" },
  { pattern: "[^[:upper:][:digit:]]", hits: "a", misses: "A 0" },
  { pattern: "[[:punct:]x]", hits: "! x", misses: "a" },
  { pattern: "[[:a]", hits: "[ : a", misses: "b" },
  { pattern: "[[:]", hits: "[ :", misses: "]" },
  { pattern: "[[:foo:]]", hits: "", misses: "f o :" },
  { pattern: "[a", hits: "", misses: "a [a" },
  { pattern: "[]", hits: "", misses: "[]" },
  { pattern: "x[!y]z", hits: "xaz", misses: "xyz x/z" },
  { pattern: "/x[--0]z", hits: "x.z", misses: "x/z" },
  { pattern: "[/a]", hits: "", misses: "a x/a" },
  // Escapes count only beside wildcards.
  { pattern: "\\a", hits: "\\a", misses: "a" },
  { pattern: "\\a?", hits: "ab", misses: "\\ab" },
  { pattern: "\\*", hits: "*", misses: "a \\*" },
  { pattern: "a\\**", hits: "a* a*b x/a*", misses: "ab a*/b" },
  { pattern: "*\\", hits: "", misses: "a\\ a" },
  { pattern: "[[]x]", hits: "[x]", misses: "x" },
  // Bytes, not characters.
  { pattern: "?", hits: "\udcff", misses: "é" },
  { pattern: "??", hits: "é", misses: "\udcff" },
  { pattern: "[\udcc3]?", hits: "é", misses: "e" },
  { pattern: "é*", hits: "é éa é\udcff", misses: "e" },
  { pattern: "\udcff", hits: "\udcff x/\udcff", misses: "ÿ" },
  { pattern: "[[:print:]]", hits: "~", misses: "\udcff \u0001" },
];

Deno.test.each(PATTERNS)(
  "compileFilter() reads $pattern",
  ({ pattern, hits, misses }) => {
    const filter = filterOf({ exclude: [pattern] });
    deepEqual(
      excluded(filter, `${hits} ${misses}`.trim()),
      hits.split(" ").filter((path) => path !== ""),
    );
  },
);

interface OrderCase extends Partial<FilterSettings> {
  readonly name: string;
  readonly out: string;
}

const ORDERS: readonly OrderCase[] = [
  { name: "excludes nothing without rules", out: "" },
  { name: "excludes nothing that is only included", include: ["a"], out: "" },
  {
    name: "lets includes decide first",
    include: ["a"],
    exclude: ["?"],
    out: "b c",
  },
  {
    name: "lets excludes decide first when told so",
    include: ["a"],
    exclude: ["?"],
    first: "exclude",
    out: "a b c",
  },
  {
    name: "reads each file after its list",
    include: ["b"],
    exclude: ["a"],
    includeFrom: ["c"],
    excludeFrom: ["*"],
    out: "a",
  },
  {
    name: "lets a sign overrule the list it is in",
    include: ["- a"],
    exclude: ["+ b", "*"],
    out: "a c",
  },
  {
    name: "forgets what stands before a lone !",
    exclude: ["a", "!", "b"],
    out: "b",
  },
  {
    name: "forgets the other list too at a lone !",
    include: ["- c"],
    exclude: ["a", "!"],
    out: "",
  },
  { name: "ignores a sign alone", exclude: ["- ", "+ "], out: "" },
];

Deno.test.each(ORDERS)("compileFilter() $name", (settings) => {
  deepEqual(excluded(filterOf(settings), "a b c").join(" "), settings.out);
});

Deno.test("Filter.excludes() leaves out osync's own files whatever the rules", () => {
  const own =
    ".osync_workdir/ x/.osync_workdir/ .osync-update.push x/.osync-update.push";
  for (const exclude of [[], ["+ *", "+ .osync*"], ["!"]]) {
    deepEqual(excluded(filterOf({ exclude }), own), own.split(" "));
  }
  deepEqual(excluded(filterOf({}), ".osync_workdir.old .osync"), []);
});

Deno.test("Filter.excludes() keeps the root", () => {
  equal(
    filterOf({ exclude: ["*", "**", "/", "***"] }).excludes(
      parseRelPath(""),
      true,
    ),
    false,
  );
});

Deno.test("Filter.excludes() stays fast with many stars", () => {
  const name = "a".repeat(255);
  const deep = Array.from({ length: 16 }, () => name).join("/");
  const started = performance.now();
  for (
    const pattern of [
      "*a*a*a*a*a*a*a*a*[b]",
      "**a**a*a**a*a**[b]",
      "**a*aaaaaaaa*aaaab*/[x]",
    ]
  ) {
    deepEqual(
      excluded(filterOf({ exclude: [pattern] }), `${name} ${deep}`),
      [],
    );
  }
  equal(performance.now() - started < 2000, true);
});

Deno.test("Filter.fingerprint tells rules and their order apart", () => {
  const [one, swapped, joined] = [["a", "b"], ["b", "a"], ["a\n- b"]]
    .map((exclude) => filterOf({ exclude }).fingerprint);
  notEqual(one, swapped);
  notEqual(one, joined);
  equal(
    one,
    filterOf({ include: ["z", "!", "- a"], excludeFrom: ["b"] }).fingerprint,
  );
});

Deno.test("Filter.empty is about the rules that are left", () => {
  equal(filterOf({}).empty, true);
  equal(filterOf({ include: ["a"] }).empty, false);
  equal(filterOf({ include: ["a"], exclude: ["!"] }).empty, true);
});

Deno.test("parsePatternList() splits at the separator and drops empty pieces", () => {
  deepEqual(parsePatternList("a; b;;*.o;", ";"), ["a", " b", "*.o"]);
  deepEqual(parsePatternList("a;b::c", "::"), ["a;b", "c"]);
  deepEqual(parsePatternList("", ";"), []);
  deepEqual(parsePatternList("a;b", ""), ["a;b"]);
});

Deno.test("parsePatternFile() drops comments, empty lines, carriage returns and a byte order mark", () => {
  deepEqual(
    parsePatternFile("\ufeffa\r\n#b\n;c\n\n #d \n- e\r!\n\\#f"),
    ["a", " #d ", "- e", "!", "\\#f"],
  );
});
