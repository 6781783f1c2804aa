import { deepStrictEqual as deepEqual, match } from "node:assert/strict";
import { readFileSettings } from "@/config/file_settings.ts";

const PATH = "/etc/osync/x.conf";

function read(...lines: string[]) {
  const { settings, errors, ...rest } = readFileSettings(
    lines.join("\n"),
    PATH,
    {},
  );
  return {
    ...rest,
    values: Object.fromEntries(
      [...settings.values()].map(({ key, text }) => [key, text]),
    ),
    errors: errors.map(({ text }) => text),
  };
}

Deno.test("readFileSettings() takes the settings of a file with their lines", () => {
  const { settings } = readFileSettings("\nCHECKSUM=yes # c", PATH, {});
  deepEqual([...settings.values()], [
    { key: "CHECKSUM", name: "CHECKSUM", text: "yes", line: 2 },
  ]);
});

Deno.test("readFileSettings() takes the last of several values, and says so", () => {
  const { values, warnings } = read("CHECKSUM=yes", "", "CHECKSUM=no");
  deepEqual(values, { CHECKSUM: "no" });
  deepEqual(warnings, [
    "CHECKSUM (line 3 of /etc/osync/x.conf) is already set in line 1; line 3 counts",
  ]);
  deepEqual(read("SYNC_ID=a", "INSTANCE_ID=b").warnings, [
    "INSTANCE_ID (line 2 of /etc/osync/x.conf) is already set in line 1 as SYNC_ID; line 2 counts",
  ]);
});

const unknown: readonly [string, RegExp][] = [
  [
    "SOFT_DELET=no",
    /^Unknown setting SOFT_DELET \(line 1 of .*x\.conf\): did you mean SOFT_DELETE\?$/,
  ],
  ["soft_delete=no", /did you mean SOFT_DELETE\?/],
  ["CONFLICT_PREVALENCE=target", /did you mean CONFLICT_PREVALANCE\?/],
  ["MASTER_SYNC_DRI=/a", /did you mean MASTER_SYNC_DIR\?/],
  ["PASSWORD=hunter2", /^Unknown setting PASSWORD \([^h]*\): osync --help/],
  ["constructor=1", /^Unknown setting constructor/],
  [
    "DRY=yes",
    /^Cannot use DRY \(.*\): it is for the command line only; use --dry there$/,
  ],
  ["SUMMARY=yes", /use --summary there/],
];

Deno.test("readFileSettings() refuses what no file can set", () => {
  for (const [line, expected] of unknown) {
    const { errors, values } = read(line);
    deepEqual(errors.length, 1, line);
    match(errors[0] ?? "", expected);
    deepEqual(values, {});
  }
});

Deno.test("readFileSettings() allows names that help other lines", () => {
  const { values, errors } = read("BASE=/srv", 'LOGFILE="${BASE}/log"');
  deepEqual(errors, []);
  deepEqual(values, { LOGFILE: "/srv/log" });
});

Deno.test("readFileSettings() understands the names of osync 1.0", () => {
  const { values, notices, errors, warnings } = read(
    "MASTER_SYNC_DIR=/a",
    "SLAVE_SYNC_DIR=/b",
    "SYNC_ID=x",
    "CONFLICT_PREVALANCE=slave",
    "REMOTE_RSYNC_PATH=",
    "SLEEP_TIME=1",
  );
  deepEqual([errors, warnings], [[], []]);
  deepEqual(values, {
    INITIATOR_SYNC_DIR: "/a",
    TARGET_SYNC_DIR: "/b",
    INSTANCE_ID: "x",
    CONFLICT_PREVALANCE: "target",
    RSYNC_REMOTE_PATH: "",
  });
  const of = `of ${PATH}`;
  deepEqual(notices, [
    `MASTER_SYNC_DIR (line 1 ${of}) is called INITIATOR_SYNC_DIR now`,
    `SLAVE_SYNC_DIR (line 2 ${of}) is called TARGET_SYNC_DIR now`,
    `SYNC_ID (line 3 ${of}) is called INSTANCE_ID now`,
    `CONFLICT_PREVALANCE=slave (line 4 ${of}) is written CONFLICT_PREVALANCE=target now`,
    `REMOTE_RSYNC_PATH (line 5 ${of}) is called RSYNC_REMOTE_PATH now`,
    `SLEEP_TIME (line 6 ${of}) has no effect in this osync`,
  ]);
});

const remotes: readonly [readonly string[], string][] = [
  [["REMOTE_SYNC=no", "REMOTE_HOST=h"], "/b"],
  [["REMOTE_HOST=h"], "/b"],
  [["REMOTE_SYNC=yes", "REMOTE_HOST=h"], "ssh://h//b"],
  [
    ["REMOTE_SYNC=Yes", "REMOTE_USER=u", "REMOTE_HOST=h", "REMOTE_PORT=22"],
    "ssh://u@h:22//b",
  ],
  [["REMOTE_SYNC=yes", "REMOTE_HOST=::1"], "ssh://[::1]//b"],
];

Deno.test("readFileSettings() makes one URI of the remote host of osync 1.0", () => {
  for (const [lines, target] of remotes) {
    const { values, notices } = read(...lines, "TARGET_SYNC_DIR=/b");
    deepEqual(values, { TARGET_SYNC_DIR: target });
    deepEqual(notices.length, 1);
    match(notices[0] ?? "", /^REMOTE_.* \(from line 1 of .*TARGET_SYNC_DIR/);
  }
});

Deno.test("readFileSettings() says of rsync's own settings that they have no effect", () => {
  const { notices, errors } = read(
    "RSYNC_EXECUTABLE=rsync",
    'RSYNC_REMOTE_PATH=""',
  );
  deepEqual(errors, []);
  deepEqual(notices, [
    "RSYNC_EXECUTABLE (line 1 of /etc/osync/x.conf) has no effect: osync does not need rsync",
  ]);
});

Deno.test("readFileSettings() takes an empty value for none where osync 1.3 did", () => {
  deepEqual(read("SMTP_PORT=", "CONFLICT_PREVALANCE=''").values, {});
  deepEqual(read("SOFT_DELETE=").values, { SOFT_DELETE: "" });
});

Deno.test("readFileSettings() tells of every line at once, in order", () => {
  const { errors } = read("A=`id`", "B=1", "prose", "CHECKSUM=yes", "C='");
  deepEqual(
    errors.map((text) => /line (\d)/.exec(text)?.[1]).toSorted(),
    ["1", "2", "3", "5"],
  );
  deepEqual(
    read("REMOTE_SYNC=no", "SYNC_ID=a", "LOGFILE=$NONE").warnings,
    [
      "LOGFILE (line 3 of /etc/osync/x.conf): ${NONE} is set neither above nor in the environment, so nothing stands there",
    ],
  );
});
