/** Rows of the settings table: which replicas, and what belongs to them. */

import { BOOLEAN, LONGEST, PATH, TEXT } from "./setting.ts";
import type { Settings } from "./setting.ts";

const PATTERNS = { kind: "list", separator: "patterns" } as const;

/** Section GENERAL. */
export const GENERAL = {
  CONFIG_FILE_REVISION: {
    type: TEXT,
    default: "",
    doc: "Format of the configuration file",
    example: "1.3.0",
    environment: false,
    status: "unused",
  },
  INITIATOR_SYNC_DIR: {
    type: PATH,
    default: "",
    doc: "The replica on this machine",
    example: "/home/ana/photos",
    option: { name: "--initiator", value: "DIR", group: "Replicas" },
    environment: false,
  },
  TARGET_SYNC_DIR: {
    type: PATH,
    default: "",
    doc: "The other replica",
    example: "/mnt/disk/photos",
    option: { name: "--target", value: "DIR", group: "Replicas" },
    environment: false,
  },
  INSTANCE_ID: {
    type: TEXT,
    default: "quicksync_task",
    doc: "Name of the task, in the log and in the state",
    example: "photos",
    option: { name: "--instance-id", value: "NAME", group: "Replicas" },
  },
  SSH_RSA_PRIVATE_KEY: {
    type: PATH,
    default: "",
    doc: "Key file for ssh",
    option: { name: "--rsakey", value: "FILE", group: "Replicas" },
    remote: true,
    status: "later",
  },
  SSH_PASSWORD_FILE: {
    type: PATH,
    default: "",
    doc: "File with the password for ssh",
    option: { name: "--password-file", value: "FILE", group: "Replicas" },
    remote: true,
    status: "later",
  },
  KRB5: {
    type: BOOLEAN,
    default: "no",
    doc: "Kerberos signs in to the target's machine",
    option: { name: "--krb5", sets: "yes", group: "Replicas" },
    remote: true,
    status: "later",
  },
  _REMOTE_TOKEN: {
    type: TEXT,
    default: "",
    doc: "Token that the target's machine asks for",
    option: { name: "--remote-token", value: "TOKEN", group: "Replicas" },
    secret: true,
    remote: true,
    status: "later",
  },
  CREATE_DIRS: {
    type: BOOLEAN,
    default: "no",
    doc: "Make replica directories that are missing",
  },
  LOGFILE: {
    type: PATH,
    default: "",
    doc: "Log file; else /var/log, ~ or ./ has osync.NAME.log",
  },
  MINIMUM_SPACE: {
    type: { kind: "integer", unit: "KiB", least: 0, most: 2 ** 40 },
    default: "1024",
    doc: "Warn if a replica has less free KiB; 0 = never",
  },
  BANDWIDTH: {
    type: { kind: "integer", unit: "KiB/s", least: 0, most: LONGEST },
    default: "0",
    doc: "Limit of the transfer rate in KiB/s; 0 = none",
    status: "later",
  },
  SUDO_EXEC: {
    type: BOOLEAN,
    default: "no",
    doc: "Use sudo on the target's machine",
    remote: true,
    status: "later",
  },
  RSYNC_EXECUTABLE: {
    type: TEXT,
    default: "rsync",
    doc: "Without effect: osync does not need rsync",
    status: "unused",
  },
  RSYNC_REMOTE_PATH: {
    type: TEXT,
    default: "",
    doc: "Without effect: osync does not need rsync",
    status: "unused",
  },
  RSYNC_PATTERN_FIRST: {
    type: { kind: "choice", words: ["include", "exclude"] },
    default: "include",
    doc: "Which patterns are tried first; the first match decides",
  },
  RSYNC_INCLUDE_PATTERN: {
    type: PATTERNS,
    default: "",
    doc: "What to synchronise, as rsync patterns",
  },
  RSYNC_EXCLUDE_PATTERN: {
    type: PATTERNS,
    default: "",
    doc: "What to leave alone, as rsync patterns",
  },
  RSYNC_INCLUDE_FROM: {
    type: PATH,
    default: "",
    doc: "File with more include patterns, one per line",
  },
  RSYNC_EXCLUDE_FROM: {
    type: PATH,
    default: "",
    doc: "File with more exclude patterns, one per line",
  },
  PATH_SEPARATOR_CHAR: {
    type: TEXT,
    default: ";",
    doc: "Character between patterns",
  },
  INITIATOR_CUSTOM_STATE_DIR: {
    type: PATH,
    default: "",
    doc: "Where the initiator's state is kept",
    option: { name: "--initiator-state-dir", value: "DIR", group: "Replicas" },
    environment: false,
  },
  TARGET_CUSTOM_STATE_DIR: {
    type: PATH,
    default: "",
    doc: "Where the target's state is kept",
    option: { name: "--target-state-dir", value: "DIR", group: "Replicas" },
    environment: false,
  },
} as const satisfies Settings;
