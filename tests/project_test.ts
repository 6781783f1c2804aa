import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { compileFilter, parsePatternFile } from "@/core/filter.ts";
import { parseRelPath } from "@/core/path.ts";
import { OPTIONS } from "@/config/options.ts";
import { OLD_NAMES } from "@/config/old_names.ts";
import { SECTIONS, SETTING_KEYS } from "@/config/settings.ts";
import { VERSION } from "@/version.ts";

const INFORMATION = ["--help", "--version"];

/** Options of rsync that the README speaks of. */
const RSYNC_OPTIONS = [
  "--exclude",
  "--include",
  "--bwlimit",
  "--no-perms",
  "--no-owner",
  "--no-group",
];

/** Words in capitals that are no settings. */
const OTHER_CAPITALS =
  /^(OSYNC_[A-Z_]+|DENORT_BIN|DENO_TLS_CA_STORE|NO_COLOR|HOME|BSD|JSON|README|CHANGELOG|SOFT_DELET)$/;

function text(path: string): string {
  return Deno.readTextFileSync(new URL(`../${path}`, import.meta.url));
}

function all(path: string, pattern: RegExp): string[] {
  const found = text(path).matchAll(pattern);
  return [...new Set([...found].map((match) => match[1] ?? match[0]))].sort();
}

Deno.test("the version is the same everywhere", () => {
  equal(JSON.parse(text("deno.json")).version, VERSION);
  equal(all("CHANGELOG.md", /^## \[([^\]]+)\]/gm).includes(VERSION), true);
});

Deno.test("everybody fetches the same Deno", () => {
  const readme = all("README.md", /deno@([0-9.]+)/g);
  equal(readme.length, 1);
  deepEqual(all(".ci/run", /^DENO_VERSION=(.*)/gm), readme);
  deepEqual(all("install.sh", /^DENO_VERSION=(.*)/gm), readme);
});

Deno.test("the README names no option that does not exist", () => {
  const known = [
    ...OPTIONS.map(({ name }) => name),
    ...INFORMATION,
    ...all("install.sh", /--[a-z]+/g),
    ...RSYNC_OPTIONS,
    "--yes",
    "--key",
  ];
  const named = all("README.md", /(?<![\w-])--[a-z][a-z-]*/g);
  deepEqual(named.filter((name) => !known.includes(name)), []);
});

Deno.test("the README leaves out no option of this version", () => {
  const named = all("README.md", /(?<![\w-])--[a-z][a-z-]*/g);
  const present = OPTIONS.filter(({ later }) => !later);
  deepEqual(
    present.map(({ name }) => name).filter((name) => !named.includes(name)),
    [],
  );
});

Deno.test("the README names no setting that does not exist", () => {
  const known: readonly string[] = [
    ...SETTING_KEYS,
    ...OLD_NAMES.keys(),
    ...Object.keys(SECTIONS),
  ];
  const named = all("README.md", /\b[A-Z]+(?:_[A-Z]+)+\b/g)
    .filter((name) => !OTHER_CAPITALS.test(name));
  deepEqual(named.filter((name) => !known.includes(name)), []);
});

Deno.test("the example of an exclude list excludes what it says, and nothing else", () => {
  const text = Deno.readTextFileSync("conf/exclude.list.example");
  const filter = compileFilter({
    include: [],
    exclude: [],
    includeFrom: [],
    excludeFrom: parsePatternFile(text),
    first: "include",
  });
  const excluded = (path: string, isDirectory = false) =>
    filter.excludes(parseRelPath(path), isDirectory);
  for (const path of ["a/b~", "d/.f.swp", "Thumbs.db", "x.part"]) {
    ok(excluded(path), path);
  }
  for (const path of [".Trash-1000", "d/node_modules", "d/.cache"]) {
    ok(excluded(path, true), path);
  }
  for (const path of ["d/.Trash-1000", "cache", "part", "# What"]) {
    ok(!excluded(path, true), path);
  }
});
