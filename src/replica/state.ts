/** The files in which one side keeps what both agreed on: the current state and the one before. */

import type { EntryBatch } from "@/core/batch.ts";
import { foldState } from "@/core/fold.ts";
import type { Side } from "@/core/side.ts";
import {
  StateError,
  type StateHeader,
  StateReader,
  StateWriter,
} from "@/core/state_format.ts";
import { type Dir, type File, type FileSystem, SysError } from "@/sys/fs.ts";
import type { StateChange, States } from "./replica.ts";

const PIECE = 256 * 1024;

/** Reads and writes the states of one task and side in one directory. */
export class StateStore {
  readonly #fs: FileSystem;
  /** Where they are; `undefined` where there are none yet. */
  readonly dir: Dir | undefined;
  readonly #prefix: string;

  /** Uses a state directory, which must stay open; `undefined` where there is none yet. */
  constructor(
    fs: FileSystem,
    dir: Dir | undefined,
    task: { readonly instance: string; readonly side: Side },
  ) {
    this.#fs = fs;
    this.dir = dir;
    this.#prefix = `${task.side}-ancestor-${task.instance}.`;
  }

  /** All states, newest run first, and those that cannot be used. */
  states(): States {
    const headers: StateHeader[] = [];
    const unusable: { run: number; message: string }[] = [];
    for (const run of this.#runs()) {
      try {
        const header = this.#withReader(run, (reader) => reader.header);
        if (header.run !== run) {
          throw new StateError("foreign", "it belongs to another run");
        }
        headers.push(header);
      } catch (error) {
        if (error instanceof StateError) {
          unusable.push({ run, message: error.message });
        } else if (!isGone(error)) throw error;
      }
    }
    return { headers, unusable };
  }

  #runs(): number[] {
    if (this.dir === undefined) return [];
    const runs: number[] = [];
    for (const name of this.#fs.names(this.dir)) {
      const rest = name.slice(this.#prefix.length);
      if (name.startsWith(this.#prefix) && /^\d+$/.test(rest)) {
        runs.push(Number(rest));
      }
    }
    return runs.sort((a, b) => b - a);
  }

  /** Bytes of the state of a run. */
  size(run: number): number {
    const { dir } = this;
    if (dir === undefined) return 0;
    return this.#fs.stat(dir, this.#prefix + run)?.size ?? 0;
  }

  #withReader<T>(run: number, use: (reader: StateReader) => T): T {
    const file = this.#open(run);
    try {
      return use(this.#reader(file));
    } finally {
      this.#fs.close(file);
    }
  }

  #open(run: number): File {
    return this.#fs.openFile(this.dir as Dir, this.#prefix + run);
  }

  #reader(file: File): StateReader {
    return new StateReader(pieceReader(this.#fs, file));
  }

  /**
   * What a state holds, in tree order; only its end vouches that none is missing.
   *
   * @throws {StateError} If it cannot be used.
   */
  *batches(run: number): Generator<EntryBatch> {
    const file = this.#open(run);
    try {
      const reader = this.#reader(file);
      for (;;) {
        const batch = reader.next();
        if (batch === undefined) return;
        yield batch;
      }
    } finally {
      this.#fs.close(file);
    }
  }

  /** Writes the next state beside the others, not yet under its name. */
  prepare(header: StateHeader, change: StateChange): void {
    const dir = this.dir as Dir;
    const name = this.#temporary(header.run);
    if (this.#fs.stat(dir, name) !== undefined) this.#fs.removeFile(dir, name);
    const old = change.base === undefined ? [] : this.batches(change.base);
    const writer = new StateWriter(header);
    const file = this.#fs.createFile(dir, name);
    try {
      this.#fs.write(file, writer.head, writer.head.length);
      for (const batch of foldState(old, change.edits)) {
        const bytes = writer.block(batch);
        this.#fs.write(file, bytes, bytes.length);
      }
      const end = writer.end();
      this.#fs.write(file, end, end.length);
      this.#fs.sync(file);
    } finally {
      this.#fs.close(file);
    }
  }

  /** Gives what {@linkcode StateStore.prepare} wrote its name, and removes what is neither it nor `base`. */
  publish(run: number, base: number | undefined): void {
    const dir = this.dir as Dir;
    const from = { dir, name: this.#temporary(run) };
    this.#fs.rename(from, { dir, name: this.#prefix + run }, "replace");
    this.#fs.sync(dir);
    for (const other of this.#runs()) {
      if (other === run || other === base) continue;
      this.#fs.removeFile(dir, this.#prefix + other);
    }
    this.tidy();
  }

  /** Removes what a run that was killed had prepared and not published. */
  tidy(): void {
    const { dir } = this;
    if (dir === undefined) return;
    for (const name of this.#fs.names(dir)) {
      if (!name.startsWith(this.#prefix) || !name.endsWith(".new")) continue;
      this.#fs.removeFile(dir, name);
    }
  }

  #temporary(run: number): string {
    return `${this.#prefix}${run}.new`;
  }

  /** Renames a state that cannot be used, so that nobody believes it and nobody loses it. */
  setAside(run: number): string {
    const dir = this.dir as Dir;
    for (let number = 1;; number++) {
      const name = `${this.#prefix}${run}.unusable-${number}`;
      if (this.#fs.stat(dir, name) !== undefined) continue;
      this.#fs.rename(
        { dir, name: this.#prefix + run },
        { dir, name },
        "no-replace",
      );
      return `${dir.path}/${name}`;
    }
  }
}

/** Another run may replace its states before this one has the lock. */
function isGone(error: unknown): boolean {
  return error instanceof SysError && error.code === "ENOENT";
}

/** Exact pieces of a file, through one buffer. */
function pieceReader(
  fs: FileSystem,
  file: File,
): (length: number) => Uint8Array {
  const buffer = new Uint8Array(PIECE);
  let rest = new Uint8Array(0);
  return (length) => {
    if (rest.length >= length) {
      const piece = rest.subarray(0, length);
      rest = rest.subarray(length);
      return piece;
    }
    const pieces: Uint8Array[] = [rest.slice()];
    let have = rest.length;
    while (have < length) {
      const read = fs.read(file, buffer);
      if (read === 0) break;
      pieces.push(buffer.slice(0, read));
      have += read;
    }
    const all = new Uint8Array(have);
    let offset = 0;
    for (const piece of pieces) {
      all.set(piece, offset);
      offset += piece.length;
    }
    rest = all.subarray(length);
    return all.subarray(0, length);
  };
}
