/** What configuration files of osync 1.0 to 1.3 call by other names, or say in other words. */

import type { SettingKey } from "./settings.ts";

/** Names of osync 1.0, and what they are called now. */
export const OLD_NAMES: ReadonlyMap<string, SettingKey> = new Map<
  string,
  SettingKey
>([
  ["MASTER_SYNC_DIR", "INITIATOR_SYNC_DIR"],
  ["SLAVE_SYNC_DIR", "TARGET_SYNC_DIR"],
  ["SYNC_ID", "INSTANCE_ID"],
  ["REMOTE_RSYNC_PATH", "RSYNC_REMOTE_PATH"],
]);

/** Names of osync 1.0 for the parts of what is a URI now. */
export const REMOTE_PARTS = [
  "REMOTE_SYNC",
  "REMOTE_USER",
  "REMOTE_HOST",
  "REMOTE_PORT",
] as const;

/** The text of each part that a file has. */
export type RemoteParts = Readonly<
  Partial<Record<typeof REMOTE_PARTS[number], string>>
>;

/** Variables of osync 1.3 that were about its own insides. */
export const IDLE_NAMES: readonly string[] = [
  "SLEEP_TIME",
  "COMPRESSION_LEVEL",
  "IGNORE_OS_TYPE",
];

/** Settings about rsync alone. */
export const RSYNC_KEYS: readonly SettingKey[] = [
  "RSYNC_EXECUTABLE",
  "RSYNC_REMOTE_PATH",
];

/** Osync 1.3 looked at these where it needed them only, so that files have them empty. */
const MAY_BE_EMPTY: ReadonlySet<SettingKey> = new Set<SettingKey>([
  "KRB5",
  "RSYNC_PATTERN_FIRST",
  "PATH_SEPARATOR_CHAR",
  "LOG_CONFLICTS",
  "ALERT_CONFLICTS",
  "CONFLICT_PREVALANCE",
  "STATS",
  "ALWAYS_SEND_MAILS",
  "SMTP_PORT",
  "SMTP_ENCRYPTION",
]);

/** Whether an empty value in a file says nothing, where the setting's type has no empty value. */
export function mayBeEmpty(key: SettingKey): boolean {
  return MAY_BE_EMPTY.has(key);
}

/** What a value of osync 1.0 is called now; `undefined` if it is called what it was. */
export function newValue(key: SettingKey, text: string): string | undefined {
  if (key !== "CONFLICT_PREVALANCE") return undefined;
  return text === "master"
    ? "initiator"
    : text === "slave"
    ? "target"
    : undefined;
}

/**
 * The target of a file of osync 1.0 as it is written now: a URI, if there is a
 * machine to reach.
 *
 * @returns `undefined` if the path is all.
 */
export function remoteTarget(
  path: string,
  parts: RemoteParts,
): string | undefined {
  const { REMOTE_SYNC = "no", REMOTE_HOST = "" } = parts;
  if (!/^(?:yes|true)$/i.test(REMOTE_SYNC) || path.startsWith("ssh://")) {
    return undefined;
  }
  const { REMOTE_USER = "", REMOTE_PORT = "" } = parts;
  const host = REMOTE_HOST.includes(":") ? `[${REMOTE_HOST}]` : REMOTE_HOST;
  return `ssh://${REMOTE_USER === "" ? "" : `${REMOTE_USER}@`}${host}${
    REMOTE_PORT === "" ? "" : `:${REMOTE_PORT}`
  }/${path}`;
}
