import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { decodeName, encodeName } from "@/core/name.ts";
import { opposite, SIDES } from "@/core/side.ts";
import { agreed, settle, stayQuiet } from "../support/agreed.ts";
import { link, type Literal, Replicas } from "../support/replicas.ts";

/** Names that tools stumble over. */
const NAMES: readonly string[] = [
  "a\nb",
  "\n",
  "a\rb",
  "a\tb",
  " lead",
  "trail ",
  " ",
  "-",
  "-rf",
  "--delete",
  "#x",
  ";x",
  "+ x",
  "- x",
  "+",
  "a -> b",
  "->",
  "[ab]",
  "br[ab]c",
  "a[b",
  "dir *[x] d",
  "*",
  "**",
  "glob*",
  "?",
  "(",
  "foo (copy",
  "'single'",
  '"double"',
  "back\\slash",
  "\\#012",
  "\\n",
  "$HOME",
  "$(touch PWN)",
  "`touch PWN`",
  "!",
  "&|;<>",
  "%s%d",
  "~",
  "x@y:z",
  "a=b",
  "\x01\x02",
  "\x1b[31m",
  "\x7f",
  "\udcff\udcfe",
  "caf\udce9",
  "é".normalize("NFC"),
  "é".normalize("NFD"),
  "\ufeffbom",
  "\u202eabc",
  "\ufffd",
  "😀",
  "...",
  "..x",
  ".hidden",
  "__proto__",
  "constructor",
  "catalogue",
  "state",
  "in-1",
  "f.~1~",
  "n".repeat(255),
  "n".repeat(254) + "m",
  "é".repeat(127),
  "\udcff".repeat(255),
];

const WIDE = { MAX_DELETE_PERCENT: "100" };
const MULTIPLE = { ...WIDE, CONFLICT_BACKUP_MULTIPLE: "true" };

function treeOf(text: string): Literal {
  return Object.fromEntries(NAMES.map((name) => [name, `${text} ${name}`]));
}

/** What is kept, whatever the names it is kept under. */
function texts(tree: Literal): unknown[] {
  return Object.values(tree).sort();
}

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test(`files of every name are created, edited and deleted from the ${side}`, async () => {
    using pair = await agreed({ stays: "x" });
    pair.put(side, treeOf("created"));
    await settle(pair);
    deepEqual(pair.tree(other), { stays: "x", ...treeOf("created") });
    pair.put(side, treeOf("edited anew"));
    await settle(pair);
    deepEqual(pair.kept(other, "backup"), treeOf("created"));
    pair.remove(side, ...NAMES);
    await settle(pair, { env: WIDE });
    deepEqual(pair.tree(other), { stays: "x" });
    deepEqual(pair.kept(other, "deleted"), treeOf("edited anew"));
  });

  Deno.test(`suffixes of versions fit files of every name edited on the ${side}`, async () => {
    using pair = await agreed(treeOf("first"));
    const now = new Date(2026, 10, 22, 6, 46, 53);
    for (const text of ["second, longer", "third"]) {
      pair.put(side, treeOf(text));
      await pair.sync([], { env: MULTIPLE, now: () => now });
    }
    const kept = pair.kept(other, "backup");
    deepEqual(
      texts(kept),
      [...texts(treeOf("first")), ...texts(treeOf("second, longer"))].sort(),
    );
    for (const name of NAMES.filter((name) => name.length < 100)) {
      const mark = ".2026.11.22-06.46.53";
      equal(kept[`${name}${mark}`], `second, longer ${name}`);
      equal(kept[`${name}${mark}.~1~`], `first ${name}`);
    }
    pair.remove(side, "n".repeat(255), "é".repeat(127));
    await settle(pair, { env: MULTIPLE });
    pair.put(side, { ["n".repeat(255)]: "again", ["é".repeat(127)]: "again" });
    await settle(pair, { env: MULTIPLE });
    pair.remove(side, "n".repeat(255), "é".repeat(127));
    await settle(pair, { env: MULTIPLE });
    deepEqual(texts(pair.kept(other, "deleted")), [
      "again",
      "again",
      `third ${"n".repeat(255)}`,
      `third ${"é".repeat(127)}`,
    ]);
  });

  Deno.test(`directories and links of every name are made and deleted from the ${side}`, async () => {
    using pair = await agreed({ stays: "x" });
    const tree = Object.fromEntries(
      NAMES.map((name) => [name, { [name]: "inside", l: link(name) }]),
    );
    pair.put(side, tree);
    await settle(pair);
    deepEqual(pair.tree(other), { stays: "x", ...tree });
    pair.remove(side, ...NAMES);
    await settle(pair, { env: WIDE });
    deepEqual(pair.tree(other), { stays: "x" });
    deepEqual(pair.kept(other, "deleted"), tree);
  });

  Deno.test(`names of 255 bytes that are files, then directories, then files on the ${side} leave every version behind`, async () => {
    using pair = await agreed({ stays: "x" });
    const names = NAMES.filter((name) => encodeName(name).length > 250);
    ok(names.length > 3);
    const all = (make: (name: string) => Literal | string): Literal =>
      Object.fromEntries(names.map((name) => [name, make(name)]));
    const versions = [
      all((name) => `first ${name}`),
      all((name) => ({ [name]: `second ${name}` })),
      all((name) => `third ${name}`),
      all((name) => ({ [name]: { [name]: `fourth ${name}` } })),
    ];
    for (const version of versions) {
      pair.put(side, version);
      await settle(pair, { env: MULTIPLE });
      pair.remove(side, ...names);
      await settle(pair, { env: MULTIPLE });
    }
    deepEqual(
      leavesOf(pair.kept(other, "deleted")).sort(),
      versions.flatMap((version) => leavesOf(version)).sort(),
    );
  });

  Deno.test(`paths of more than 4096 bytes are created, edited and deleted from the ${side}`, async () => {
    using pair = await agreed({ stays: "x" });
    const deep = Array.from({ length: 22 }, (_, at) => `${at}`.padEnd(220, "d"))
      .join("/");
    ok(deep.length > 4096);
    for (const text of ["created", "edited anew"]) {
      pair.put(side, { [`${deep}/f`]: text, [`${deep}/l`]: link("f") });
      await pair.sync();
      deepEqual(pair.sketch(other), pair.sketch(side));
      await stayQuiet(pair);
    }
    deepEqual(leafOf(pair.kept(other, "backup")), { f: "created" });
    pair.remove(side, deep.slice(0, 220));
    await settle(pair);
    deepEqual(pair.tree(other), { stays: "x" });
    const kept = { f: "edited anew", l: link("f") };
    deepEqual(leafOf(pair.kept(other, "deleted")), kept);
  });
}

/** Contents of all files. */
function leavesOf(tree: Literal): string[] {
  return Object.values(tree).flatMap((value) =>
    typeof value === "string" ? [value] : leavesOf(value as Literal)
  );
}

/** What is in the only directory of the only directory … */
function leafOf(tree: Literal): Literal {
  const [inside] = Object.values(tree);
  const deeper = typeof inside === "object" && inside !== null &&
    Object.keys(tree).length === 1 && !("kind" in inside);
  return deeper ? leafOf(inside as Literal) : tree;
}

const ODD = ` $(touch PWN)\`touch PWN\` "'\\;&|*?[x]!#é -> \n\t$HOME=@:~-`;

Deno.test("replicas, states and logs at paths of odd characters are synchronised there and nowhere else", async () => {
  using home = new Replicas();
  const roots = {
    initiator: `${home.home}/a${ODD}/-rf`,
    target: `${home.home}/b${ODD}`,
  };
  using pair = new Replicas(roots);
  const env = { LOGFILE: `${home.home}/log${ODD}` };
  const options = [
    `--initiator-state-dir=${home.home}/state ${ODD}`,
    `--target-state-dir=${home.home}/ state${ODD}`,
    `--instance-id=${ODD.replace(/[\n\t]/g, "")}`,
  ];
  pair.put("initiator", { f: "1", d: { g: "2" } });
  await settle(pair, { options, env });
  pair.remove("target", "f");
  pair.put("target", { "d/g": "edited" });
  await settle(pair, { options, env });
  deepEqual(pair.tree("initiator"), { d: { g: "edited" } });
  deepEqual(
    (await namesIn(home.home)).sort(),
    [
      "initiator",
      "target",
      `a${ODD}`,
      `b${ODD}`,
      `log${ODD}`,
      `state ${ODD}`,
      ` state${ODD}`,
    ].sort(),
  );
  deepEqual((await namesIn(pair.home)).filter((name) => name === "PWN"), []);
});

Deno.test("patterns of odd characters exclude just the names they mean", async () => {
  const literal = NAMES.filter((name) =>
    name.isWellFormed() && !/[*?[\\;\n\r]|^[+-] |^!$/.test(name) &&
    name !== " "
  );
  using pair = new Replicas();
  pair.put("initiator", treeOf("created"));
  const env = { RSYNC_EXCLUDE_PATTERN: literal.join(";") };
  await pair.sync([], { env });
  const left = NAMES.filter((name) => !literal.includes(name));
  deepEqual(Object.keys(pair.tree("target")).sort(), left.sort());
  await stayQuiet(pair, { env });
});

Deno.test("a process is given replicas whose paths are not UTF-8, and quotes in all of them", async () => {
  using pair = new Replicas();
  const script = `set -e
    a="$1/$(printf 'a\\377 $(touch PWN)')"; b="$1/$(printf 'b\\376"')"
    mkdir "$a" "$b"; printf hello > "$a/f"
    exec "$2" run -A --config="$3/deno.json" "$3/main.ts" \\
      --initiator="$a" --target "$b" --silent`;
  const project = decodeURIComponent(
    new URL("../../", import.meta.url).pathname,
  );
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", pair.home, Deno.execPath(), project],
    env: { LOGFILE: `${pair.home}/log` },
    cwd: pair.home,
  }).output();
  equal(code, 0, decodeName(stderr));
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", `cat "$1"/b*/f; ls "$1"`, "sh", pair.home],
  }).output();
  deepEqual(decodeName(stdout).split("\n"), [
    "helloa\udcff $(touch PWN)",
    'b\udcfe"',
    "initiator",
    "log",
    "target",
    "",
  ]);
  equal(encodeName("\udcff").length, 1);
});

async function namesIn(path: string): Promise<string[]> {
  return await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
}
