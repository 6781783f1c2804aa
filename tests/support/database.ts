/**
 * A file of pages that are written in place, as databases do it. Where each
 * write goes and what it writes is known from its number, so that a copy can
 * be told from a mixture of two moments: after n writes, there is one content
 * the file can have.
 */

import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  writeSync,
} from "node:fs";

const PAGE = 4096;
const PAGES = 48;
/** Writes that are noted in the log of writes before they are done. */
const BATCH = 8;
/** Writes of which all but the last ones may be lost with the power. */
const CHECKPOINT = 16 * BATCH;

/** Page that a write goes to: every fourth is to the first one, which counts. */
function pageOf(write: number): number {
  return write % 4 === 3 ? 0 : 1 + mixed(write) % (PAGES - 1);
}

function mixed(number: number): number {
  const mix = Math.imul(number ^ (number >>> 15), 0x2c1b3c6d);
  return (mix ^ (mix >>> 12)) >>> 0;
}

/** What a write puts into a page; write 0 is how the page begins. */
function pageAfter(write: number, page: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(PAGE / 4);
  for (let index = 2; index < words.length; index++) {
    words[index] = mixed(write + page + index);
  }
  words[0] = write;
  words[1] = page;
  return new Uint8Array(words.buffer);
}

/** The file as it begins. */
export function newDatabase(): Uint8Array {
  const bytes = new Uint8Array(PAGES * PAGE);
  for (let page = 0; page < PAGES; page++) {
    bytes.set(pageAfter(0, page), page * PAGE);
  }
  return bytes;
}

/** How many writes a file has seen; `undefined` if it is no state the file ever had. */
export function writesIn(bytes: Uint8Array): number | undefined {
  if (bytes.length !== PAGES * PAGE) return undefined;
  const words = new Uint32Array(bytes.slice().buffer);
  const numbers = Array.from(
    { length: PAGES },
    (_, page) => words[page * PAGE / 4] as number,
  );
  const last = Math.max(...numbers);
  const expected = new Array<number>(PAGES).fill(0);
  // A page that was not met in so many writes would be a strange chance.
  for (let write = Math.max(1, last - 10_000); write <= last; write++) {
    expected[pageOf(write)] = write;
  }
  const isWhole = expected.every((write, page) =>
    equalBytes(
      bytes.subarray(page * PAGE, (page + 1) * PAGE),
      pageAfter(write, page),
    )
  );
  return isWhole ? last : undefined;
}

/** Whether a log of writes is one that was there at some moment. */
export function isWriteLog(bytes: Uint8Array): boolean {
  if (bytes.length % PAGE !== 0) return false;
  const words = new Uint32Array(bytes.slice().buffer);
  const first = words[0] ?? 0;
  return Array.from({ length: bytes.length / PAGE }).every((_, index) =>
    equalBytes(
      bytes.subarray(index * PAGE, (index + 1) * PAGE),
      pageAfter(first + index, pageOf(first + index)),
    )
  );
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Writes: into the log of writes, then in place, and now and then the disk is waited for. */
export class DatabaseWriter implements Disposable {
  readonly #file: number;
  readonly #log: number;
  #write = 0;

  /** Opens `path`, which {@linkcode newDatabase} was written to. */
  constructor(path: string) {
    this.#file = openSync(path, "r+");
    this.#log = openSync(`${path}-wal`, "w");
  }

  /** Some writes. */
  work(): void {
    const first = this.#write + 1;
    for (let write = first; write < first + BATCH; write++) {
      writeSync(this.#log, pageAfter(write, pageOf(write)));
    }
    const synced = first % CHECKPOINT === 1;
    if (synced) fsyncSync(this.#log);
    for (let write = first; write < first + BATCH; write++) {
      const page = pageOf(write);
      writeSync(this.#file, pageAfter(write, page), 0, PAGE, page * PAGE);
    }
    if (synced) fsyncSync(this.#file);
    ftruncateSync(this.#log);
    this.#write += BATCH;
  }

  /** Closes both files. */
  [Symbol.dispose](): void {
    closeSync(this.#file);
    closeSync(this.#log);
  }
}
