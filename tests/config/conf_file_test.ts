import { deepStrictEqual as deepEqual, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { confLines, readConfFile } from "@/config/conf_file.ts";

const ENV = { HOME: "/home/ann", EMPTY: "", Q: `a"b'c $x` };

function valuesIn(text: string): Record<string, string> {
  const { assignments, faults } = readConfFile(text, ENV);
  deepEqual(faults, [], text);
  return Object.fromEntries(assignments.map(({ key, text }) => [key, text]));
}

const values: readonly [string, string][] = [
  ["K=", ""],
  ["K=word", "word"],
  ["K=a#b", "a#b"],
  ["K=#b", "#b"],
  ["K=a # comment", "a"],
  ["K=a\t#comment", "a"],
  ["K= # comment", ""],
  ["K=a   ", "a"],
  ["  K=a", "a"],
  ["\tK =  a", "a"],
  ["export K=a", "a"],
  ["  export\tK = 'a b'", "a b"],
  ["K=''", ""],
  ['K=""', ""],
  ["K='a  b' # comment", "a  b"],
  [`K='$HOME \`ls\` $(ls) " \\'`, `$HOME \`ls\` $(ls) " \\`],
  ['K="a  b"', "a  b"],
  ['K="a\\"b\\\\c\\$d\\`e"', 'a"b\\c$d`e'],
  ['K="a\\nb\\ c"', "a\\nb\\ c"],
  ['K="it\'s # ; & | < > ( )"', "it's # ; & | < > ( )"],
  ["K=a\\ b\\#\\;\\$HOME\\'\\\"\\\\", `a b#;$HOME'"\\`],
  ["K=a'b c'\"d e\"f", "ab cd ef"],
  ["K=$HOME", "/home/ann"],
  ["K=${HOME}x", "/home/annx"],
  ['K="$HOME/a b"', "/home/ann/a b"],
  ["K=a${EMPTY}b", "ab"],
  // What a variable holds is text: no word, no quote, no variable.
  ["K=$Q", `a"b'c $x`],
  ['K="$Q"', `a"b'c $x`],
  ["K=*.tmp$", "*.tmp$"],
  ["K=a$/b", "a$/b"],
  ['K="a$"', "a$"],
  ['K="a$ b$\'c"', "a$ b$'c"],
  ["K=~/x:*?[a]{b,c}!=%@^", "~/x:*?[a]{b,c}!=%@^"],
  ["K=a=b==", "a=b=="],
  ["K=ü€😀\udcff\udc80", "ü€😀\udcff\udc80"],
  ["K='\udce9 \x01\x7f\t\ufeff'", "\udce9 \x01\x7f\t\ufeff"],
];

Deno.test("readConfFile() reads values as a shell would", () => {
  for (const [text, value] of values) {
    for (const end of ["", "\n", "\r\n", "\r\n\r\n"]) {
      deepEqual(valuesIn(text + end), { K: value }, text);
      deepEqual(valuesIn(`\ufeff# c${end}\n${text}${end}`), { K: value });
    }
  }
});

Deno.test("readConfFile() passes sections, comments and blank lines", () => {
  const text = [
    "#!/usr/bin/env bash",
    "",
    "   ",
    "[GENERAL]",
    " [MISC_OPTIONS] # comment",
    "## ---------- REMOTE OPTIONS",
    "#K=1",
    "\t# `ls` $(ls) 'open",
  ].join("\n");
  deepEqual(readConfFile(text, {}).assignments, []);
  deepEqual(valuesIn(text), {});
});

Deno.test("readConfFile() knows lines, and variables set above", () => {
  const file = readConfFile(
    "HOME=/srv\n\nA=${HOME}/x\r\nHOME=$A/y\nB=$HOME\n",
    ENV,
  );
  deepEqual(file.assignments, [
    { key: "HOME", text: "/srv", line: 1 },
    { key: "A", text: "/srv/x", line: 3 },
    { key: "HOME", text: "/srv/x/y", line: 4 },
    { key: "B", text: "/srv/x/y", line: 5 },
  ]);
  deepEqual([...file.used], ["HOME", "A"]);
  deepEqual(file.doubts, []);
});

Deno.test("readConfFile() leaves out variables that nobody set, and says so", () => {
  const file = readConfFile("\nA=x${NONE}y$toString\nNONE=1", { OTHER: "" });
  deepEqual(file.assignments[0]?.text, "xy");
  deepEqual(file.doubts.map(({ line, key }) => [line, key]), [
    [2, "A"],
    [2, "A"],
  ]);
  match(file.doubts[0]?.why ?? "", /^\$\{NONE\} is set neither above nor in/);
});

const faults: readonly [string, RegExp][] = [
  ["K=$(touch /tmp/x)", /command, \$\(…\), and nothing is run/],
  ['K="a $(id)"', /command, \$\(…\)/],
  ["K=`id`", /command, `…`, and nothing is run here; write its result/],
  ['K="`id`"', /command, `…`/],
  ["K=$((1+1))", /calculation/],
  ["K=$[1+1]", /calculation/],
  ["K=$'a\\n'", /\$'… is known to some shells only; leave out the \$/],
  ['K=$"a"', /\$"… is known to some shells only/],
  ["K=${A:-b}", /name of a variable, and nothing else; write \$\{NAME\}/],
  ["K=${#A}", /name of a variable/],
  ["K=${A", /name of a variable/],
  ["K=${}", /name of a variable/],
  ["K=a$1", /\$1 means something to a shell only; write '\$1'/],
  ["K=$$", /\$\$ means something to a shell/],
  ["K='a", /a ' is missing: .* in the same line/],
  ['K="a', /a " is missing/],
  ['K="a\\"', /a " is missing/],
  ["K=a'b", /a ' is missing/],
  ["K=touch /tmp/x", /second word.*quotes: KEY="…"/],
  ["K='a' b", /second word/],
  ["K= a b", /second word/],
  ["K=a;b", /unquoted ; ends a command; put the value in quotes/],
  ["K=a; L=b", /unquoted ;/],
  ["K=a&b", /unquoted &/],
  ["K=a|b", /unquoted \|/],
  ["K=a<b", /unquoted </],
  ["K=a>b", /unquoted >/],
  ["K=(a b)", /unquoted \(/],
  ["K=a)", /unquoted \)/],
  ["K=a\\", /goes on in the next line/],
  ["K", /neither KEY=VALUE nor \[SECTION\] nor # COMMENT/],
  ["K: v", /neither/],
  ["K+=v", /neither/],
  ["K[0]=v", /neither/],
  ["1K=v", /neither/],
  ["K-L=v", /neither/],
  ["=v", /neither/],
  ["[GENERAL", /neither/],
  ["[A] b", /neither/],
  [". /etc/profile", /neither/],
  ["if [ a = b ]; then", /neither/],
  ["$(id)", /neither/],
];

Deno.test("readConfFile() refuses what only a shell understands, with the reason", () => {
  for (const [text, why] of faults) {
    const file = readConfFile(`A=1\n${text}\r\nB=2`, ENV);
    deepEqual(file.assignments.map(({ key }) => key), ["A", "B"], text);
    deepEqual(file.faults.map(({ line }) => line), [2], text);
    match(file.faults[0]?.why ?? "", why, text);
  }
});

Deno.test("readConfFile() reports every fault of a file", () => {
  const text = faults.map(([line]) => line).join("\n");
  deepEqual(
    readConfFile(text, ENV).faults.map(({ line }) => line),
    faults.map((_, at) => at + 1),
  );
});

Deno.test("readConfFile() never prints a value that it refuses", () => {
  const lines = [
    "SMTP_PASSWORD=hunter2 x",
    "A='hunter2",
    "hunter2",
    "A=hunter2;",
  ];
  for (const { why } of readConfFile(lines.join("\n"), {}).faults) {
    ok(!why.includes("hunter2"), why);
  }
});

Deno.test("readConfFile() recognises UTF-16", () => {
  const { faults } = readConfFile("\udcff\udcfeA\0=\0", {});
  deepEqual(faults, [{
    line: 1,
    why: "the file is UTF-16; save it as UTF-8",
  }]);
});

const line = fc.string({ unit: "binary" }).map((text) =>
  text.replace(/\n|\r$/g, "")
);

Deno.test("readConfFile() reads every line as an assignment, a fault or nothing", () => {
  const text = fc.oneof(
    line,
    line.map((value) => `K=${value}`),
    fc.stringMatching(/^K=[\\'"$`{}()# a-c]{0,12}$/),
  );
  fc.assert(fc.property(text, (text) => {
    const { assignments, faults } = readConfFile(text, {});
    ok(assignments.length + faults.length <= 1);
  }));
});

Deno.test("readConfFile() loses nothing of a value in quotes", () => {
  fc.assert(fc.property(line, (value) => {
    const single = `'${value.replaceAll("'", `'\\''`)}'`;
    const double = `"${value.replace(/["\\$`]/g, "\\$&")}"`;
    for (const written of [single, double]) {
      deepEqual(valuesIn(`K=${written}`), { K: value });
    }
  }));
});

Deno.test("confLines() knows both kinds of line ends, and drops a byte order mark", () => {
  deepEqual(confLines("\ufeffa\r\nb\nc\rd\r"), ["a", "b", "c\rd"]);
});
