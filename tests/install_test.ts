import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { VERSION } from "@/version.ts";
import { has } from "./support/tools.ts";

const SCRIPT = new URL("../install.sh", import.meta.url).pathname;

/** Makes `deno compile` fail at once, wherever the tests run. */
const NO_RUNTIME = "/nonexistent/denort";

const PROGRAMS = ["osync", "osync-batch", "osync-batch.sh", "osync.sh"];

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
    deepEqual(names(prefix), ["bin", "etc", "lib", "share"]);
    deepEqual(names(`${prefix}/bin`), PROGRAMS);
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

Deno.test("cron lines of osync 1 keep working: its names are there", async () => {
  await using here = await area();
  const { prefix } = here;
  await here.install();
  for (const name of ["osync", "osync.sh"]) {
    const { code, stdout } = await run(`${prefix}/bin/${name}`, ["--version"]);
    deepEqual([code, stdout], [0, `osync ${VERSION}\n`]);
  }
  for (const name of ["osync-batch", "osync-batch.sh"]) {
    const { code, stdout } = await run(`${prefix}/bin/${name}`, ["--help"]);
    equal(code, 0);
    match(stdout, /^Usage: osync batch /);
  }
});

Deno.test("install.sh keeps programs that have the names of osync 1, and brings them back", async () => {
  await using here = await area();
  const { prefix } = here;
  const old = `${prefix}/bin/osync.sh`;
  await Deno.mkdir(`${prefix}/bin`, { recursive: true });
  await Deno.writeTextFile(old, "bash");
  for (const _ of [1, 2]) await here.install();
  equal(await Deno.readTextFile(`${old}.save`), "bash");
  match(await Deno.readTextFile(old), /^#!\/bin\/sh\n/);
  await here.install(["--remove"]);
  deepEqual(names(`${prefix}/bin`), ["osync.sh"]);
  equal(await Deno.readTextFile(old), "bash");
});

Deno.test("install.sh overwrites no example, and --remove leaves configurations", async () => {
  await using here = await area();
  const examples = `${here.prefix}/etc/osync`;
  await Deno.mkdir(examples, { recursive: true });
  await Deno.writeTextFile(`${examples}/sync.conf.example`, "mine");
  for (const _ of [1, 2]) {
    const { stdout } = await here.install();
    match(stdout, /sync\.conf\.example as it is; the new one is .*\.new\n/);
    deepEqual(names(examples), [
      "exclude.list.example",
      "sync.conf.example",
      "sync.conf.example.new",
    ]);
  }
  equal(await Deno.readTextFile(`${examples}/sync.conf.example`), "mine");
  equal(
    await Deno.readTextFile(`${examples}/sync.conf.example.new`),
    await Deno.readTextFile("conf/sync.conf.example"),
  );
  await Deno.writeTextFile(`${examples}/exclude.list.example`, "*.mine");
  await Deno.writeTextFile(`${examples}/photos.conf`, "");
  await here.install(["--remove"]);
  deepEqual(names(here.prefix), ["etc"]);
  deepEqual(names(examples), [
    "exclude.list.example",
    "photos.conf",
    "sync.conf.example",
  ]);
});

Deno.test("install.sh removes what an earlier version had installed", async () => {
  await using here = await area();
  await here.install();
  const files = `${here.prefix}/lib/osync/files`;
  const earlier = `${here.prefix}/bin/osync-earlier`;
  await Deno.writeTextFile(earlier, "");
  await Deno.writeTextFile(files, `${earlier}\n`, { append: true });
  await here.install();
  deepEqual(names(`${here.prefix}/bin`), PROGRAMS);
  match(await Deno.readTextFile(files), /^(?![^]*earlier)[^]*\/bin\/osync\n/);
});

Deno.test("install.sh --destdir installs a machine elsewhere, as it will be there", async () => {
  await using here = await area();
  const root = `${here.path}/root`;
  const install = (...args: readonly string[]): Promise<Result> =>
    run("sh", [SCRIPT, ...args], { DENORT_BIN: NO_RUNTIME, DESTDIR: root });
  const service = "/etc/init.d/osync-srv";
  await Deno.mkdir(`${root}/etc/init.d`, { recursive: true });
  await Deno.writeTextFile(root + service, "");
  const installed = await install(
    "--silent",
    "--no-stats",
    "--prefix=/usr/local/",
  );
  equal(installed.code, 0);
  ok(installed.stdout.includes(`${root}${service} is of osync 1 and watches`));
  await Deno.remove(`${root}/etc`, { recursive: true });
  await install();
  const text = (path: string): string => Deno.readTextFileSync(root + path);
  deepEqual(names(`${root}/usr/local/bin`), PROGRAMS);
  match(
    text("/usr/local/bin/osync-batch"),
    /^exec '\/usr\/local\/bin\/osync' batch "\$@"$/m,
  );
  match(
    text("/usr/local/bin/osync"),
    /^deno='\/usr\/local\/lib\/osync\/deno'$/m,
  );
  deepEqual(names(`${root}/etc/osync`), [
    "exclude.list.example",
    "sync.conf.example",
  ]);
  match(text("/etc/logrotate.d/osync"), /osync-batch\.log/);
  for (const kind of ["system", "user"]) {
    const units = `/usr/local/lib/systemd/${kind}`;
    deepEqual(names(root + units), ["osync@.service", "osync@.timer"]);
    match(
      text(`${units}/osync@.service`),
      /^ExecStart="\/usr\/local\/bin\/osync" (\/etc|%E)\/osync\/%i\.conf$/m,
    );
  }
  equal(
    text("/usr/local/share/man/man1/osync.1"),
    await Deno.readTextFile("docs/man/osync.1"),
  );
  equal((await install("--remove")).code, 0);
  deepEqual(names(root), []);
});

/** Runs a script as root in a copy of this system that is thrown away; the project can be seen in it. */
async function inThrowawayRoot(script: string): Promise<Result> {
  await using here = await area();
  const project = new URL("..", import.meta.url).pathname;
  return await run("unshare", ["--mount", "sh", "-euc", THROWAWAY, "sh"], {
    T: here.path,
    SEEN: `${project}\n${here.deno.replace(/\/[^/]+$/, "")}`,
    SCRIPT: script,
    DENORT_BIN: NO_RUNTIME,
    PATH: `${here.deno.replace(/\/[^/]+$/, "")}:${Deno.env.get("PATH")}`,
  });
}

const THROWAWAY = `
  mount -t tmpfs -o size=1g tmpfs "$T"
  mkdir "$T/changed" "$T/work" "$T/root"
  mount -t overlay -o "lowerdir=/,upperdir=$T/changed,workdir=$T/work" overlay "$T/root"
  for directory in dev proc; do mount --rbind "/$directory" "$T/root/$directory"; done
  printf '%s\\n' "$SEEN" | while read -r directory; do
    mkdir -p "$T/root$directory"
    mount --bind "$directory" "$T/root$directory"
  done
  chroot "$T/root" sh -euc "$SCRIPT"
  echo "--- left"
  cd "$T/changed"
  find usr etc var/log -type f | sort
`;

const canMakeRoot = has("unshare") &&
  (await inThrowawayRoot("true")).code === 0;

Deno.test({
  name:
    "install.sh installs a machine as root, where batch runs, and leaves no trace",
  ignore: !canMakeRoot,
  async fn() {
    const project = new URL("..", import.meta.url).pathname;
    const { code, stdout, stderr } = await inThrowawayRoot(`
      sh "${project}install.sh"
      mkdir -p /r/a /r/b && echo 1 >/r/a/file
      echo 'INITIATOR_SYNC_DIR=/r/a
TARGET_SYNC_DIR=/r/b
INSTANCE_ID=one' >/etc/osync/one.conf
      echo "--- batch"
      env -i /usr/local/bin/osync-batch.sh --path=/etc/osync --no-prefix </dev/null
      cat /r/b/file
      echo "--- units"
      if command -v systemd-analyze >/dev/null; then
        cd /usr/local/lib/systemd
        systemd-analyze verify --man=no system/osync@one.service system/osync@one.timer
        XDG_RUNTIME_DIR=/run systemd-analyze verify --man=no --user user/osync@one.service user/osync@one.timer
      fi
      if command -v logrotate >/dev/null; then
        logrotate --debug /etc/logrotate.d/osync 2>&1 | grep -i error || :
      fi
      echo "--- remove"
      sh "${project}install.sh" --remove
    `);
    deepEqual([code, stderr], [0, ""]);
    match(
      stdout,
      /--- batch\nRunning 1 file\.\n[^]*\/one\.conf +in sync +1 [^]*\n1\n--- units\n--- remove\nRemoved osync from \/usr\/local\n--- left\n/,
    );
    deepEqual(stdout.split("--- left\n")[1]?.trim().split("\n"), [
      "etc/osync/one.conf",
      "var/log/osync-batch.log",
      "var/log/osync.one.log",
    ]);
  },
});

Deno.test({
  name: "shellcheck has no complaint about install.sh",
  ignore: !has("shellcheck"),
  async fn() {
    // A tilde in quotes is meant as such; "&&" and "||" stand for nothing else.
    const args = ["--exclude=SC2088,SC2015", SCRIPT];
    deepEqual(await run("shellcheck", args), {
      code: 0,
      stdout: "",
      stderr: "",
    });
  },
});

const REFUSED: readonly (readonly string[])[] = [
  ["--bogus"],
  ["--destdir"],
  ["--destdir="],
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
  match(
    stdout,
    /^Usage: sh install\.sh \[--prefix=DIR\] \[--destdir=DIR\] \[--remove\]\n/,
  );
});
