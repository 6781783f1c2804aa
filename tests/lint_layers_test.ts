import { deepStrictEqual as deepEqual } from "node:assert/strict";
import plugin from "./support/lint_layers.ts";

interface Case {
  readonly file: string;
  readonly code: string;
  readonly want: readonly string[];
}

const pure = ["osync/pure-core"];
const door = ["osync/one-door"];

const CASES: readonly Case[] = [
  { file: "src/core/x.ts", code: "Deno.cwd();", want: pure },
  { file: "src/config/x.ts", code: "const { env } = Deno;", want: pure },
  { file: "src/core/x.ts", code: "globalThis.Deno.pid;", want: pure },
  { file: "src/core/x.ts", code: "let x: Deno.FileInfo;", want: pure },
  { file: "src/core/x.ts", code: "Date.now();", want: pure },
  { file: "src/core/x.ts", code: "new Date();", want: pure },
  { file: "src/core/x.ts", code: "new Date(0);", want: [] },
  { file: "src/core/x.ts", code: "Math.random();", want: pure },
  { file: "src/core/x.ts", code: "crypto.randomUUID();", want: pure },
  { file: "src/core/x.ts", code: 'import fs from "node:fs";', want: pure },
  { file: "src/core/x.ts", code: 'export { x } from "node:fs";', want: pure },
  {
    file: "src/core/x.ts",
    code: 'import type { Stats } from "node:fs";',
    want: [],
  },
  { file: "src/core/x.ts", code: 'await import("./y.ts");', want: pure },
  { file: "src/core/x.ts", code: 'import { y } from "./y.ts";', want: [] },
  {
    file: "src/replica/x.ts",
    code: "Deno.cwd(); Date.now();",
    want: [],
  },
  { file: "src/replica/x.ts", code: "Deno.exit(1);", want: door },
  { file: "main.ts", code: "Deno.exit(1);", want: [] },
  {
    file: "src/replica/x.ts",
    code: 'Deno.dlopen("libc.so.6", {});',
    want: door,
  },
  { file: "src/x.ts", code: "Deno.UnsafePointer.of(x);", want: door },
  { file: "src/sys/x.ts", code: "Deno.UnsafePointer.of(x);", want: [] },
  { file: "tests/core/x.ts", code: "Deno.exit(Date.now());", want: [] },
];

for (const { file, code, want } of CASES) {
  const verdict = want.length === 0 ? "accepts" : "refuses";
  Deno.test(`lint ${verdict} ${code} in ${file}`, () => {
    const found = Deno.lint.runPlugin(plugin, `/project/${file}`, code);
    deepEqual([...new Set(found.map(({ id }) => id))], want);
  });
}
