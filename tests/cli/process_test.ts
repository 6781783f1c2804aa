import { match, ok, strictEqual as equal } from "node:assert/strict";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

async function process(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", MAIN, ...args],
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

Deno.test("the program prints help and exits with 0", async () => {
  const { code, stdout, stderr } = await process(["--help"]);
  equal(code, 0);
  equal(stderr, "");
  match(stdout, /^Usage: osync .*\n[\s\S]*--summary\n$/);
});

Deno.test("the program exits with 64 for a wrong command line", async () => {
  const { code, stdout, stderr } = await process(["--targte=/x"]);
  equal(code, 64);
  equal(stdout, "");
  equal(stderr, "osync: Unknown option --targte. Did you mean --target?\n");
});

Deno.test("the program reads the environment", async () => {
  const { code, stderr } = await process(["--initiator=/a", "--target=/b"], {
    MODIFY_WINDOW: "long",
  });
  equal(code, 1);
  match(stderr, /^osync: Cannot use MODIFY_WINDOW=long \(environment\)/);
});

Deno.test("the program survives a reader that goes away", async () => {
  const script = `"$0" run --quiet --allow-all "$1" --help | head -c 1; ` +
    'echo "${PIPESTATUS[0]}"';
  const output = await new Deno.Command("bash", {
    args: ["-c", script, Deno.execPath(), MAIN],
    stdin: "null",
  }).output();
  match(new TextDecoder().decode(output.stdout), /^U0\n$/);
});

Deno.test("the program reads arguments that are not UTF-8", async () => {
  const script = `"$0" run --quiet --allow-all "$1" --sync-type=$'\\xff'`;
  const output = await new Deno.Command("bash", {
    args: ["-c", script, Deno.execPath(), MAIN],
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(output.stderr);
  ok(text.includes("Cannot use --sync-type=\\xff: "), text);
});

Deno.test("the program loads nothing of Node and no engine for its version", async () => {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", MAIN],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(output.stdout));
  const loaded = new Set<string>();
  const visit = (specifier: string) => {
    if (loaded.has(specifier)) return;
    loaded.add(specifier);
    const module = modules.find((
      module: { specifier: string },
    ) => module.specifier === specifier);
    for (const { code, isDynamic } of module?.dependencies ?? []) {
      if (code !== undefined && isDynamic !== true) visit(code.specifier);
    }
  };
  const program = new URL(`file://${MAIN}`).href;
  visit(program);
  visit(new URL("src/cli.ts", program).href);
  ok(loaded.size > 20);
  const heavy = [...loaded].filter((specifier) =>
    /^(?:node|npm):|\/src\/(?:run|alerts|deliver)\.ts$/.test(specifier)
  );
  equal(heavy.join(), "");
});
