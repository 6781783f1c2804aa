import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert/strict";
import { parseValue } from "@/config/setting.ts";
import type { SettingType } from "@/config/setting.ts";
import {
  sectionOf,
  SECTIONS,
  SETTING_KEYS,
  settingOf,
} from "@/config/settings.ts";

const COUNT = { kind: "integer", unit: "apples", least: 2, most: 30 } as const;
const WORD = { kind: "choice", words: ["", "red", "green"] } as const;
const SIDES = {
  kind: "list",
  separator: "comma",
  words: ["initiator", "target"],
} as const;
const PATTERNS = { kind: "list", separator: "patterns" } as const;

const good: readonly [SettingType, string, unknown][] = [
  [{ kind: "boolean" }, "yes", true],
  [{ kind: "boolean" }, "TRUE", true],
  [{ kind: "boolean" }, "No", false],
  [{ kind: "boolean" }, "false", false],
  [COUNT, "2", 2],
  [COUNT, "030", 30],
  [WORD, "red", "red"],
  [WORD, "", ""],
  [SIDES, "", []],
  [SIDES, "target", ["target"]],
  [SIDES, "initiator, target", ["initiator", "target"]],
  [PATTERNS, "*.o; a b ;;/x", ["*.o", " a b ", "/x"]],
  [{ kind: "list", separator: "space" }, " a  b ", ["a", "b"]],
  [{ kind: "text" }, " any = thing ", " any = thing "],
];

Deno.test("parseValue() reads every type", () => {
  for (const [type, text, value] of good) {
    deepEqual(parseValue(type, text, ";"), { ok: true, value }, text);
  }
});

Deno.test("parseValue() separates patterns by the character it is given", () => {
  deepEqual(parseValue(PATTERNS, "a;b|c", "|"), {
    ok: true,
    value: ["a;b", "c"],
  });
});

const bad: readonly [SettingType, string, RegExp][] = [
  [{ kind: "boolean" }, "1", /yes or no/],
  [{ kind: "boolean" }, "", /yes or no/],
  [COUNT, "1", /apples from 2 to 30/],
  [COUNT, "31", /apples from 2 to 30/],
  [COUNT, "-3", /apples/],
  [COUNT, "3.5", /apples/],
  [COUNT, "3 ", /apples/],
  [COUNT, "0x10", /apples/],
  [COUNT, "", /apples/],
  [COUNT, "9".repeat(400), /apples/],
  [WORD, "blue", /red or green/],
  [WORD, "Red", /red or green/],
  [SIDES, "target;initiator", /initiator, target/],
  [SIDES, "target,both", /initiator, target/],
];

Deno.test("parseValue() says what a value must be", () => {
  for (const [type, text, expected] of bad) {
    const parsed = parseValue(type, text, ";");
    equal(parsed.ok, false, text);
    if (!parsed.ok) match(parsed.expected, expected);
  }
});

Deno.test("the settings table has valid defaults and one line of documentation each", () => {
  for (const key of SETTING_KEYS) {
    const { type, default: standard, doc } = settingOf(key);
    equal(parseValue(type, standard, ";").ok, true, key);
    match(doc, /^[A-Z].*[^.]$/, key);
    match(key, /^_?[A-Z0-9_]+$/);
    equal(key in SECTIONS[sectionOf(key)], true);
  }
});

Deno.test("the settings table has each key once", () => {
  const keys = Object.values(SECTIONS).flatMap((rows) => Object.keys(rows));
  deepEqual([...new Set(keys)], keys);
});

const OLD_KEYS = `CONFIG_FILE_REVISION INSTANCE_ID INITIATOR_SYNC_DIR
TARGET_SYNC_DIR SSH_RSA_PRIVATE_KEY SSH_PASSWORD_FILE KRB5 _REMOTE_TOKEN
CREATE_DIRS LOGFILE MINIMUM_SPACE BANDWIDTH SUDO_EXEC RSYNC_EXECUTABLE
RSYNC_REMOTE_PATH RSYNC_PATTERN_FIRST RSYNC_INCLUDE_PATTERN
RSYNC_EXCLUDE_PATTERN RSYNC_INCLUDE_FROM RSYNC_EXCLUDE_FROM PATH_SEPARATOR_CHAR
INITIATOR_CUSTOM_STATE_DIR TARGET_CUSTOM_STATE_DIR SSH_COMPRESSION
SSH_OPTIONAL_ARGS SSH_IGNORE_KNOWN_HOSTS SSH_CONTROLMASTER REMOTE_HOST_PING
REMOTE_3RD_PARTY_HOSTS RSYNC_OPTIONAL_ARGS PRESERVE_PERMISSIONS PRESERVE_OWNER
PRESERVE_GROUP PRESERVE_EXECUTABILITY PRESERVE_ACL PRESERVE_XATTR COPY_SYMLINKS
KEEP_DIRLINKS PRESERVE_HARDLINKS CHECKSUM RSYNC_COMPRESS SOFT_MAX_EXEC_TIME
HARD_MAX_EXEC_TIME KEEP_LOGGING MIN_WAIT MAX_WAIT LOG_CONFLICTS ALERT_CONFLICTS
CONFLICT_BACKUP CONFLICT_BACKUP_MULTIPLE CONFLICT_BACKUP_DAYS
CONFLICT_PREVALANCE SOFT_DELETE SOFT_DELETE_DAYS SKIP_DELETION SYNC_TYPE
RESUME_SYNC RESUME_TRY FORCE_STRANGER_LOCK_RESUME PARTIAL DELTA_COPIES
DESTINATION_MAILS ALWAYS_SEND_MAILS MAIL_BODY_CHARSET SENDER_MAIL SMTP_SERVER
SMTP_PORT SMTP_ENCRYPTION SMTP_USER SMTP_PASSWORD LOCAL_RUN_BEFORE_CMD
LOCAL_RUN_AFTER_CMD REMOTE_RUN_BEFORE_CMD REMOTE_RUN_AFTER_CMD
MAX_EXEC_TIME_PER_CMD_BEFORE MAX_EXEC_TIME_PER_CMD_AFTER STOP_ON_CMD_ERROR
RUN_AFTER_CMD_ON_ERROR`.split(/\s+/);

Deno.test("the settings table has every key of osync 1.3", () => {
  const known: ReadonlySet<string> = new Set(SETTING_KEYS);
  deepEqual(OLD_KEYS.filter((key) => !known.has(key)), []);
});
