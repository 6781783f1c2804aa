/** Rows of the settings table: connection, resuming, alerts and hooks of a task. */

import { BOOLEAN, LONGEST, SECONDS, TEXT } from "./setting.ts";
import type { Settings } from "./setting.ts";

/** Section REMOTE_OPTIONS. */
export const REMOTE_OPTIONS = {
  SSH_COMPRESSION: {
    type: BOOLEAN,
    default: "yes",
    doc: "Compress what goes over ssh",
    remote: true,
    status: "later",
  },
  SSH_OPTIONAL_ARGS: {
    type: TEXT,
    default: "",
    doc: "More options for ssh",
    remote: true,
    status: "later",
  },
  SSH_IGNORE_KNOWN_HOSTS: {
    type: BOOLEAN,
    default: "no",
    doc: "Do not check the key of the target's machine",
    remote: true,
    status: "later",
  },
  SSH_CONTROLMASTER: {
    type: BOOLEAN,
    default: "no",
    doc: "Share one ssh connection",
    option: { name: "--ssh-controlmaster", sets: "yes", group: "Replicas" },
    remote: true,
    status: "later",
  },
  REMOTE_HOST_PING: {
    type: BOOLEAN,
    default: "yes",
    doc: "Ping the target's machine first",
    remote: true,
    status: "later",
  },
  REMOTE_3RD_PARTY_HOSTS: {
    type: { kind: "list", separator: "space" },
    default: "",
    doc: "Hosts of which one must answer a ping",
    remote: true,
    status: "later",
  },
} as const satisfies Settings;

/** Section RESUME_OPTIONS. */
export const RESUME_OPTIONS = {
  RESUME_SYNC: {
    type: BOOLEAN,
    default: "yes",
    doc: "Every run completes what the one before left undone",
    status: "unused",
  },
  RESUME_TRY: {
    type: { kind: "integer", unit: "runs", least: 0, most: LONGEST },
    default: "1",
    doc: "Every run completes what the one before left undone",
    option: {
      name: "--no-resume",
      sets: "0",
      doc: "Accepted; no run relies on lists of an earlier, unfinished one",
      group: "How it runs",
    },
    status: "unused",
  },
  FORCE_STRANGER_LOCK_RESUME: {
    type: BOOLEAN,
    default: "no",
    doc: "Take over locks of dead runs of another task",
    status: "later",
  },
  PARTIAL: {
    type: BOOLEAN,
    default: "no",
    doc: "Accepted; an interrupted copy on this machine starts again",
    option: { name: "--partial", sets: "yes", group: "What is synchronised" },
    environment: false,
  },
  DELTA_COPIES: {
    type: BOOLEAN,
    default: "yes",
    doc: "Send only what differs over a connection",
    status: "unused",
  },
} as const satisfies Settings;

/** Section ALERT_OPTIONS. */
export const ALERT_OPTIONS = {
  DESTINATION_MAILS: {
    type: { kind: "list", separator: "space" },
    default: "",
    doc: "Who gets alerts",
    option: {
      name: "--destination-mails",
      value: "ADDRESSES",
      group: "What it prints",
    },
    environment: false,
    status: "later",
  },
  ALWAYS_SEND_MAILS: {
    type: BOOLEAN,
    default: "no",
    doc: "Send a mail after every run",
    status: "later",
  },
  MAIL_BODY_CHARSET: {
    type: TEXT,
    default: "",
    doc: "Character set of the mail",
    status: "later",
  },
  SENDER_MAIL: {
    type: TEXT,
    default: "",
    doc: "Who sends alerts",
    status: "later",
  },
  SMTP_SERVER: {
    type: TEXT,
    default: "",
    doc: "Mail server",
    status: "later",
  },
  SMTP_PORT: {
    type: { kind: "integer", unit: "port", least: 1, most: 65535 },
    default: "25",
    doc: "Port of the mail server",
    status: "later",
  },
  SMTP_ENCRYPTION: {
    type: { kind: "choice", words: ["none", "tls", "ssl"] },
    default: "none",
    doc: "How the mail server is reached: none, tls or ssl",
    status: "later",
  },
  SMTP_USER: {
    type: TEXT,
    default: "",
    doc: "Name at the mail server",
    status: "later",
  },
  SMTP_PASSWORD: {
    type: TEXT,
    default: "",
    doc: "Password at the mail server",
    secret: true,
    status: "later",
  },
} as const satisfies Settings;

/** Section EXECUTION_HOOKS. */
export const EXECUTION_HOOKS = {
  LOCAL_RUN_BEFORE_CMD: {
    type: TEXT,
    default: "",
    doc: "Shell command before a run; STOP_ON_CMD_ERROR, if it fails",
  },
  LOCAL_RUN_AFTER_CMD: {
    type: TEXT,
    default: "",
    doc: "Shell command after a run in which all went well",
  },
  REMOTE_RUN_BEFORE_CMD: {
    type: TEXT,
    default: "",
    doc: "Command before a run, on the target's machine",
    remote: true,
    status: "later",
  },
  REMOTE_RUN_AFTER_CMD: {
    type: TEXT,
    default: "",
    doc: "Command after a run, on the target's machine",
    remote: true,
    status: "later",
  },
  MAX_EXEC_TIME_PER_CMD_BEFORE: {
    type: SECONDS,
    default: "0",
    doc: "Seconds the command before a run may take; 0 = any",
  },
  MAX_EXEC_TIME_PER_CMD_AFTER: {
    type: SECONDS,
    default: "0",
    doc: "Seconds the command after a run may take; 0 = any",
  },
  STOP_ON_CMD_ERROR: {
    type: BOOLEAN,
    default: "no",
    doc: "Do nothing if the command before a run fails",
  },
  RUN_AFTER_CMD_ON_ERROR: {
    type: BOOLEAN,
    default: "no",
    doc: "The command after a run follows any run, however it ended",
  },
} as const satisfies Settings;
