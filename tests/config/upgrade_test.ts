import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
  throws,
} from "node:assert/strict";
import { readFileSettings } from "@/config/file_settings.ts";
import { exampleText } from "@/config/print_settings.ts";
import { upgradeConf } from "@/config/upgrade.ts";
import { OLD_CONFS } from "../support/old_conf.ts";

const TASK = { initiator: "/a", target: "/b c", log: "/var/log/x" };
const ALL = exampleText().replace("[GENERAL]", "").split("\n").filter((line) =>
  !/REVISION|_SYNC_DIR|INSTANCE/.test(line)
).map((line) => line.replace(/^(\w)/, "#$1")).join("\n");

/** What becomes of some lines, in a file that mentions all settings. */
function upgraded(...lines: string[]): string[] {
  const text = `CONFIG_FILE_REVISION=1.3.0\n${lines.join("\n")}\n${ALL}`;
  const end = `\n#INSTANCE_ID=\n${ALL}`;
  const after = upgradeConf(text.replace(ALL, end.slice(1)), { HOME: "/h" });
  ok(after.endsWith(end), after);
  return after.slice(0, -end.length).split("\n").slice(1);
}

const lines: readonly [string, string][] = [
  ["MASTER_SYNC_DIR=/a  # ours", "INITIATOR_SYNC_DIR=/a  # ours"],
  ["SLAVE_SYNC_DIR='/b c'", "TARGET_SYNC_DIR='/b c'"],
  ["\texport SYNC_ID = x", "\texport INSTANCE_ID = x"],
  ['CONFLICT_PREVALANCE="master" # who', "CONFLICT_PREVALANCE=initiator"],
  ["CONFLICT_PREVALANCE=slave", "CONFLICT_PREVALANCE=target"],
  ["CONFLICT_PREVALANCE=target", "CONFLICT_PREVALANCE=target"],
  ["REMOTE_SYNC=no", "#REMOTE_SYNC=no"],
  ["REMOTE_USER=u", "#REMOTE_USER=u"],
  ["RSYNC_EXECUTABLE=rsync", "#RSYNC_EXECUTABLE=rsync"],
  ["REMOTE_RSYNC_PATH=/x", "#REMOTE_RSYNC_PATH=/x"],
  ["SLEEP_TIME=.05", "#SLEEP_TIME=.05"],
  ["## ---------- GENERAL OPTIONS", "[GENERAL]"],
  ["## ---------- REMOTE SYNC OPTIONS", "[REMOTE_OPTIONS]"],
  ["## ---------- BACKUP AND DELETION OPTIONS", "[BACKUP_DELETE_OPTIONS]"],
  ["## ---------- EXECUTION HOOKS", "[EXECUTION_HOOKS]"],
  ["## ---------- MY OWN PART", "## ---------- MY OWN PART"],
  ["# Config file rev 3", "# Config file rev 3"],
  ["SOFT_DELETE=yes", "SOFT_DELETE=yes"],
  ["[ANY]", "[ANY]"],
  ["BASE=/x", "BASE=/x"],
];

Deno.test("upgradeConf() rewrites what has another name now, and leaves the rest", () => {
  for (const [line, after] of lines) {
    const used = line.startsWith("BASE") ? ["LOGFILE=$BASE/log"] : [];
    deepEqual(upgraded(line, ...used), [after, ...used], line);
  }
});

Deno.test("upgradeConf() renames what values refer to", () => {
  deepEqual(
    upgraded("SYNC_ID=x", 'LOGFILE="/l/${SYNC_ID}-$SYNC_ID$HOME.log"'),
    [
      "INSTANCE_ID=x",
      'LOGFILE="/l/${INSTANCE_ID}-$INSTANCE_ID$HOME.log"',
    ],
  );
});

Deno.test("upgradeConf() keeps lines that others refer to", () => {
  const own = ["REMOTE_HOST=h", "LOGFILE=/l/$REMOTE_HOST"];
  deepEqual(upgraded(...own), own);
});

Deno.test("upgradeConf() makes a URI of a remote host", () => {
  deepEqual(
    upgraded("SLAVE_SYNC_DIR=/b", "REMOTE_SYNC=yes", "REMOTE_HOST=h"),
    ["TARGET_SYNC_DIR=ssh://h//b", "#REMOTE_SYNC=yes", "#REMOTE_HOST=h"],
  );
});

Deno.test("upgradeConf() refuses to change what a setting means", () => {
  throws(
    () => upgraded("SYNC_ID=x", "LOGFILE='/l/$SYNC_ID'"),
    /^RangeError: LOGFILE would not mean what it means now/,
  );
});

const revisions: readonly [string, string][] = [
  ["CONFIG_FILE_REVISION=1.2", "1.3.0"],
  ["CONFIG_FILE_REVISION=", "1.3.0"],
  ["CONFIG_FILE_REVISION=1.3.0", "1.3.0"],
  ["CONFIG_FILE_REVISION=1.4", "1.4"],
  ["CONFIG_FILE_REVISION=1.10.0", "1.10.0"],
  ["###### Config file rev 0408201401 for Osync v1.00+", "1.3.0"],
  ["", "1.3.0"],
];

Deno.test("upgradeConf() brings the revision up to date", () => {
  for (const [line, revision] of revisions) {
    const { settings } = readFileSettings(upgradeConf(line, {}), "", {});
    equal(settings.get("CONFIG_FILE_REVISION")?.text, revision, line);
  }
});

Deno.test("upgradeConf() leaves files of every revision meaning what they meant", () => {
  for (const [revision, make] of Object.entries(OLD_CONFS)) {
    for (
      const edit of [
        (text: string) => text,
        (text: string) => `\ufeff${text.replaceAll("\n", "\r\n")}`,
        (text: string) => text.trimEnd(),
      ]
    ) {
      const text = edit(make(TASK));
      const after = upgradeConf(text, {});
      const { settings, errors, warnings, notices } = readFileSettings(
        after,
        "",
        {},
      );
      deepEqual([errors, warnings, notices], [[], [], []], revision);
      const { settings: before } = readFileSettings(text, "", {});
      for (const [key, { text }] of before) {
        if (/^CONFIG_FILE|^RSYNC_EXEC|^RSYNC_REMOTE/.test(key)) continue;
        equal(settings.get(key)?.text, text);
      }
      match(after, /^#MAX_DELETE_PERCENT=50$/m);
      ok(!after.includes("\r") && !after.includes("\ufeff"));
      equal(upgradeConf(after, {}), after, "twice is once");
    }
  }
});

Deno.test("upgradeConf() has nothing to do for the example", () => {
  equal(upgradeConf(exampleText(), {}), exampleText());
});
