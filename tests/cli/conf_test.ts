import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import { decodeName, encodeName } from "@/core/name.ts";
import type { World } from "@/cli.ts";
import { osync } from "../support/fake_world.ts";

const PATH = "/etc/osync/x.conf";
const GOOD = "INITIATOR_SYNC_DIR=/a\nTARGET_SYNC_DIR=/b\n";

function having(text: string, more: Partial<World> = {}): Partial<World> {
  return {
    readText(path) {
      if (path === PATH) return decodeName(encodeName(text));
      throw new Deno.errors.NotFound("No such file or directory (os error 2)");
    },
    ...more,
  };
}

Deno.test("osync CONF runs what the file says", async () => {
  for (const argv of [[PATH], [PATH, "--dry"], ["--", PATH]]) {
    const { code, stderr, config } = await osync(argv, having(GOOD));
    deepEqual([code, stderr], [0, ""]);
    deepEqual(config?.replicas.target, { kind: "local", path: "/b" });
    equal(config?.dry, argv.includes("--dry"));
  }
});

Deno.test("osync CONF finds the file in the working directory", async () => {
  const { code } = await osync(["x.conf"], having(GOOD, { cwd: "/etc/osync" }));
  equal(code, 0);
});

Deno.test("osync CONF refuses a file that is not there, with exit code 1", async () => {
  const { code, stderr, config } = await osync(["/none.conf"], having(GOOD));
  deepEqual([code, config], [1, undefined]);
  equal(
    stderr,
    "osync: Cannot read the configuration file /none.conf: no such file or directory\n",
  );
});

Deno.test("osync CONF refuses a bad file with all its faults, exit code 1", async () => {
  const text = "INITIATOR_SYNC_DIR=$(pwd)\nSOFT_DELET=no\nCREATE_DIRS=2\n";
  const { code, stderr, logs, config } = await osync([PATH], having(text));
  deepEqual([code, logs, config], [1, {}, undefined]);
  deepEqual(
    stderr.trimEnd().split("\n").map((line) => line.slice(0, 62)),
    [
      "osync: TARGET_SYNC_DIR is missing in /etc/osync/x.conf, and th",
      "osync: Cannot use INITIATOR_SYNC_DIR (line 1 of /etc/osync/x.c",
      "osync: Unknown setting SOFT_DELET (line 2 of /etc/osync/x.conf",
      "osync: Cannot use CREATE_DIRS=2 (line 3 of /etc/osync/x.conf):",
    ],
  );
});

Deno.test("osync CONF with a wrong option has a wrong command line", async () => {
  const { code } = await osync([PATH, "--sync-type=x"], having(GOOD));
  equal(code, 64);
});

Deno.test("osync CONF with both replicas as options leaves the file unread, and warns", async () => {
  const argv = ["/none.conf", "--initiator=/c", "--target=/d", "--no-prefix"];
  const { code, stderr, config } = await osync(argv);
  equal(code, 2);
  equal(
    stderr.split("\n")[0],
    "Warning: The configuration file /none.conf is ignored, because --initiator and --target are given",
  );
  deepEqual(config?.replicas.initiator, { kind: "local", path: "/c" });
  const one = await osync([PATH, "--initiator=/c"], having(GOOD));
  deepEqual([one.code, one.config?.replicas.initiator], [0, {
    kind: "local",
    path: "/c",
  }]);
});

Deno.test("osync CONF tells notices and goes on, exit code 0", async () => {
  const text = GOOD.replace("INITIATOR", "MASTER") + "RSYNC_EXECUTABLE=rsync";
  const { code, stdout } = await osync([PATH, "--no-prefix"], having(text));
  equal(code, 0);
  deepEqual(stdout.split("\n").filter((line) => line.includes("(line")), [
    "MASTER_SYNC_DIR (line 1 of /etc/osync/x.conf) is called INITIATOR_SYNC_DIR now",
    "RSYNC_EXECUTABLE (line 3 of /etc/osync/x.conf) has no effect: osync does not need rsync",
  ]);
});

Deno.test("osync CONF tells warnings and goes on, exit code 2", async () => {
  const text = `${GOOD}LOGFILE=/l\${NONE}\n`;
  const { code, stderr } = await osync([PATH, "--no-prefix"], having(text));
  equal(code, 2);
  equal(
    stderr.split("\n")[0],
    "Warning: LOGFILE (line 3 of /etc/osync/x.conf): ${NONE} is set neither above nor in the environment, so nothing stands there",
  );
});

Deno.test("osync CONF warns of a file with a secret that everybody can read", async () => {
  const secret = `${GOOD}_REMOTE_TOKEN=hunter2\n`;
  const isReadableByOthers = (path: string) => path === PATH;
  const cases: readonly [string, boolean, number][] = [
    [secret, true, 2],
    [secret, false, 0],
    [`${GOOD}_REMOTE_TOKEN=""`, true, 0],
    [GOOD, true, 0],
  ];
  for (const [text, isReadable, expected] of cases) {
    const ran = await osync(
      [PATH, "--no-prefix"],
      having(text, isReadable ? { isReadableByOthers } : {}),
    );
    equal(ran.code, expected);
    equal(JSON.stringify(ran).includes("hunter2"), false);
    equal(
      ran.stderr.includes(
        "Everybody on this machine can read _REMOTE_TOKEN in /etc/osync/x.conf: chmod o-r takes that away",
      ),
      expected === 2,
    );
  }
});

const FULL = `[GENERAL]
INITIATOR_SYNC_DIR=/a
TARGET_SYNC_DIR="/b/c d"
RSYNC_EXCLUDE_PATTERN='*.tmp;$x'
RSYNC_OPTIONAL_ARGS="--modify-window=2 --foo"
SMTP_PASSWORD=hunter2
SOFT_DELETE_DAYS=0365
SYNC_ID=old
`;

Deno.test("osync check says what is in force, and from where", async (t) => {
  const argv = ["check", PATH, "--dry", "--sync-type=initiator2target"];
  const env = { CREATE_DIRS: "TRUE", SOFT_DELETE_DAYS: "1" };
  const { code, stdout, stderr, config, logs } = await osync(
    argv,
    having(FULL, { env }),
  );
  deepEqual([code, config, logs], [0, undefined, {}]);
  equal(`${stdout}${stderr}`.includes("hunter2"), false);
  await t.assertSnapshot({ stdout, stderr: stderr.split("\n") });
});

Deno.test("osync check refuses what a run would refuse", async () => {
  for (const command of [[], ["check"]]) {
    const bad = await osync([...command, PATH], having("A=1\nCHECKSUM=2"));
    deepEqual([bad.code, bad.stdout], [1, ""]);
    equal(bad.stderr.split("\n").length, 5);
    equal((await osync([...command, "/no.conf"], having(""))).code, 1);
    const option = [...command, PATH, "--sync-type=x"];
    equal((await osync(option, having(GOOD))).code, 64);
  }
});

Deno.test("osync check needs a file", async () => {
  const { code, stderr } = await osync(["check", "--dry"]);
  deepEqual([code, stderr], [
    64,
    "osync: Command check needs a configuration file: osync check FILE.conf\n",
  ]);
  equal((await osync(["check", "a.conf", "b.conf"])).code, 64);
  equal((await osync(["check", "--help"])).code, 0);
});
