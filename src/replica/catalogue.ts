/**
 * The list of kept versions: `catalogue` in the work directory, one JSON
 * object per line, oldest first.
 *
 * A line is written after its piece was moved. What a crash leaves without a
 * line is found by looking, and its time starts when it is found.
 */

import { type Kept, type KeptLine, keptVersions } from "@/core/kept.ts";
import { parseRelPath } from "@/core/path.ts";
import type { Dir, File, FileSystem } from "@/sys/fs.ts";

/** File name in the work directory. */
export const CATALOGUE = "catalogue";

const PIECE = 128 * 1024;

/** Appends to and reads the catalogue of one work directory. */
export class Catalogue {
  readonly #fs: FileSystem;
  readonly #work: Dir;
  #pending: string[] = [];
  /** Set if the last line may have been cut short. */
  #torn = true;

  /** Uses a work directory, which must stay open. */
  constructor(fs: FileSystem, work: Dir) {
    this.#fs = fs;
    this.#work = work;
  }

  /** Notes a version that has just been kept, or that is about to give way. */
  add(line: KeptLine): void {
    this.#pending.push(JSON.stringify(line) + "\n");
    if (this.#pending.length >= 1000) this.flush();
  }

  /** Writes what was noted. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const file = this.#fs.openShared(this.#work, CATALOGUE);
    try {
      const { size } = this.#fs.statOpen(file);
      this.#fs.truncate(file, size);
      // An empty line is nothing; a line behind half a line would be lost.
      if (size > 0 && this.#torn) this.#write(file, "\n");
      this.#torn = true;
      this.#write(file, this.#pending.join(""));
      this.#torn = false;
    } finally {
      this.#fs.close(file);
    }
    this.#pending = [];
  }

  /** Whether there is a catalogue. */
  get exists(): boolean {
    return this.#fs.stat(this.#work, CATALOGUE) !== undefined;
  }

  /** Time of the oldest line; cheap however long the catalogue is. */
  oldest(): number | undefined {
    for (const line of this.#lines()) return line.time;
    return undefined;
  }

  /** All kept versions at the paths they have now. */
  versions(): Kept[] {
    return keptVersions(this.#lines());
  }

  /** Lines that cannot be understood are left out. */
  *#lines(): Generator<KeptLine> {
    if (!this.exists) return;
    const file = this.#fs.openFile(this.#work, CATALOGUE);
    try {
      for (const text of linesOf(this.#fs, file)) {
        const line = parseLine(text);
        if (line !== undefined) yield line;
      }
    } finally {
      this.#fs.close(file);
    }
  }

  /** Replaces the whole list. */
  rewrite(items: Iterable<Kept>): void {
    const temporary = `${CATALOGUE}.new`;
    if (this.#fs.stat(this.#work, temporary) !== undefined) {
      this.#fs.removeFile(this.#work, temporary);
    }
    const file = this.#fs.createFile(this.#work, temporary);
    try {
      for (const item of items) this.#write(file, JSON.stringify(item) + "\n");
      this.#fs.sync(file);
    } finally {
      this.#fs.close(file);
    }
    const dir = this.#work;
    this.#fs.rename(
      { dir, name: temporary },
      { dir, name: CATALOGUE },
      "replace",
    );
  }

  #write(file: File, text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#fs.write(file, bytes, bytes.length);
  }
}

function* linesOf(fs: FileSystem, file: File): Generator<string> {
  const buffer = new Uint8Array(PIECE);
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const length = fs.read(file, buffer);
    if (length === 0) break;
    const lines = (rest + decoder.decode(buffer.subarray(0, length), {
      stream: true,
    })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

function parseLine(text: string): KeptLine | undefined {
  try {
    const line = JSON.parse(text) as KeptLine;
    const { time, area } = line;
    if (typeof time !== "number" || (area !== "backup" && area !== "deleted")) {
      return undefined;
    }
    // The list lies in a folder others may write to: its paths are parsed again.
    return "from" in line
      ? {
        ...line,
        from: parseRelPath(line.from),
        to: parseRelPath(line.to),
      }
      : {
        ...line,
        kept: parseRelPath(line.kept),
        path: parseRelPath(line.path),
      };
  } catch {
    return undefined;
  }
}
