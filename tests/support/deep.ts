/** Trees so deep that no call takes a path to their end. */

import type { Dir } from "@/sys/fs.ts";
import { openFileSystem } from "@/sys/open.ts";
import { sh } from "./machine.ts";

const fs = openFileSystem();

/** The path of the directory at a depth: a name for each level. */
export function deepPath(depth: number): string {
  return Array.from({ length: depth }, (_, level) => nameAt(level)).join("/");
}

function nameAt(level: number): string {
  return `level${level}`;
}

/**
 * Makes a directory in a directory, `depth` times, and in each of them a file
 * before and a directory behind the way down, so that whoever comes back up
 * has something to do there. Where there is one already, it is used.
 *
 * @param text In all the files.
 */
export function digDeep(path: string, depth: number, text: string): void {
  let here = fs.openRoot(path);
  for (let level = 0; level < depth; level++) {
    const name = nameAt(level);
    if (fs.stat(here, name) === undefined) fs.makeDirectory(here, name, 0o755);
    const next = fs.openDirectory(here, name);
    fs.close(here);
    here = next;
    writeFile(here, "file", text);
    if (fs.stat(here, "z") === undefined) fs.makeDirectory(here, "z", 0o755);
    const side = fs.openDirectory(here, "z");
    writeFile(side, "file", text);
    fs.close(side);
  }
  fs.close(here);
}

function writeFile(dir: Dir, name: string, text: string): void {
  const bytes = new TextEncoder().encode(text);
  const file = fs.openShared(dir, name);
  fs.truncate(file, 0);
  fs.write(file, bytes, bytes.length);
  fs.close(file);
}

/** How far down a tree goes, and what all its files have in common; `mixed` if nothing. */
export function soundOut(path: string): { depth: number; text: string } {
  let here = fs.openRoot(path);
  const texts = new Set<string>();
  let depth = 0;
  for (; fs.stat(here, nameAt(depth)) !== undefined; depth++) {
    const next = fs.openDirectory(here, nameAt(depth));
    fs.close(here);
    here = next;
    texts.add(readFile(here));
    const side = fs.openDirectory(here, "z");
    texts.add(readFile(side));
    fs.close(side);
  }
  fs.close(here);
  return { depth, text: texts.size > 1 ? "mixed" : [...texts].join() };
}

function readFile(dir: Dir): string {
  if (fs.stat(dir, "file") === undefined) return "none";
  const file = fs.openFile(dir, "file");
  const buffer = new Uint8Array(256);
  const length = fs.read(file, buffer);
  fs.close(file);
  return new TextDecoder().decode(buffer.subarray(0, length));
}

/** Removes a tree however deep it is. */
export function removeDeep(path: string): void {
  sh("rm", "-rf", path);
}
