import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import { filesBelow } from "./support/files.ts";

const ROOT = new URL("..", import.meta.url).pathname.slice(0, -1);

/** Each may import itself and those before it. */
const LAYERS = [
  "src/core",
  "src/config",
  "src/report",
  "src/sys",
  "src/replica",
  "src/peer",
  "src/watch",
  "src",
  ".",
];

const LONGEST = 300;

/** What `deno info --json` says, as far as it is needed. */
interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

/** Imports by file, types and dynamic ones too; paths from the root. */
async function importsByFile(): Promise<Map<string, string[]>> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "main.ts"],
    cwd: ROOT,
  });
  const { stdout } = await command.output();
  const graph: Graph = JSON.parse(new TextDecoder().decode(stdout));
  const imports = new Map<string, string[]>();
  for (const { specifier, dependencies = [] } of graph.modules) {
    const path = pathOf(specifier);
    if (path === undefined) continue;
    const found = dependencies.map(({ code, type }) =>
      code?.specifier ?? type?.specifier ?? "unresolved"
    );
    imports.set(path, found.map((each) => pathOf(each) ?? each));
  }
  return imports;
}

function pathOf(specifier: string): string | undefined {
  const start = `file://${ROOT}/`;
  return specifier.startsWith(start)
    ? specifier.slice(start.length)
    : undefined;
}

function layerOf(path: string): number {
  const slash = path.lastIndexOf("/");
  return LAYERS.indexOf(slash < 0 ? "." : path.slice(0, slash));
}

function arrows(
  imports: ReadonlyMap<string, readonly string[]>,
  isWrong: (from: string, to: string) => boolean,
): string[] {
  return [...imports].flatMap(([from, targets]) =>
    targets.filter((to) => isWrong(from, to)).map((to) => `${from} -> ${to}`)
  );
}

/** A file that imports itself over others, with those; `undefined` if there is none. */
function findCycle(
  imports: ReadonlyMap<string, readonly string[]>,
): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): string[] | undefined {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    done.add(file);
    return undefined;
  }
  for (const file of imports.keys()) {
    const cycle = visit(file);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

const imports = await importsByFile();

Deno.test("every file belongs to a layer, and the program uses it", () => {
  deepEqual([...imports.keys()].filter((path) => layerOf(path) < 0), []);
  const used = [...imports.keys()].filter((path) => path !== "main.ts");
  deepEqual(filesBelow(ROOT, "src"), used.sort());
});

Deno.test("imports of the program point one way", () => {
  deepEqual(
    arrows(
      imports,
      (from, to) => imports.has(to) && layerOf(to) > layerOf(from),
    ),
    [],
  );
});

Deno.test("no files of the program import each other in a circle", () => {
  equal(findCycle(imports)?.join(" -> "), undefined);
});

Deno.test("the program needs what comes with Deno, and a library for mails", () => {
  const others = arrows(
    imports,
    (_, to) => !imports.has(to) && !to.startsWith("node:"),
  );
  deepEqual(others.map((arrow) => arrow.replace(/@[0-9.]+$/, "")), [
    "src/report/mail.ts -> npm:nodemailer",
  ]);
});

Deno.test("the pure layers import nothing but themselves", () => {
  const pure = layerOf("src/config/x.ts");
  deepEqual(
    arrows(imports, (from, to) => layerOf(from) <= pure && !imports.has(to)),
    [],
  );
});

Deno.test("no file of the program is longer than one can read at once", () => {
  const tooLong = filesBelow(ROOT, "src").filter((path) =>
    Deno.readTextFileSync(`${ROOT}/${path}`).split("\n").length - 1 > LONGEST
  );
  deepEqual(tooLong, []);
});

Deno.test("findCycle() finds a circle of files", () => {
  const circle = new Map([["a", ["b"]], ["b", ["c", "d"]], ["c", []], ["d", [
    "b",
  ]]]);
  deepEqual(findCycle(circle), ["b", "d", "b"]);
});
