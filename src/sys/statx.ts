/** The fields of Linux' `struct statx`, the same on every architecture. */

import { KIND } from "@/core/batch.ts";
import { joinTime } from "@/core/time.ts";
import type { Stat } from "./fs.ts";

/** Asks for everything a {@linkcode Stat} holds (`STATX_BASIC_STATS`). */
export const STATX_MASK = 0x7ff;

/** Where the fields are, as indices of 32-bit words. Those of 64 bits have their low half first. */
export const WORD = {
  links: 4,
  uid: 5,
  gid: 6,
  mode: 7,
  inode: 8,
  size: 10,
  ctime: 24,
  mtime: 28,
  deviceMajor: 34,
  deviceMinor: 35,
} as const;

/** 2^32, the weight of the high half. */
export const HIGH = 0x1_0000_0000;

const KIND_NAMES: Readonly<Record<number, Stat["kind"]>> = {
  0o010000: "fifo",
  0o020000: "device",
  0o040000: "directory",
  0o060000: "device",
  0o100000: "file",
  0o120000: "symlink",
  0o140000: "socket",
};

/** What a buffer filled by `statx` says. */
export function readStat(words: Uint32Array): Stat {
  const word = (index: number) => words[index] as number;
  const mode = word(WORD.mode) & 0xffff;
  return {
    kind: KIND_NAMES[mode & 0o170000] ?? "odd",
    mode: mode & 0o7777,
    uid: word(WORD.uid),
    gid: word(WORD.gid),
    size: word(WORD.size) + word(WORD.size + 1) * HIGH,
    mtime: joinTime(seconds(words, WORD.mtime), word(WORD.mtime + 2)),
    ctime: joinTime(seconds(words, WORD.ctime), word(WORD.ctime + 2)),
    inode: (BigInt(word(WORD.inode + 1)) << 32n) | BigInt(word(WORD.inode)),
    device: word(WORD.deviceMajor) * HIGH + word(WORD.deviceMinor),
    links: word(WORD.links),
  };
}

/** The signed 64-bit number at a word. */
export function seconds(words: Uint32Array, index: number): number {
  return ((words[index + 1] as number) | 0) * HIGH + (words[index] as number);
}

/** The code of the `kind` column for a mode with its type bits. */
export function kindOf(mode: number): number {
  switch (mode & 0o170000) {
    case 0o100000:
      return KIND.file;
    case 0o040000:
      return KIND.directory;
    case 0o120000:
      return KIND.symlink;
    case 0o010000:
      return KIND.fifo;
    default:
      return KIND.unknown;
  }
}

/** Why an entry with this mode is unknown, as the `extra` column has it. */
export function unknownReason(mode: number): string {
  switch (mode & 0o170000) {
    case 0o140000:
      return "socket:";
    case 0o020000:
    case 0o060000:
      return "device:";
    default:
      return "odd:";
  }
}
