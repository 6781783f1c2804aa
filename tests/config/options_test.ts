import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import fc from "fast-check";
import { OPTIONS, parseCommandLine } from "@/config/options.ts";
import type { Option } from "@/config/options.ts";

function errorsOf(...argv: string[]): readonly string[] {
  const line = parseCommandLine(argv);
  return line.kind === "invalid" ? line.errors : [];
}

function valuesOf(...argv: string[]): Record<string, string> {
  const line = parseCommandLine(argv);
  equal(line.kind, "sync", JSON.stringify(line));
  if (line.kind !== "sync") return {};
  return Object.fromEntries(line.assignments.map(({ key, text }) => [
    key,
    text,
  ]));
}

const switches: readonly [string, Record<string, string>][] = [
  ["--dry", { DRY: "yes" }],
  ["--initialize", { INITIALIZE: "yes" }],
  ["--silent", { SILENT: "yes" }],
  ["--errors-only", { ERRORS_ONLY: "yes" }],
  ["--no-prefix", { PREFIX: "no" }],
  ["--non-interactive", { INTERACTIVE: "no" }],
  ["--summary", { SUMMARY: "yes" }],
  ["--verbose", { VERBOSE: "yes" }],
  ["--stats", { STATS: "yes" }],
  ["--json", { JSON: "yes" }],
  ["--log-conflicts", { LOG_CONFLICTS: "yes" }],
  ["--no-maxtime", { SOFT_MAX_EXEC_TIME: "0", HARD_MAX_EXEC_TIME: "0" }],
  ["--force-unlock", { FORCE_UNLOCK: "yes" }],
  ["--no-locks", { LOCKS: "no" }],
  ["--no-resume", { RESUME_TRY: "0" }],
  ["--partial", { PARTIAL: "yes" }],
  ["--checksum", { CHECKSUM: "yes" }],
  ["--allow-mass-deletion", { ALLOW_MASS_DELETION: "yes" }],
  ["--accept-new-root", { ACCEPT_NEW_ROOT: "yes" }],
];

const valued: readonly [string, string][] = [
  ["--initiator", "INITIATOR_SYNC_DIR"],
  ["--target", "TARGET_SYNC_DIR"],
  ["--instance-id", "INSTANCE_ID"],
  ["--skip-deletion", "SKIP_DELETION"],
  ["--sync-type", "SYNC_TYPE"],
  ["--initiator-state-dir", "INITIATOR_CUSTOM_STATE_DIR"],
  ["--target-state-dir", "TARGET_CUSTOM_STATE_DIR"],
  ["--modify-window", "MODIFY_WINDOW"],
];

const later = [
  "--rsakey",
  "--password-file",
  "--remote-token",
  "--krb5",
  "--ssh-controlmaster",
  "--on-changes",
  "--on-changes-target",
  "--destination-mails",
  "--alert-conflicts",
];

Deno.test("parseCommandLine() knows each switch", () => {
  for (const [name, values] of switches) {
    deepEqual(valuesOf(name), values);
    deepEqual(valuesOf(name, name), values);
    deepEqual(errorsOf(`${name}=yes`), [`Option ${name} takes no value`]);
  }
});

Deno.test("parseCommandLine() takes --key=value and --key value", () => {
  for (const [name, key] of valued) {
    deepEqual(valuesOf(`${name}=a b`), { [key]: "a b" });
    deepEqual(valuesOf(name, "a b", "--dry"), { [key]: "a b", DRY: "yes" });
    deepEqual(valuesOf(`${name}=/a/eq=x=`), { [key]: "/a/eq=x=" });
    deepEqual(valuesOf(`${name}=--dry`), { [key]: "--dry" });
    deepEqual(valuesOf(`${name}=a`, name, "a"), { [key]: "a" });
  }
});

Deno.test("parseCommandLine() refuses missing, empty and contradicting values", () => {
  for (const [name] of valued) {
    for (const argv of [[name], [`${name}=`], [name, "--dry"], [name, ""]]) {
      const [error = ""] = errorsOf(...argv);
      equal(error.startsWith(`Option ${name} needs a value: ${name}=`), true);
    }
    deepEqual(errorsOf(`${name}=a`, name, "b"), [
      `Option ${name} is given twice, with different values`,
    ]);
  }
});

Deno.test("parseCommandLine() refuses options of later versions by name", () => {
  for (const name of later) {
    for (const argv of [[name], [`${name}=x`], [`${name}=`]]) {
      deepEqual(errorsOf(...argv), [`This version does not have ${name} yet`]);
    }
  }
});

Deno.test("the tables of these tests have every option", () => {
  deepEqual(
    OPTIONS.map(({ name }) => name).toSorted(),
    [...switches, ...valued].map(([name]) => name).concat(later).toSorted(),
  );
});

Deno.test("parseCommandLine() suggests what an unknown option may have meant", () => {
  deepEqual(errorsOf("--targt=/x"), [
    "Unknown option --targt. Did you mean --target?",
  ]);
  deepEqual(errorsOf("--Dry"), ["Unknown option --Dry. Did you mean --dry?"]);
  deepEqual(errorsOf("-dry"), ["Unknown option -dry. Did you mean --dry?"]);
  deepEqual(errorsOf("--hlep"), [
    "Unknown option --hlep. Did you mean --help?",
  ]);
  deepEqual(errorsOf("--dry-run"), [
    "Unknown option --dry-run. Did you mean --dry?",
  ]);
  deepEqual(errorsOf("--bogus\x1b[2J"), [
    "Unknown option --bogus\\x1b[2J; osync --help lists the options",
  ]);
  deepEqual(errorsOf("-x"), [
    "Unknown option -x; osync --help lists the options",
  ]);
  deepEqual(errorsOf("--help=x"), ["Option --help takes no value"]);
});

Deno.test("parseCommandLine() takes one configuration file, wherever it stands", () => {
  for (const name of ["/etc/osync/a.conf", "a b.CONF", ".conf"]) {
    for (
      const argv of [[name, "--dry"], ["--dry", name], ["--dry", "--", name]]
    ) {
      const line = parseCommandLine(argv);
      deepEqual(line.kind === "sync" && line.file, name);
      equal(line.kind === "sync" && line.assignments.length, 1);
    }
  }
  deepEqual(errorsOf("a.conf", "--dry", "b\n.conf"), [
    'Unexpected argument "b\\n.conf": the configuration file is "a.conf", and a run has one',
  ]);
});

Deno.test("parseCommandLine() refuses stray arguments", () => {
  const hint = "a configuration file ends in .conf, replicas are given as " +
    "--initiator=DIR --target=DIR";
  deepEqual(errorsOf("a\nb"), [`Unexpected argument "a\\nb": ${hint}`]);
  deepEqual(errorsOf("/etc/osync/a.cfg", "--dry"), [
    `Unexpected argument "/etc/osync/a.cfg": ${hint}`,
  ]);
  deepEqual(errorsOf("-"), [`Unexpected argument "-": ${hint}`]);
  deepEqual(errorsOf("--", "--dry"), [`Unexpected argument "--dry": ${hint}`]);
  deepEqual(errorsOf(""), [`Unexpected argument "": ${hint}`]);
});

Deno.test("parseCommandLine() reports everything wrong at once, in order", () => {
  equal(errorsOf("--bogus", "--target", "--json=1", "x").length, 4);
});

Deno.test("parseCommandLine() answers help and version before anything else", () => {
  equal(parseCommandLine([]).kind, "usage");
  for (const argv of [["-h"], ["--help"], ["--bogus", "--help", "-v"]]) {
    equal(parseCommandLine(argv).kind, "help");
  }
  for (const argv of [["-v"], ["--version"], ["--target", "--version"]]) {
    equal(parseCommandLine(argv).kind, "version");
  }
  equal(parseCommandLine(["--", "--help"]).kind, "invalid");
});

const present = OPTIONS.filter(({ later }) => !later);
const arbValue = fc.string({ minLength: 1, unit: "binary" });
const arbGiven = fc.subarray(present).chain((options) =>
  fc.tuple(
    ...options.map((option) =>
      fc.tuple(fc.constant(option), arbValue, fc.boolean())
    ),
  )
);

function printed([option, value, joined]: [Option, string, boolean]): string[] {
  if (option.value === undefined) return [option.name];
  return joined || value.startsWith("-")
    ? [`${option.name}=${value}`]
    : [option.name, value];
}

Deno.test("parseCommandLine() reads back what was printed", () => {
  fc.assert(fc.property(arbGiven, (given) => {
    const line = parseCommandLine([...given.flatMap(printed), "--"]);
    deepEqual(line, {
      kind: "sync",
      assignments: given.flatMap(([option, value]) =>
        option.keys.map((key) => ({
          key,
          text: option.value === undefined ? option.sets : value,
          option: option.name,
        }))
      ),
    });
  }));
});
