/** Configuration files in the shape that each revision of osync 1 gave them. */

/** What differs from one task to the next. */
export interface OldTask {
  /** Absolute path of the initiator. */
  readonly initiator: string;
  /** Absolute path of the target. */
  readonly target: string;
  /** Absolute path of the log. */
  readonly log: string;
}

/** osync 1.0: other names, yes and no, headings in comments. */
function revision10({ initiator, target, log }: OldTask): string {
  return `#!/usr/bin/env bash

###### Osync - two way sync
###### Config file rev 0408201401 for Osync v1.00+

## ---------- GENERAL OPTIONS

## Name of the task
SYNC_ID="sync_test"

MASTER_SYNC_DIR="${initiator}"
SLAVE_SYNC_DIR="${target}"

REMOTE_SYNC=no
SSH_RSA_PRIVATE_KEY=~/.ssh/id_rsa
REMOTE_USER=remote_user
REMOTE_HOST=remote_host
REMOTE_PORT=22

CREATE_DIRS=no
LOGFILE="${log}"
MINIMUM_SPACE=0
BANDWIDTH=0
SUDO_EXEC=no
RSYNC_EXECUTABLE=rsync
RSYNC_EXCLUDE_PATTERN="tmp;archives;*.bak"
RSYNC_EXCLUDE_FROM=""
PATH_SEPARATOR_CHAR=";"

## ---------- REMOTE SYNC OPTIONS

SSH_COMPRESSION=yes
REMOTE_HOST_PING=yes
REMOTE_3RD_PARTY_HOSTS="www.kernel.org www.google.com"

## ---------- MISC OPTIONS

PRESERVE_ACL=no
PRESERVE_XATTR=no
COPY_SYMLINKS=no
KEEP_DIRLINKS=no
PRESERVE_HARDLINKS=no
RSYNC_COMPRESS=yes
SOFT_MAX_EXEC_TIME=7200
HARD_MAX_EXEC_TIME=10600
MIN_WAIT=60

## ---------- BACKUP AND DELETION OPTIONS

CONFLICT_BACKUP=yes
CONFLICT_BACKUP_MULTIPLE=no
CONFLICT_BACKUP_DAYS=30
CONFLICT_PREVALANCE=master
SOFT_DELETE=yes
SOFT_DELETE_DAYS=30

## ---------- RESUME OPTIONS

RESUME_SYNC=yes
RESUME_TRY=2
FORCE_STRANGER_LOCK_RESUME=no
PARTIAL=no
DELTA_COPIES=yes

## ---------- ALERT OPTIONS

DESTINATION_MAILS=""
SENDER_MAIL="alert@your.system.tld"
SMTP_SERVER=smtp.your.isp.tld
SMTP_USER=
SMTP_PASSWORD=

## ---------- EXECUTION HOOKS

LOCAL_RUN_BEFORE_CMD=""
LOCAL_RUN_AFTER_CMD=""
REMOTE_RUN_BEFORE_CMD=""
REMOTE_RUN_AFTER_CMD=""
MAX_EXEC_TIME_PER_CMD_BEFORE=0
MAX_EXEC_TIME_PER_CMD_AFTER=0
STOP_ON_CMD_ERROR=no
`;
}

/** osync 1.1: the names of today. */
function revision11(task: OldTask): string {
  return revision10(task)
    .replace("MASTER_SYNC_DIR", "INITIATOR_SYNC_DIR")
    .replace("SLAVE_SYNC_DIR", "TARGET_SYNC_DIR")
    .replace("SYNC_ID", "INSTANCE_ID")
    .replace("=master", "=initiator")
    .replace(/^REMOTE_(?:SYNC|USER|HOST|PORT)=.*\n/gm, "")
    .replace("for Osync v1.00+", "for Osync v1.1+");
}

/** osync 1.2: more keys, a revision that programs can read. */
function revision12(task: OldTask): string {
  return revision11(task)
    .replace(/^###### Config file rev.*$/m, "CONFIG_FILE_REVISION=1.2")
    .replace(
      /^PATH_SEPARATOR_CHAR=.*$/m,
      `$&
RSYNC_PATTERN_FIRST=include
RSYNC_INCLUDE_PATTERN=""
RSYNC_INCLUDE_FROM=""
_REMOTE_TOKEN=SomeAlphaNumericToken9
SSH_IGNORE_KNOWN_HOSTS=no
RSYNC_REMOTE_PATH=""
RSYNC_OPTIONAL_ARGS=""`,
    )
    .replace(
      "COPY_SYMLINKS",
      `PRESERVE_PERMISSIONS=yes
PRESERVE_OWNER=yes
PRESERVE_GROUP=yes
PRESERVE_EXECUTABILITY=yes
CHECKSUM=no
KEEP_LOGGING=1801
MAX_WAIT=7200
SKIP_DELETION=
SYNC_TYPE=
COPY_SYMLINKS`,
    );
}

const SECTIONS: readonly (readonly [RegExp, string])[] = [
  [/^## -+ GENERAL OPTIONS$/m, "[GENERAL]"],
  [/^## -+ REMOTE SYNC OPTIONS$/m, "[REMOTE_OPTIONS]"],
  [/^## -+ MISC OPTIONS$/m, "[MISC_OPTIONS]"],
  [/^## -+ BACKUP AND DELETION OPTIONS$/m, "[BACKUP_DELETE_OPTIONS]"],
  [/^## -+ RESUME OPTIONS$/m, "[RESUME_OPTIONS]"],
  [/^## -+ ALERT OPTIONS$/m, "[ALERT_OPTIONS]"],
  [/^## -+ EXECUTION HOOKS$/m, "[EXECUTION_HOOKS]"],
];

/** osync 1.3: sections, true and false. */
function revision13(task: OldTask): string {
  let text = revision12(task)
    .replace("CONFIG_FILE_REVISION=1.2", "CONFIG_FILE_REVISION=1.3.0")
    .replace(/=yes$/gm, "=true")
    .replace(/=no$/gm, "=false");
  for (const [heading, section] of SECTIONS) {
    text = text.replace(heading, section);
  }
  return text
    .replace(
      "SSH_IGNORE_KNOWN_HOSTS",
      `SSH_PASSWORD_FILE=""
#SSH_OPTIONAL_ARGS=""
#KRB5=true
SSH_CONTROLMASTER=false
INITIATOR_CUSTOM_STATE_DIR=""
TARGET_CUSTOM_STATE_DIR=""
SSH_IGNORE_KNOWN_HOSTS`,
    )
    .replace(
      "SENDER_MAIL",
      `ALWAYS_SEND_MAILS=false
MAIL_BODY_CHARSET=""
SMTP_PORT=25
SMTP_ENCRYPTION=none
SENDER_MAIL`,
    )
    .replace(
      "CONFLICT_BACKUP=",
      "LOG_CONFLICTS=false\nALERT_CONFLICTS=false\nCONFLICT_BACKUP=",
    )
    .replace(
      "STOP_ON_CMD_ERROR=false",
      "STOP_ON_CMD_ERROR=true\nRUN_AFTER_CMD_ON_ERROR=false",
    );
}

/** Text of a file by revision. */
export const OLD_CONFS: Readonly<Record<string, (task: OldTask) => string>> = {
  "1.0": revision10,
  "1.1": revision11,
  "1.2": revision12,
  "1.3": revision13,
};
