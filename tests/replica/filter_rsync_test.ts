/** rsync as the oracle for `compileFilter()`. */

import { deepStrictEqual as deepEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  compileFilter,
  type FilterSettings,
  parsePatternFile,
} from "@/core/filter.ts";
import { decodeName, encodeName } from "@/core/name.ts";
import { childPath, type RelPath, ROOT } from "@/core/path.ts";

const RUNS = 100;

const NAMES = (
  "a b ab abc aab b.o Ab Z 0 - -a ! ^ # #a ;a [a] [ ] a] a* ** a?b \\ \\a a\\b " +
  "é aé \udcff a\udcff \u0001 a-c [!a] x.a.b"
).split(" ").concat(["a ", " a", "+ a", "- a"]);

/** Which of the names are directories, at each depth. */
const FOLDERS = [
  ["a", "b", "ab", "é", "\udcff", "[a]", "a*", "\\a"],
  ["a", "é", "[a]"],
  [],
];

const NOTHING: FilterSettings = {
  include: [],
  exclude: [],
  includeFrom: [],
  excludeFrom: [],
  first: "include",
};

interface Item {
  readonly path: RelPath;
  readonly isDirectory: boolean;
}

/** The tree, parents first, thinner the deeper. */
function tree(): Item[] {
  const items: Item[] = [];
  const fill = (parent: RelPath, depth: number): void => {
    for (const [index, name] of NAMES.entries()) {
      const path = childPath(parent, name);
      const isDirectory = FOLDERS[depth]?.includes(name) ?? false;
      if (!isDirectory && index % (depth * 2 + 1) !== 0) continue;
      items.push({ path, isDirectory });
      if (isDirectory) fill(path, depth + 1);
    }
  };
  fill(ROOT, 0);
  return items;
}

/** What a synchroniser visits: nothing below what is excluded. */
function visited(items: readonly Item[], settings: FilterSettings): string[] {
  const filter = compileFilter(settings);
  const open = new Set<string>([ROOT]);
  const paths: string[] = [];
  for (const { path, isDirectory } of items) {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (!open.has(parent) || filter.excludes(path, isDirectory)) continue;
    paths.push(isDirectory ? `${path}/` : path);
    if (isDirectory) open.add(path);
  }
  return paths.sort();
}

async function listed(
  root: string,
  args: readonly string[],
  input = "",
): Promise<string[]> {
  const child = new Deno.Command("rsync", {
    args: ["-rn", "--out-format=%n", ...args, `${root}/tree/`, `${root}/none/`],
    env: { LC_ALL: "C" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  // rsync without a list to read may be gone before it is given one.
  writer.write(encodeName(input)).then(() => writer.close()).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return decodeName(stdout).split("\n").filter((line) =>
    line !== "" && line !== "./"
  ).map(unescapeName).sort();
}

function unescapeName(line: string): string {
  const bytes = line.replace(
    /\\#([0-7]{3})/g,
    (_, digits) => String.fromCharCode(parseInt(digits, 8)),
  );
  return decodeName(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}

async function plant(root: string, items: readonly Item[]): Promise<void> {
  const paths = (isDirectory: boolean): string =>
    items.filter((item) => item.isDirectory === isDirectory)
      .map(({ path }) => `${root}/tree/${path}\0`).join("");
  await Deno.mkdir(`${root}/none`);
  await feed(["-0", "mkdir", "-p"], paths(true));
  await feed(["-0", "touch"], paths(false));
}

async function feed(args: string[], input: string): Promise<void> {
  await using child = new Deno.Command("xargs", { args, stdin: "piped" })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(encodeName(input));
  await writer.close();
  await child.status;
}

const piece = fc.constantFrom(
  ..."a b c A . - ! ^ # / / / * * ** *** ? ? [ ] \\ \\* \\[ \\a \\\\ é".split(
    " ",
  ),
  ..."[a] [!a] [^ab] [a-c] []a] [!]a] [[:alpha:]] [[:upper:][:digit:]]".split(
    " ",
  ),
  ..."[[:foo:]] [[:punct:]-] [a-] [-a] [a [\\]a] [--/] [a-\\c] [a-b-c] [[:a]"
    .split(" "),
  ..."[/a] [!/] [é] [c-a] /*** /** **/ */ a/b *.* [[] [[:]] [[::]]".split(" "),
  ..."[!a-z] [^[:print:]] \\?".split(" "),
  " ",
  "\udcff",
  "[\udcc3-\udcff]",
);

const loose = fc.array(piece, { minLength: 1, maxLength: 5 })
  .map((pieces) => pieces.join(""));

/** The end of a path of the tree, some characters of it made wild. */
function derived(items: readonly Item[]): fc.Arbitrary<string> {
  return fc.record({
    item: fc.constantFrom(...items),
    from: fc.nat(3),
    anchor: fc.constantFrom("", "", "/", "**", "**/", "/**/"),
    cut: fc.array(fc.tuple(fc.nat(12), piece), { maxLength: 2 }),
    end: fc.constantFrom("", "", "", "/", "/*", "/**", "/***", "*", "***"),
  }).map(({ item, from, anchor, cut, end }) => {
    const names = item.path.split("/");
    const characters = [...names.slice(from % names.length).join("/")];
    for (const [at, wild] of cut) characters[at % characters.length] = wild;
    return anchor + characters.join("") + end;
  });
}

const isInstalled = await new Deno.Command("rsync", { args: ["--version"] })
  .output().then(({ success }) => success, () => false);
const remark = isInstalled ? "" : " (skipped: rsync is not installed)";

Deno.test({
  name: `compileFilter() includes what rsync includes${remark}`,
  ignore: !isInstalled,
  async fn() {
    const root = await Deno.makeTempDir();
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => Deno.remove(root, { recursive: true }));
    const items = tree();
    await plant(root, items);
    const pattern = fc.oneof(loose, derived(items));
    await Promise.all([
      fc.assert(files(root, items, pattern), { numRuns: RUNS }),
      fc.assert(lists(root, items, pattern), { numRuns: RUNS }),
    ]);
  },
});

/** Patterns, comments and clearings in a list file. */
function files(
  root: string,
  items: readonly Item[],
  pattern: fc.Arbitrary<string>,
) {
  const line = fc.tuple(
    fc.constantFrom("", "", "+ ", "- ", "#", ";", "\n", "!\n", "\r\n"),
    pattern,
    fc.constantFrom("\n", "\n", "\r\n", "\r"),
  ).map((parts) => parts.join(""));
  return fc.asyncProperty(fc.array(line, { maxLength: 5 }), async (lines) => {
    const text = lines.join("");
    const settings = { ...NOTHING, excludeFrom: parsePatternFile(text) };
    deepEqual(
      visited(items, settings),
      await listed(root, ["--exclude-from=-"], text),
    );
  });
}

/** Patterns on the command line, included and excluded, in both orders. */
function lists(
  root: string,
  items: readonly Item[],
  pattern: fc.Arbitrary<string>,
) {
  const broad = fc.constantFrom("*", "**", "*/", "a*", "**/?", "/*/*");
  const patterns = fc.tuple(
    // rsync refuses a rule without a pattern.
    fc.array(pattern.filter((text) => text.isWellFormed() && text !== "- "), {
      maxLength: 3,
    }),
    fc.array(broad, { maxLength: 1 }),
  ).map((both) => both.flat());
  const first = fc.constantFrom("include" as const, "exclude" as const);
  return fc.asyncProperty(patterns, patterns, first, async (...given) => {
    const [include, exclude, first] = given;
    const settings = { ...NOTHING, include, exclude, first };
    const args = {
      include: include.map((text) => `--include=${text}`),
      exclude: exclude.map((text) => `--exclude=${text}`),
    };
    const second = first === "include" ? "exclude" : "include";
    deepEqual(
      visited(items, settings),
      await listed(root, [...args[first], ...args[second]]),
    );
  });
}
