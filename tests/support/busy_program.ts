/**
 * A program that does one thing over and over, now and then out of breath,
 * until a file appears: `busy_program.ts KIND DIRECTORY FIRST STOP`. Each time
 * has a number, from FIRST on; the last one is then in that file.
 */

import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { CHUNK, content, logLine } from "./contents.ts";
import { DatabaseWriter } from "./database.ts";

/** Does it once. */
type Deed = (number: number) => void;

/** What can be done in a directory. */
const KINDS: Readonly<Record<string, (dir: string, first: number) => Deed>> = {
  database(dir) {
    const writer = new DatabaseWriter(`${dir}/db`);
    return () => writer.work();
  },
  log: (dir) => (number) => {
    if (number % 400 === 399) renameSync(`${dir}/log`, `${dir}/log.1`);
    appendFileSync(`${dir}/log`, logLine(number));
  },
  hold(dir) {
    const file = openSync(`${dir}/held`, "a");
    return (number) => void writeSync(file, logLine(number));
  },
  replace: (dir, first) => (number) => {
    // A name of its own: the other side's program has one, too.
    const path = `${dir}/.new-${first}`;
    writeFileSync(path, content(number));
    renameSync(path, `${dir}/file`);
  },
  unpack: (dir) => (number) => {
    rmSync(`${dir}/pack-${(number + 1) % 3}`, { recursive: true, force: true });
    unpack(`${dir}/pack-${number % 3}`, number);
  },
};

function unpack(dir: string, number: number): void {
  for (let folder = 0; folder < 4; folder++) {
    const path = `${dir}/lib/${folder}`;
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < 5; file++) {
      const text = content(number * 97 + folder * 11 + file);
      writeInChunks(`${path}/${file}`, text);
    }
    symlinkSync("0", `${path}/link`);
  }
}

function writeInChunks(path: string, text: string): void {
  const file = openSync(path, "w");
  for (let at = 0; at < text.length; at += CHUNK) {
    writeSync(file, text.slice(at, at + CHUNK));
  }
  closeSync(file);
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

if (import.meta.main) {
  const [kind = "", dir = "", first = "", stop = ""] = Deno.args;
  let number = Number(first);
  const deed = KINDS[kind]?.(dir, number);
  if (deed === undefined) throw new RangeError(`Cannot be busy with "${kind}"`);
  while (!existsSync(stop)) {
    const rest = performance.now() + Math.random() * 40;
    do deed(number++); while (performance.now() < rest);
    pause(Math.random() * 60);
  }
  writeFileSync(stop, `${number - 1}`);
}
