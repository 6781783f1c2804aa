/**
 * A program that changes a directory without rest, until a file appears: files
 * that are replaced, rewritten in place, appended to, made and removed.
 * Whatever it writes at once is one letter many times, so that a mixture shows;
 * killing it would tear what it is writing.
 */

import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";

/** Bytes of every file but the log. */
export const SIZE = 150_000;

/** Whether a content is one that was written as a whole. */
export function isWhole(content: string): boolean {
  return content === "" ||
    content.length === SIZE && content === (content[0] ?? "").repeat(SIZE);
}

function hammer(dir: string, name: string, stop: string): void {
  for (let count = 0; !existsSync(stop); count++) {
    const text = String.fromCharCode(97 + count % 26).repeat(SIZE);
    writeFileSync(`${dir}/.${name}-new`, text);
    renameSync(`${dir}/.${name}-new`, `${dir}/${name}-replaced`);
    const file = openSync(`${dir}/${name}-rewritten`, "w");
    writeSync(file, text);
    closeSync(file);
    appendFileSync(`${dir}/${name}-log`, `${count}\n`);
    writeFileSync(`${dir}/${name}-brief-${count % 5}`, text);
    rmSync(`${dir}/${name}-brief-${(count + 2) % 5}`, { force: true });
    const build = `${dir}/${name}-build-${count % 3}`;
    rmSync(build, { recursive: true, force: true });
    mkdirSync(`${build}/sub`, { recursive: true });
    writeFileSync(`${build}/sub/object`, text);
  }
}

if (import.meta.main) {
  const [dir = "", name = "", stop = ""] = Deno.args;
  hammer(dir, name, stop);
}
