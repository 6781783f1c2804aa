import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { BATCH_OPTIONS } from "@/config/batch_options.ts";
import { FILE_SECTIONS } from "@/config/print_settings.ts";
import { OPTIONS } from "@/config/options.ts";
import { COMMANDS, USAGES } from "./support/manual/commands.ts";
import { DOCUMENTS } from "./support/manual/documents.ts";
import { bold, page, prose } from "./support/manual/roff.ts";
import { check, has } from "./support/tools.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const COMPLETIONS = `${ROOT}conf/completions`;
const PAGES = ["docs/man/osync.1", "docs/man/osync.conf.5"];

for (const [path, text] of Object.entries(DOCUMENTS)) {
  Deno.test(`${path} is that of today; deno task docs writes it`, () => {
    equal(Deno.readTextFileSync(`${ROOT}${path}`), text());
  });
}

/** Fails unless the program is content and says nothing. */
async function isContent(
  program: string,
  args: readonly string[],
): Promise<void> {
  deepEqual(await check(program, args), { code: 0, output: "" });
}

for (const path of PAGES) {
  const file = `${ROOT}${path}`;
  Deno.test({
    name: `groff has no complaint about ${path}`,
    ignore: !has("groff"),
    fn: () => isContent("groff", ["-man", "-ww", "-z", "-Tutf8", file]),
  });

  Deno.test({
    name: `mandoc has no complaint about ${path}`,
    ignore: !has("mandoc"),
    fn: () => isContent("mandoc", ["-Tlint", file]),
  });
}

Deno.test({
  name: "man shows all options and settings",
  ignore: !has("man"),
  async fn() {
    const env = { MANWIDTH: "80", LC_ALL: "C.UTF-8", TERM: "dumb" };
    const pages = await Promise.all(
      PAGES.map((path) => check("man", ["-l", `${ROOT}${path}`], { env })),
    );
    const [osync = "", conf = ""] = pages.map(({ output }) => output);
    for (const line of osync.split("\n")) ok(line.length <= 80, line);
    for (const line of USAGES) ok(osync.includes(`       ${line}\n`), line);
    for (const { name, later } of OPTIONS) {
      equal(osync.includes(`       ${name}`), !later, name);
    }
    for (const { name, value } of BATCH_OPTIONS) {
      ok(osync.includes(`       ${name}=${value}\n`), name);
    }
    for (const key of FILE_SECTIONS.flatMap(([, keys]) => keys)) {
      equal(new RegExp(`\\b${key}\\b`).test(conf), key !== "_DEBUG", key);
    }
  },
});

Deno.test("the pages name every command", () => {
  const names = COMMANDS.map(({ name }) => name);
  deepEqual(names.filter((name) => ["batch", "check"].includes(name)), [
    "batch",
    "check",
  ]);
  const text = DOCUMENTS["docs/man/osync.1"]?.() ?? "";
  for (const name of names) {
    match(text, new RegExp(`^\\\\fB${name}\\\\fP$`, "m"));
  }
});

Deno.test("text of a page cannot become a macro, an escape or another hyphen", () => {
  equal(bold("--a\\b"), "\\fB\\-\\-a\\eb\\fP");
  equal(prose("see --dry or a-b"), "see \\fB\\-\\-dry\\fP or a-b");
  const text = page({ name: "x", section: 1, about: "y" }, [[
    "'t is",
    "...",
    ".PP",
  ]]);
  match(text, /^\\&'t is\n\\&\.\.\.\n\.PP\n$/m);
});

for (
  const [shell, file] of [
    ["bash", "osync.bash"],
    ["zsh", "_osync"],
    ["fish", "osync.fish"],
  ] as const
) {
  Deno.test({
    name: `${shell} can read ${file}`,
    ignore: !has(shell),
    fn: () => isContent(shell, ["-n", `${COMPLETIONS}/${file}`]),
  });
}

/** A directory with what file names can be completed from. */
async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  await Deno.mkdir(`${path}/my folder`);
  for (const name of ["a.conf", "B.CONF", "note.txt"]) {
    await Deno.writeTextFile(`${path}/${name}`, "");
  }
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** What bash offers for the last of the words; readline splits them at "=". */
async function bashOffers(...words: readonly string[]): Promise<string[]> {
  await using here = await folder();
  const script = `source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    command=$(complete -p "\${1##*/}"); [[ $command == "complete -F _osync "* ]] || exit 1
    _osync "$1" "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { code, output } = await check("bash", [
    "-c",
    script,
    "bash",
    `${COMPLETIONS}/osync.bash`,
    ...words,
  ], { cwd: here.path });
  equal(code, 0, output);
  return output.split("\n").filter((line) => line !== "");
}

const FILES = ["B.CONF", "a.conf", "my folder"];

const OFFERS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["osync", "--sum"], ["--summary"]],
  [["osync", "--init"], [
    "--initiator=",
    "--initiator-state-dir=",
    "--initialize",
  ]],
  [["osync", "--sync-type", "="], ["initiator2target", "target2initiator"]],
  [["osync", "--sync-type", "=", "t"], ["target2initiator"]],
  [["osync", "--sync-type", "t"], ["target2initiator"]],
  [["osync", "--initiator", "="], ["my folder"]],
  [["osync", "--target", "my"], ["my folder"]],
  [["osync", "--instance-id", "="], []],
  [["osync", "ba"], ["batch"]],
  [["osync", "a"], ["a.conf"]],
  [["osync", "check", ""], FILES],
  [["osync", "--dry", ""], FILES],
  [["osync", "--max"], []],
  [["osync", "--krb"], []],
  [["osync", "batch", "--max"], ["--max-runs=", "--max-exec-time="]],
  [["osync", "batch", "--initiator="], []],
  [["osync", "batch", "--path", "="], FILES],
  [["osync", "batch", "--parallel", "="], []],
  [["/usr/local/bin/osync-batch.sh", "--pa"], [
    "--path=",
    "--parallel=",
    "--partial",
  ]],
  [["osync-batch", ""], FILES],
  [["osync.sh", "--he"], ["--help"]],
];

Deno.test({
  name: "bash completes options, values, commands and files",
  ignore: !has("bash"),
  async fn() {
    for (const [words, offers] of OFFERS) {
      deepEqual(
        (await bashOffers(...words)).toSorted(),
        offers.toSorted(),
        words.join(" "),
      );
    }
    const first = await bashOffers("osync", "");
    deepEqual(
      first.toSorted(),
      [...FILES, ...COMMANDS.map(({ name }) => name)].toSorted(),
    );
  },
});

Deno.test({
  name: "fish completes options, values and commands",
  ignore: !has("fish"),
  async fn() {
    await using here = await folder();
    const offers = async (line: string): Promise<string[]> => {
      const { output } = await check("fish", [
        "-c",
        'source $argv[1]; complete -C "$argv[2]"',
        `${COMPLETIONS}/osync.fish`,
        line,
      ], { cwd: here.path, env: { HOME: here.path } });
      return output.split("\n").filter((text) => text !== "")
        .map((text) => text.split("\t")[0] ?? "");
    };
    deepEqual(await offers("osync --sum"), ["--summary"]);
    deepEqual(await offers("osync --sync-type t"), ["target2initiator"]);
    deepEqual(await offers("osync --max"), []);
    deepEqual(await offers("osync batch --max-r"), ["--max-runs"]);
    deepEqual(await offers("osync-batch --max-r"), ["--max-runs"]);
    deepEqual(await offers("osync ba"), ["batch"]);
    deepEqual(await offers("osync-batch ba"), []);
  },
});
