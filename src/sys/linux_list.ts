/** Reading directories: names by getdents64, sorted, then statx for each of them. */

import { createBatch, type EntryBatch, KIND } from "@/core/batch.ts";
import { decodeName } from "@/core/name.ts";
import { createTextBuffer } from "./c_string.ts";
import { describeErrno } from "./fs.ts";
import { AT, type Libc, SYSCALL } from "./libc.ts";
import { type NameBlob, sortNames } from "./name_sort.ts";
import {
  HIGH,
  kindOf,
  seconds,
  STATX_MASK,
  unknownReason,
  WORD,
} from "./statx.ts";

/** Larger ones leave the processor's cache. */
const RECORDS_SIZE = 256 * 1024;
/** Fewer entries are not worth a batch of their own size. */
const SMALLEST = 64;
/** In a `dirent64`. */
const RECORD_LENGTH = 16;
const RECORD_NAME = 19;
const DOT = 0x2e;

/** Reads directories into buffers that it keeps. */
export class DirectoryReader {
  readonly #libc: Libc;
  readonly #records = new Uint8Array(RECORDS_SIZE);
  readonly #name = createTextBuffer();
  readonly #target = createTextBuffer();
  readonly #stat = new Uint32Array(64);
  #bytes = new Uint8Array(RECORDS_SIZE);
  #starts = new Uint32Array(4096);
  #keys = new Float64Array(4096);
  #copy = new Uint32Array(4096);
  #count = 0;
  #end = 0;

  /** Makes the buffers; `libc` has the calls. */
  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /**
   * Names in a directory, unsorted.
   *
   * @returns `undefined` if it cannot be read; errno says why.
   */
  names(fd: number): string[] | undefined {
    if (!this.#readNames(fd)) return undefined;
    const names: string[] = [];
    for (let index = 0; index < this.#count; index++) {
      const start = this.#starts[index] as number;
      const end = this.#bytes.indexOf(0, start);
      names.push(decodeName(this.#bytes.subarray(start, end)));
    }
    return names;
  }

  /**
   * What is in a directory, sorted, examined, at depth 0.
   *
   * @param reuse Filled anew if it is large enough.
   * @returns `undefined` if it cannot be read; errno says why.
   */
  list(fd: number, reuse?: EntryBatch): EntryBatch | undefined {
    if (!this.#readNames(fd)) return undefined;
    sortNames(this.#blob());
    const batch = this.#empty(reuse);
    for (let index = 0; index < this.#count; index++) {
      const start = this.#starts[index] as number;
      // A name that moves while its directory is read may come twice.
      if (index > 0 && this.#isSame(this.#starts[index - 1] as number, start)) {
        continue;
      }
      this.#examine(fd, start, batch);
    }
    return batch;
  }

  /** A batch with room for all names. */
  #empty(reuse: EntryBatch | undefined): EntryBatch {
    const names = this.#end - this.#count;
    if (
      reuse !== undefined && this.#count <= reuse.kind.length &&
      names <= reuse.names.length
    ) {
      reuse.length = 0;
      reuse.extra.clear();
      return reuse;
    }
    const batch = createBatch(Math.max(this.#count, SMALLEST));
    if (names > batch.names.length) batch.names = new Uint8Array(names);
    return batch;
  }

  #blob(): NameBlob {
    return {
      bytes: this.#bytes,
      starts: this.#starts,
      count: this.#count,
      keys: this.#keys,
      copy: this.#copy,
    };
  }

  #readNames(fd: number): boolean {
    const records = this.#records;
    const { getdents64 } = this.#libc.call;
    this.#count = 0;
    this.#end = 0;
    for (;;) {
      const length = getdents64(SYSCALL.getdents64, fd, records, RECORDS_SIZE);
      if (length < 0) return false;
      if (length === 0) return true;
      this.#takeNames(length);
    }
  }

  #takeNames(length: number): void {
    const records = this.#records;
    if (this.#end + length > this.#bytes.length) this.#growBytes(length);
    const bytes = this.#bytes;
    let end = this.#end;
    for (let record = 0; record < length;) {
      const low = records[record + RECORD_LENGTH] as number;
      const high = records[record + RECORD_LENGTH + 1] as number;
      let from = record + RECORD_NAME;
      record += low | (high << 8);
      if (isDots(records, from)) continue;
      if (this.#count === this.#starts.length) this.#growCount();
      this.#starts[this.#count++] = end;
      let byte: number;
      do {
        byte = records[from++] as number;
        bytes[end++] = byte;
      } while (byte !== 0);
    }
    this.#end = end;
  }

  #growBytes(length: number): void {
    const bytes = new Uint8Array(2 * this.#bytes.length + length);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }

  #growCount(): void {
    const starts = new Uint32Array(2 * this.#starts.length);
    starts.set(this.#starts);
    this.#starts = starts;
    this.#keys = new Float64Array(starts.length);
    this.#copy = new Uint32Array(starts.length);
  }

  #isSame(a: number, b: number): boolean {
    const bytes = this.#bytes;
    while (bytes[a] === bytes[b]) {
      if (bytes[a] === 0) return true;
      a++;
      b++;
    }
    return false;
  }

  /** Appends the entry whose name starts at `start`, unless it is gone. */
  #examine(fd: number, start: number, batch: EntryBatch): void {
    const { call, errno } = this.#libc;
    const bytes = this.#bytes;
    const name = this.#name;
    const names = batch.names;
    const index = batch.length;
    let end = index === 0 ? 0 : batch.nameEnd[index - 1] as number;
    let length = 0;
    for (let byte = bytes[start] as number; byte !== 0;) {
      name[length++] = byte;
      names[end++] = byte;
      byte = bytes[start + length] as number;
    }
    name[length] = 0;
    const stat = this.#stat;
    const flags = AT.noFollow | AT.noAutomount;
    if (call.statx(SYSCALL.statx, fd, name, flags, STATX_MASK, stat) !== 0) {
      const code = errno();
      if (code === "ENOENT") return;
      putUnreadable(batch, code);
    } else {
      putStat(batch, stat);
      const kind = batch.kind[index];
      if (kind === KIND.symlink && !this.#readTarget(fd, batch)) return;
      if (kind === KIND.unknown) {
        batch.extra.set(index, unknownReason(stat[WORD.mode] as number));
      }
    }
    batch.nameEnd[index] = end;
    batch.length = index + 1;
  }

  #readTarget(fd: number, batch: EntryBatch): boolean {
    const target = this.#target;
    const { call, errno } = this.#libc;
    const length = call.readlinkat(fd, this.#name, target, target.length);
    if (length >= 0) {
      batch.extra.set(batch.length, decodeName(target.subarray(0, length)));
      return true;
    }
    const code = errno();
    if (code === "ENOENT") return false;
    putUnreadable(batch, code);
    return true;
  }
}

function isDots(records: Uint8Array, name: number): boolean {
  if (records[name] !== DOT) return false;
  const second = records[name + 1];
  return second === 0 || (second === DOT && records[name + 2] === 0);
}

function putUnreadable(batch: EntryBatch, code: string): void {
  batch.kind[batch.length] = KIND.unknown;
  batch.extra.set(batch.length, `unreadable:${describeErrno(code)}`);
}

/** Fills the columns of the next entry. */
function putStat(batch: EntryBatch, stat: Uint32Array): void {
  const index = batch.length;
  const mode = stat[WORD.mode] as number;
  const kind = kindOf(mode);
  batch.kind[index] = kind;
  batch.mode[index] = mode & 0o7777;
  batch.uid[index] = stat[WORD.uid] as number;
  batch.gid[index] = stat[WORD.gid] as number;
  batch.size[index] = kind === KIND.file
    ? (stat[WORD.size] as number) + (stat[WORD.size + 1] as number) * HIGH
    : 0;
  batch.mtimeSeconds[index] = seconds(stat, WORD.mtime);
  batch.mtimeNanos[index] = stat[WORD.mtime + 2] as number;
  batch.ctimeSeconds[index] = seconds(stat, WORD.ctime);
  batch.ctimeNanos[index] = stat[WORD.ctime + 2] as number;
  batch.inodeLow[index] = stat[WORD.inode] as number;
  batch.inodeHigh[index] = stat[WORD.inode + 1] as number;
  batch.device[index] = (stat[WORD.deviceMajor] as number) * HIGH +
    (stat[WORD.deviceMinor] as number);
}
