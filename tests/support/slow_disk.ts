/** A disk that takes its time: whoever writes meanwhile gets between two pieces of what is read. */

import { openFileSystem } from "@/sys/open.ts";

/** Bytes that come at once. */
const PIECE = 8192;
/** What each piece takes, in milliseconds. */
const DELAY = 0.2;

/** Reading is slow in this process, until this is disposed of. */
export class SlowDisk implements Disposable {
  readonly #fs = openFileSystem();
  readonly #own = { ...this.#fs };

  /** Makes it slow. */
  constructor() {
    const { read, copyRange } = this.#own;
    Object.assign(this.#fs, {
      cloneFile: () => false,
      read(...[file, buffer]: Parameters<typeof read>) {
        spend(DELAY);
        return read(file, buffer.subarray(0, PIECE));
      },
      copyRange(...[from, to, length]: Parameters<typeof copyRange>) {
        spend(DELAY);
        return copyRange(from, to, Math.min(length, PIECE));
      },
    });
  }

  /** As fast as ever. */
  [Symbol.dispose](): void {
    const { cloneFile, copyRange, read } = this.#own;
    Object.assign(this.#fs, { cloneFile, copyRange, read });
  }
}

function spend(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
