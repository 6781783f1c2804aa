import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert/strict";
import type { Config } from "@/config/config.ts";
import { readFileSettings } from "@/config/file_settings.ts";
import { makeConfig } from "@/config/make_config.ts";
import type { ConfigResult } from "@/config/make_config.ts";
import { parseCommandLine } from "@/config/options.ts";
import { SETTING_KEYS, settingOf } from "@/config/settings.ts";

const PATH = "/etc/osync/x.conf";
const REPLICAS = "INITIATOR_SYNC_DIR=/a\nTARGET_SYNC_DIR=/b\n";

interface Around {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

function result(text: string, around: Around = {}): ConfigResult {
  const { argv = [], env = {}, files = {} } = around;
  const line = parseCommandLine(["--no-locks", ...argv]);
  if (line.kind !== "sync") throw new RangeError(JSON.stringify(line));
  return makeConfig(line.assignments, {
    env,
    cwd: "/here",
    readText(path) {
      const found = files[path];
      if (found !== undefined) return found;
      throw new Deno.errors.NotFound("No such file or directory (os error 2)");
    },
  }, readFileSettings(text, PATH, env));
}

function config(text: string, around: Around = {}): Config {
  const made = result(REPLICAS + text, around);
  if (!made.ok) throw new RangeError(JSON.stringify(made.errors));
  return made.config;
}

function errors(text: string, around: Around = {}): string[] {
  const made = result(text, around);
  return made.ok ? [] : made.errors.map(({ message }) => message);
}

Deno.test("makeConfig() needs a file to name both replicas, and nothing else", () => {
  equal(config("").instance, "quicksync_task");
  deepEqual(config("").replicas.initiator, { kind: "local", path: "/a" });
  deepEqual(errors(""), [
    "INITIATOR_SYNC_DIR is missing in /etc/osync/x.conf, and there is no --initiator",
    "TARGET_SYNC_DIR is missing in /etc/osync/x.conf, and there is no --target",
  ]);
  deepEqual(errors("INITIATOR_SYNC_DIR=/a", { argv: ["--target=/c"] }), []);
  equal(errors("SLAVE_SYNC_DIR='/b\nMASTER_SYNC_DIR=/a").length, 1);
});

Deno.test("makeConfig() prefers options to the file, and the file to the environment", () => {
  const env = { INSTANCE_ID: "env", SOFT_DELETE_DAYS: "5" };
  const text = "INSTANCE_ID=file\nMAX_DELETE_COUNT=7";
  const made = config(text, { env, argv: ["--instance-id=option"] });
  equal(made.instance, "option");
  equal(config(text, { env }).instance, "file");
  equal(config("", { env }).instance, "env");
  equal(made.softDeleteDays, 5);
  equal(made.maxDeleteCount, 7);
  // Present but empty is present.
  equal(
    config("LOGFILE=", { env: { LOGFILE: "/l" } }).output.logFile,
    undefined,
  );
});

Deno.test("makeConfig() finds files with patterns beside the configuration file", () => {
  const files = {
    "/etc/osync/in": "a\n",
    "/etc/osync/more": "c\n",
    "/here/d/out": "b\n",
  };
  const text = "RSYNC_INCLUDE_FROM=in\nRSYNC_EXCLUDE_FROM=d/out\n" +
    "RSYNC_OPTIONAL_ARGS=--exclude-from=more";
  const { filter } = config(text, { files });
  deepEqual(filter.includeFrom, ["a"]);
  deepEqual(filter.excludeFrom, ["b", "c"]);
  deepEqual(errors(`${REPLICAS}RSYNC_EXCLUDE_FROM=no`), [
    "Cannot use RSYNC_EXCLUDE_FROM=no (line 3 of /etc/osync/x.conf): no such file or directory",
  ]);
});

Deno.test("makeConfig() honours what RSYNC_OPTIONAL_ARGS means here", () => {
  const args = "--modify-window=2 -c --exclude='a b' --include=*.x --no-perms";
  const text =
    `CHECKSUM=no\nRSYNC_EXCLUDE_PATTERN=z\nRSYNC_OPTIONAL_ARGS="${args}"`;
  const made = config(text);
  equal(made.modifyWindow, 2e9);
  equal(made.checksum, true);
  equal(made.preserve.mode, false);
  deepEqual(made.filter.exclude, ["z", "a b"]);
  deepEqual(made.filter.include, ["*.x"]);
  equal(config(text, { argv: ["--modify-window=9"] }).modifyWindow, 9e9);
  const env = { RSYNC_OPTIONAL_ARGS: "--modify-window=3" };
  equal(config("", { env }).modifyWindow, 3e9);
  deepEqual(errors(`${REPLICAS}RSYNC_OPTIONAL_ARGS=--modify-window=x`), [
    "Cannot use --modify-window=x in RSYNC_OPTIONAL_ARGS (line 3 of " +
    "/etc/osync/x.conf): it must be a whole number of seconds from 0 to 86400",
  ]);
});

Deno.test("makeConfig() says what options of rsync have no effect", () => {
  const made = result(
    `${REPLICAS}RSYNC_OPTIONAL_ARGS="--timeout=5 -z --filter='- x'"`,
  );
  const place = "(line 3 of /etc/osync/x.conf)";
  deepEqual(made.ok && [made.notices, made.warnings], [
    [`Without effect in RSYNC_OPTIONAL_ARGS ${place}: --timeout=5 -z`],
    [
      `Without effect in RSYNC_OPTIONAL_ARGS ${place}: --filter=- x: osync chooses files by --include and --exclude alone`,
    ],
  ]);
});

Deno.test("makeConfig() warns of what this version cannot do, if it would matter", () => {
  const text =
    `${REPLICAS}PRESERVE_ACL=yes\nPRESERVE_XATTR=false\nSUDO_EXEC=yes`;
  const made = result(text);
  deepEqual(made.ok && made.warnings, [
    "PRESERVE_ACL=yes (line 3 of /etc/osync/x.conf) has no effect in this version",
  ]);
});

/** A value no setting of the type has. */
const WRONG = {
  boolean: "maybe",
  integer: "1e3",
  choice: "sideways",
  list: "sideways",
  path: undefined,
  text: undefined,
} as const;

Deno.test("makeConfig() names key, value and line of what it refuses, all at once", () => {
  const keys = SETTING_KEYS.filter((key) => {
    const { type, file } = settingOf(key);
    return file !== false && WRONG[type.kind] !== undefined &&
      (type.kind !== "list" || type.words !== undefined);
  });
  const lines = keys.map((key) => `${key}=${WRONG[settingOf(key).type.kind]}`);
  const found = errors(`${REPLICAS}# c\n${lines.join("\n")}`);
  equal(found.length, keys.length);
  for (const [at, line] of lines.entries()) {
    const start = `Cannot use ${line} (line ${
      at + 4
    } of /etc/osync/x.conf): it must be `;
    equal(found[at]?.startsWith(start), true, found[at]);
  }
});

Deno.test("makeConfig() mixes faults of lines and of values, in the order of the file", () => {
  const found = errors(
    `SOFT_DELETE=\nUNKNOWN=1\nCHECKSUM="\n${REPLICAS}INSTANCE_ID=a/b\n-`,
  );
  deepEqual(
    found.map((text) => /line (\d)/.exec(text)?.[1]),
    ["1", "2", "3", "6", "7"],
  );
});

Deno.test("makeConfig() never prints a secret", () => {
  const text = `${REPLICAS}SMTP_PASSWORD=hunter2\nSMTP_PASSWORD=hunter3`;
  const made = result(text);
  equal(made.ok, true);
  const said = made.ok && [made.config, made.warnings, made.notices];
  equal(JSON.stringify(said).includes("hunter"), false);
  match(
    made.ok ? made.warnings.join() : "",
    /SMTP_PASSWORD=\*\*\* \(line 4 of .*\) has no effect in this version/,
  );
});
