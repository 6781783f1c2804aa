import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert/strict";
import type { Config } from "@/config/config.ts";
import { readFileSettings } from "@/config/file_settings.ts";
import { makeConfig } from "@/config/make_config.ts";
import type { ConfigResult } from "@/config/make_config.ts";
import { OPTIONS, parseCommandLine } from "@/config/options.ts";
import { patternLines } from "@/config/paths.ts";
import { SETTING_KEYS, settingOf } from "@/config/settings.ts";

interface Given {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly conf?: string;
}

const REPLICAS = ["--initiator=/a", "--target=b"];

function result(
  { argv = ["--"], env = {}, files = {}, conf }: Given,
): ConfigResult {
  const line = parseCommandLine(argv);
  if (line.kind !== "sync") throw new RangeError(JSON.stringify(line));
  return makeConfig(line.assignments, {
    env,
    cwd: "/here",
    readText(path) {
      const text = files[path];
      if (text !== undefined) return text;
      throw new Deno.errors.NotFound(
        "No such file or directory (os error 2): readfile",
      );
    },
  }, conf === undefined ? undefined : readFileSettings(conf, "/x.conf", env));
}

function config({ argv = [], ...rest }: Given = {}): Config {
  const made = result({ argv: [...REPLICAS, ...argv], ...rest });
  if (!made.ok) throw new RangeError(JSON.stringify(made.errors));
  return made.config;
}

function errors({ argv = REPLICAS, ...rest }: Given): string[] {
  const made = result({ argv, ...rest });
  return made.ok ? [] : made.errors.map(({ message }) => message);
}

const DEFAULTS: Config = {
  instance: "quicksync_task",
  replicas: {
    initiator: { kind: "local", path: "/a" },
    target: { kind: "local", path: "/here/b" },
  },
  stateDirectories: { initiator: undefined, target: undefined },
  dry: false,
  initialize: false,
  locks: true,
  forceUnlock: false,
  createDirectories: false,
  minimumSpace: 1024 * 1024,
  filter: {
    include: [],
    exclude: [],
    includeFrom: [],
    excludeFrom: [],
    first: "include",
  },
  direction: "both",
  prevalence: "initiator",
  forcePrevalence: false,
  skipDeletion: { initiator: false, target: false },
  softDelete: true,
  softDeleteDays: 30,
  conflictBackup: true,
  conflictBackupMultiple: false,
  conflictBackupDays: 30,
  preserve: { mode: true, owner: true, group: true, executability: true },
  modifyWindow: 0,
  checksum: false,
  maxDeletePercent: 50,
  maxDeleteCount: 0,
  allowMassDeletion: false,
  acceptNewRoot: false,
  logConflicts: false,
  partial: false,
  stats: false,
  softMaxSeconds: 0,
  hardMaxSeconds: 0,
  hooks: {
    before: "",
    after: "",
    beforeSeconds: 0,
    afterSeconds: 0,
    stopOnError: false,
    afterOnError: false,
    remote: [],
  },
  output: {
    silent: false,
    errorsOnly: false,
    prefix: true,
    interactive: true,
    summary: false,
    verbose: false,
    json: false,
    logFile: undefined,
    debug: false,
  },
};

Deno.test("makeConfig() has the defaults of the quick mode", () => {
  deepEqual(config(), DEFAULTS);
});

const { filter, hooks, output, preserve } = DEFAULTS;

const fromOptions: readonly [string, Partial<Config>][] = [
  ["--instance-id=a b", { instance: "a b" }],
  ["--initiator-state-dir=s", {
    stateDirectories: { initiator: "/here/s", target: undefined },
  }],
  ["--target-state-dir=/s/", {
    stateDirectories: { initiator: undefined, target: "/s" },
  }],
  ["--dry", { dry: true }],
  ["--initialize", { initialize: true }],
  ["--no-locks", { locks: false }],
  ["--force-unlock", { forceUnlock: true }],
  ["--sync-type=initiator2target", { direction: "target" }],
  ["--sync-type=target2initiator", { direction: "initiator" }],
  ["--skip-deletion=target", {
    skipDeletion: { initiator: false, target: true },
  }],
  ["--skip-deletion=initiator,target", {
    skipDeletion: { initiator: true, target: true },
  }],
  ["--modify-window=2", { modifyWindow: 2_000_000_000 }],
  ["--checksum", { checksum: true }],
  ["--allow-mass-deletion", { allowMassDeletion: true }],
  ["--accept-new-root", { acceptNewRoot: true }],
  ["--log-conflicts", { logConflicts: true }],
  ["--partial", { partial: true }],
  ["--stats", { stats: true }],
  ["--silent", { output: { ...output, silent: true } }],
  ["--errors-only", { output: { ...output, errorsOnly: true } }],
  ["--no-prefix", { output: { ...output, prefix: false } }],
  ["--non-interactive", { output: { ...output, interactive: false } }],
  ["--summary", { output: { ...output, summary: true } }],
  ["--verbose", { output: { ...output, verbose: true } }],
  ["--json", { output: { ...output, json: true } }],
  ["--no-resume", {}],
];

Deno.test("makeConfig() carries each option into its field", () => {
  for (const [option, part] of fromOptions) {
    deepEqual(config({ argv: [option] }), { ...DEFAULTS, ...part }, option);
  }
});

const fromEnvironment: readonly [string, string, Partial<Config>][] = [
  ["INSTANCE_ID", "x", { instance: "x" }],
  ["CREATE_DIRS", "Yes", { createDirectories: true }],
  ["LOGFILE", "~/o.log", { output: { ...output, logFile: "/home/o.log" } }],
  ["MINIMUM_SPACE", "0", { minimumSpace: 0 }],
  ["MINIMUM_SPACE", "10240", { minimumSpace: 10 * 1024 * 1024 }],
  ["RSYNC_PATTERN_FIRST", "exclude", {
    filter: { ...filter, first: "exclude" },
  }],
  ["RSYNC_INCLUDE_PATTERN", "a;b", {
    filter: { ...filter, include: ["a", "b"] },
  }],
  ["RSYNC_EXCLUDE_PATTERN", "*.o", { filter: { ...filter, exclude: ["*.o"] } }],
  ["SYNC_TYPE", "initiator2target", { direction: "target" }],
  ["SKIP_DELETION", "initiator", {
    skipDeletion: { initiator: true, target: false },
  }],
  ["CONFLICT_PREVALANCE", "target", { prevalence: "target" }],
  ["FORCE_CONFLICT_PREVALANCE", "yes", { forcePrevalence: true }],
  ["SOFT_DELETE", "no", { softDelete: false }],
  ["SOFT_DELETE_DAYS", "365", { softDeleteDays: 365 }],
  ["CONFLICT_BACKUP", "false", { conflictBackup: false }],
  ["CONFLICT_BACKUP_MULTIPLE", "true", { conflictBackupMultiple: true }],
  ["CONFLICT_BACKUP_DAYS", "0", { conflictBackupDays: 0 }],
  ["PRESERVE_PERMISSIONS", "no", { preserve: { ...preserve, mode: false } }],
  ["PRESERVE_OWNER", "no", { preserve: { ...preserve, owner: false } }],
  ["PRESERVE_GROUP", "no", { preserve: { ...preserve, group: false } }],
  ["PRESERVE_EXECUTABILITY", "no", {
    preserve: { ...preserve, executability: false },
  }],
  ["MODIFY_WINDOW", "1", { modifyWindow: 1_000_000_000 }],
  ["CHECKSUM", "yes", { checksum: true }],
  ["MAX_DELETE_PERCENT", "100", { maxDeletePercent: 100 }],
  ["MAX_DELETE_COUNT", "7", { maxDeleteCount: 7 }],
  ["SOFT_MAX_EXEC_TIME", "10", { softMaxSeconds: 10 }],
  ["HARD_MAX_EXEC_TIME", "20", { hardMaxSeconds: 20 }],
  ["LOCAL_RUN_BEFORE_CMD", "a; b", { hooks: { ...hooks, before: "a; b" } }],
  ["LOCAL_RUN_AFTER_CMD", " c ", { hooks: { ...hooks, after: "c" } }],
  ["REMOTE_RUN_BEFORE_CMD", "d", {
    hooks: { ...hooks, remote: ["REMOTE_RUN_BEFORE_CMD"] },
  }],
  ["MAX_EXEC_TIME_PER_CMD_BEFORE", "5", {
    hooks: { ...hooks, beforeSeconds: 5 },
  }],
  ["MAX_EXEC_TIME_PER_CMD_AFTER", "6", {
    hooks: { ...hooks, afterSeconds: 6 },
  }],
  ["STOP_ON_CMD_ERROR", "yes", { hooks: { ...hooks, stopOnError: true } }],
  ["RUN_AFTER_CMD_ON_ERROR", "yes", {
    hooks: { ...hooks, afterOnError: true },
  }],
  ["_DEBUG", "yes", { output: { ...output, debug: true } }],
  // Set but empty is not set.
  ["SOFT_DELETE_DAYS", "", {}],
];

Deno.test("makeConfig() carries each environment variable into its field", () => {
  for (const [key, value, part] of fromEnvironment) {
    const env = { HOME: "/home", [key]: value };
    deepEqual(config({ env }), { ...DEFAULTS, ...part }, key);
  }
});

const fromFile: readonly [string, string, Partial<Config>][] = [
  ...fromEnvironment.filter(([, value]) => value !== ""),
  ["INITIATOR_CUSTOM_STATE_DIR", "s", {
    stateDirectories: { initiator: "/here/s", target: undefined },
  }],
  ["TARGET_CUSTOM_STATE_DIR", "/s", {
    stateDirectories: { initiator: undefined, target: "/s" },
  }],
  ["LOG_CONFLICTS", "True", { logConflicts: true }],
  ["PARTIAL", "yes", { partial: true }],
  ["STATS", "yes", { stats: true }],
  ["CONFIG_FILE_REVISION", "1.3.0", {}],
  ["CONFIG_FILE_REVISION", "0.9", {}],
];

Deno.test("makeConfig() carries each line of a file into its field", () => {
  for (const [key, value, part] of fromFile) {
    const made = result({
      env: { HOME: "/home" },
      conf: `INITIATOR_SYNC_DIR=/a\nTARGET_SYNC_DIR=b\n${key}='${value}'`,
    });
    deepEqual(made.ok && made.config, { ...DEFAULTS, ...part }, key);
  }
});

Deno.test("makeConfig() reads pattern files, in the working directory", () => {
  const env = { RSYNC_INCLUDE_FROM: "in.list", RSYNC_EXCLUDE_FROM: "/x/ex" };
  const files = { "/here/in.list": "a b\r\n\n# c\n; d\n/e", "/x/ex": "*.o\n" };
  deepEqual(config({ env, files }).filter, {
    ...filter,
    includeFrom: ["a b", "/e"],
    excludeFrom: ["*.o"],
  });
  deepEqual(errors({ env, files: { "/x/ex": "" } }), [
    "Cannot use RSYNC_INCLUDE_FROM=in.list (environment): no such file or directory",
  ]);
});

Deno.test("patternLines() keeps blanks, which are part of names", () => {
  deepEqual(patternLines("\ufeff a \n#x\n\\#y\n"), [" a ", "\\#y"]);
});

Deno.test("makeConfig() separates patterns by PATH_SEPARATOR_CHAR", () => {
  const env = { PATH_SEPARATOR_CHAR: ":", RSYNC_EXCLUDE_PATTERN: "a;b:c" };
  deepEqual(config({ env }).filter.exclude, ["a;b", "c"]);
  deepEqual(errors({ env: { PATH_SEPARATOR_CHAR: "::" } }), [
    "Cannot use PATH_SEPARATOR_CHAR=:: (environment): it must be one character",
  ]);
});

Deno.test("makeConfig() prefers options to the environment", () => {
  const env = {
    INSTANCE_ID: "env",
    SOFT_MAX_EXEC_TIME: "9",
    HARD_MAX_EXEC_TIME: "9",
  };
  const argv = ["--instance-id=option", "--no-maxtime"];
  deepEqual(config({ argv, env }), { ...DEFAULTS, instance: "option" });
});

const ONLY_OPTIONS = [
  "STATS",
  "PARTIAL",
  "DESTINATION_MAILS",
  "INITIATOR_CUSTOM_STATE_DIR",
  "TARGET_CUSTOM_STATE_DIR",
  "FORCE_UNLOCK",
  "LOG_CONFLICTS",
  "ALERT_CONFLICTS",
  "DRY",
  "SILENT",
  "VERBOSE",
  "ERRORS_ONLY",
  "PREFIX",
  "SUMMARY",
  "INITIALIZE",
  "LOCKS",
  "INTERACTIVE",
  "JSON",
  "ALLOW_MASS_DELETION",
  "ACCEPT_NEW_ROOT",
  "INITIATOR_SYNC_DIR",
  "TARGET_SYNC_DIR",
  "ON_CHANGES",
  "ON_CHANGES_TARGET",
  "CONFIG_FILE_REVISION",
];

Deno.test("makeConfig() ignores the environment where only an option may speak", () => {
  for (const word of ["yes", "no"]) {
    const env = Object.fromEntries(ONLY_OPTIONS.map((key) => [key, word]));
    deepEqual(config({ env }), DEFAULTS);
  }
  deepEqual(
    SETTING_KEYS.filter((key) => settingOf(key).environment === false)
      .toSorted(),
    ONLY_OPTIONS.toSorted(),
  );
});

Deno.test("makeConfig() warns of settings that this version cannot honour", () => {
  const env = { PRESERVE_ACL: "yes", BANDWIDTH: "0", RSYNC_EXECUTABLE: "x" };
  const made = result({ argv: REPLICAS, env });
  deepEqual(made.ok && made.warnings, [
    "PRESERVE_ACL=yes (environment) has no effect in this version",
  ]);
});

Deno.test("the tables of these tests have every option of this version", () => {
  const tested = fromOptions.map(([option]) => option.replace(/=.*/, ""));
  const others = ["--initiator", "--target", "--no-maxtime"];
  deepEqual(
    OPTIONS.filter(({ later }) => !later).map(({ name }) => name).toSorted(),
    [...new Set([...tested, ...others])].toSorted(),
  );
});

Deno.test("the tables of these tests have every environment variable", () => {
  const tested = fromEnvironment.map(([key]) => key);
  const others = [
    "RSYNC_INCLUDE_FROM",
    "RSYNC_EXCLUDE_FROM",
    "PATH_SEPARATOR_CHAR",
    "RSYNC_OPTIONAL_ARGS",
  ];
  deepEqual(
    SETTING_KEYS.filter((key) =>
      settingOf(key).environment !== false &&
      settingOf(key).status === undefined
    ).toSorted(),
    [...new Set([...tested, ...others])].toSorted(),
  );
});

const refusals: readonly [readonly string[], RegExp][] = [
  [["--initiator=/a"], /^Option --target is missing$/],
  [["--target=/a"], /^Option --initiator is missing$/],
  [["--initiator=~/a", "--target=/b"], /--initiator=~\/a: HOME is not set/],
  [["--initiator=/a", "--target=ssh://h//x"], /cannot reach other machines/],
  [["--initiator=ssh://h//x", "--target=/b"], /must be a directory of this/],
  [["--initiator=/a", "--target=ssh://h"], /must look like ssh:/],
  [[...REPLICAS, "--instance-id=a/b"], /--instance-id=a\/b: .* no slash/],
  [[...REPLICAS, "--instance-id=a\nb"], /--instance-id=a\\nb: /],
  [[...REPLICAS, "--instance-id=.."], /--instance-id=\.\.: /],
  [[...REPLICAS, `--instance-id=${"é".repeat(51)}`], /1 to 100 bytes/],
  [[...REPLICAS, "--sync-type=both"], /initiator2target or target2initiator/],
  [[...REPLICAS, "--skip-deletion=both"], /initiator, target/],
  [[...REPLICAS, "--modify-window=1.5"], /whole number of seconds/],
  [
    [...REPLICAS, "--initiator-state-dir=s", "--target-state-dir=./s/"],
    /--target-state-dir=.\/s\/: the initiator's state is kept there/,
  ],
];

Deno.test("makeConfig() names what it refuses, and why", () => {
  for (const [argv, expected] of refusals) {
    const found = errors({ argv });
    equal(found.length, 1, JSON.stringify([argv, found]));
    match(found[0] ?? "", expected);
  }
});

Deno.test("makeConfig() reports all errors at once, with their origin", () => {
  const made = result({
    argv: ["--target=/b", "--instance-id=/"],
    env: { SOFT_DELETE: "maybe", MAX_DELETE_PERCENT: "0", SYNC_TYPE: "x" },
  });
  equal(made.ok, false);
  if (made.ok) return;
  deepEqual(
    made.errors.map(({ origin }) => origin).toSorted(),
    ["environment", "environment", "environment", "option", "option"],
  );
});

Deno.test("makeConfig() freezes the configuration, all of it", () => {
  const made = config({ env: { RSYNC_EXCLUDE_PATTERN: "a" } });
  const parts = [made, made.filter.exclude, made.replicas.target, made.output];
  for (const part of parts) equal(Object.isFrozen(part), true);
});
