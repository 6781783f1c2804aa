import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert/strict";
import { VERSION } from "@/version.ts";

const SCRIPT = new URL("../install.sh", import.meta.url).pathname;

/** Makes `deno compile` fail at once, wherever the tests run. */
const NO_RUNTIME = "/nonexistent/denort";

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Result> {
  const output = await new Deno.Command(command, { args: [...args], env })
    .output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

interface Area extends AsyncDisposable {
  readonly path: string;
  /** Has blanks, a quote and a dollar sign in its name. */
  readonly prefix: string;
  readonly program: string;
  /** The deno that is found, never one in a cache of npm. */
  readonly deno: string;
  /** Runs the script for `prefix`. */
  readonly install: (
    args?: readonly string[],
    denort?: string,
  ) => Promise<Result>;
}

async function area(): Promise<Area> {
  const path = await Deno.makeTempDir();
  const tools = await Deno.makeTempDir();
  const deno = `${tools}/deno`;
  await Deno.link(Deno.execPath(), deno)
    .catch(() => Deno.copyFile(Deno.execPath(), deno));
  const prefix = `${path}/it's $HOME "p"`;
  return {
    path,
    prefix,
    program: `${prefix}/bin/osync`,
    deno,
    install: (args = [], denort = NO_RUNTIME) =>
      run("sh", [SCRIPT, `--prefix=${prefix}`, ...args], {
        PATH: `${tools}:${Deno.env.get("PATH")}`,
        DENORT_BIN: denort,
      }),
    async [Symbol.asyncDispose]() {
      await Deno.remove(path, { recursive: true });
      await Deno.remove(tools, { recursive: true });
    },
  };
}

function names(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}

Deno.test("install.sh installs, again too, and removes everything it made", async () => {
  await using here = await area();
  const { path, prefix, program } = here;
  for (const _ of [1, 2]) {
    const installed = await here.install();
    equal(installed.stderr, "");
    equal(installed.code, 0);
    match(installed.stdout, new RegExp(`Installed osync ${VERSION}: `));
    deepEqual(names(prefix), ["bin", "lib"]);
    deepEqual(names(`${prefix}/bin`), ["osync"]);
  }
  const version = await run(program, ["--version"]);
  equal(version.stdout, `osync ${VERSION}\n`);

  const removed = await here.install(["--remove"]);
  equal(removed.code, 0);
  deepEqual(names(path), []);
  const again = await here.install(["--remove"]);
  equal(again.code, 0);
  match(again.stdout, /^osync is not installed/);
});

Deno.test("install.sh leaves directories alone that were there before", async () => {
  await using here = await area();
  const { path, prefix } = here;
  await Deno.mkdir(`${prefix}/bin`, { recursive: true });
  await here.install();
  await here.install(["--remove"]);
  deepEqual(names(prefix), ["bin"]);
  equal(names(path).length, 1);
});

Deno.test("install.sh does not replace an osync of somebody else", async () => {
  await using here = await area();
  const { prefix, program } = here;
  await Deno.mkdir(`${prefix}/bin`, { recursive: true });
  await Deno.writeTextFile(program, "mine");
  const { code, stderr } = await here.install();
  equal(code, 1);
  match(stderr, /was not installed by this script/);
  await here.install(["--remove"]);
  equal(await Deno.readTextFile(program), "mine");
  deepEqual(names(prefix), ["bin"]);
});

Deno.test("install.sh does not install a binary that is not osync", async () => {
  await using here = await area();
  const { program } = here;
  // A plain deno is not the runtime that compile needs: what comes out is a deno.
  const { stdout } = await here.install([], here.deno);
  match(stdout, /^No binary, /);
  const version = await run(program, ["--version"]);
  equal(version.stdout, `osync ${VERSION}\n`);
});

Deno.test("an installed osync synchronises from any directory", async () => {
  await using here = await area();
  const { path, program } = here;
  await here.install();
  for (const side of ["a", "b"]) {
    await Deno.mkdir(`${path}/${side}`);
    await Deno.writeTextFile(`${path}/${side}/from ${side}`, side);
    await Deno.writeTextFile(`${path}/${side}/same`, "same");
  }
  // Contents that are compared need what the program loads only when it must.
  const script =
    'cd "$1" && exec env -i "$2" --initiator=a --target=b --checksum --no-prefix';
  const { code, stdout, stderr } = await run("sh", [
    "-c",
    script,
    "sh",
    path,
    program,
  ]);
  equal(stderr, "");
  equal(code, 0);
  match(stdout, /^Synchronised: /m);
  const wanted = [".osync_workdir", "from a", "from b", "same"];
  deepEqual(names(`${path}/a`), wanted);
  deepEqual(names(`${path}/b`), wanted);
});

Deno.test("an installed osync reads what mails need only when it sends one", async () => {
  await using here = await area();
  const { path, prefix, program } = here;
  await here.install();
  const pieces = `${prefix}/lib/osync/program`;
  const withNode = names(pieces).filter((name) =>
    Deno.readTextFileSync(`${pieces}/${name}`).includes(' from "node:')
  );
  deepEqual(withNode.map((name) => name.replace(/-\w+\.js$/, "")), ["mail"]);

  for (const side of ["a", "b"]) await Deno.mkdir(`${path}/${side}`);
  const sendmail = "#!/bin/sh\ncat >" + `"${path}/mail"\n`;
  await Deno.writeTextFile(`${path}/sendmail`, sendmail, { mode: 0o755 });
  const options = [`--initiator=${path}/a`, `--target=${path}/b`];
  const { code } = await run(program, [...options, "--destination-mails=a@b"], {
    ALWAYS_SEND_MAILS: "yes",
    LOGFILE: `${path}/log`,
    PATH: `${path}:/usr/bin:/bin`,
  });
  equal(code, 0);
  match(await Deno.readTextFile(`${path}/mail`), /^From: /m);
});

Deno.test("an installed osync is one process, which gets all signals", async () => {
  await using here = await area();
  const { path, program } = here;
  await here.install();
  for (const side of ["a", "b"]) await Deno.mkdir(`${path}/${side}`);
  // It waits for whoever writes its list of patterns.
  await run("mkfifo", [`${path}/list`]);
  await using child = new Deno.Command(program, {
    args: [`--initiator=${path}/a`, `--target=${path}/b`],
    env: { RSYNC_EXCLUDE_FROM: `${path}/list` },
    stdout: "null",
    stderr: "null",
  }).spawn();
  const list = await Deno.open(`${path}/list`, { write: true });
  const running = await Deno.readLink(`/proc/${child.pid}/exe`);
  list.close();
  equal(running, here.deno);
  equal((await child.status).code, 0);
});

const REFUSED: readonly (readonly string[])[] = [
  ["--bogus"],
  ["--prefix="],
  ["--prefix"],
  ["stray"],
];

for (const args of REFUSED) {
  Deno.test(`install.sh ${args.join(" ")} is refused`, async () => {
    const { code, stdout, stderr } = await run("sh", [SCRIPT, ...args]);
    equal(code, 64);
    equal(stdout, "");
    match(stderr, /^install\.sh: .*\n$/);
  });
}

Deno.test("install.sh --help says what it does, and does nothing", async () => {
  const { code, stdout } = await run("sh", [SCRIPT, "--help"]);
  equal(code, 0);
  match(stdout, /^Usage: sh install\.sh \[--prefix=DIR\] \[--remove\]\n/);
});
