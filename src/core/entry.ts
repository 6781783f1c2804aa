/** What stands at a path of a replica, as plain data. */

import type { Brand } from "./path.ts";

/** Nanoseconds since 1970-01-01T00:00:00Z; negative before it. */
export type Time = bigint;

/** Hash of a file's content, with its algorithm: `sha256:<hex>`. */
export type Digest = Brand<string, "Digest">;

/** Attributes that do not belong to the content. */
export interface Meta {
  /** Permission bits, setuid, setgid and sticky: 12 bits. */
  readonly mode: number;
  /** Numeric owner. */
  readonly uid: number;
  /** Numeric group. */
  readonly gid: number;
}

/** How the filesystem tells one state of one inode from all others. */
export interface Stamp {
  /** Device number, major and minor packed as `major * 2^32 + minor`. */
  readonly device: number;
  /** Inode number. */
  readonly inode: bigint;
  /** Time of the last change of the inode. */
  readonly ctime: Time;
}

/** What every readable entry has. */
export interface EntryBase {
  /** Time of the last modification. */
  readonly mtime: Time;
  /** Mode and ownership. */
  readonly meta: Meta;
  /** Present when the entry was read from a disk. */
  readonly stamp?: Stamp;
}

/** A directory; what is in it follows it in the stream. */
export interface DirectoryEntry extends EntryBase {
  /** Discriminates the union. */
  readonly kind: "directory";
}

/** A regular file. */
export interface FileEntry extends EntryBase {
  /** Discriminates the union. */
  readonly kind: "file";
  /** Bytes. */
  readonly size: number;
  /** Known only where somebody read the content. */
  readonly digest?: Digest;
}

/** A symbolic link; its mode means nothing. */
export interface SymlinkEntry extends EntryBase {
  /** Discriminates the union. */
  readonly kind: "symlink";
  /** Where it points, byte for byte. */
  readonly target: string;
}

/** A named pipe. */
export interface FifoEntry extends EntryBase {
  /** Discriminates the union. */
  readonly kind: "fifo";
}

/** Why an entry produces no action. */
export type UnknownReason =
  | "excluded"
  | "unreadable"
  | "changed"
  | "socket"
  | "device"
  | "odd";

/** Something is there, and osync must leave it alone. */
export interface UnknownEntry {
  /** Discriminates the union. */
  readonly kind: "unknown";
  /** Why. */
  readonly reason: UnknownReason;
  /** The system's words when it could not be read. */
  readonly detail?: string;
}

/** An entry osync can create, compare and replace. */
export type KnownEntry = DirectoryEntry | FileEntry | SymlinkEntry | FifoEntry;

/** Whatever a scan found at a path. */
export type Entry = KnownEntry | UnknownEntry;

/** An entry, or `undefined` where nothing is. */
export type Node = Entry | undefined;

/** Kinds of readable entries. */
export type Kind = KnownEntry["kind"];
