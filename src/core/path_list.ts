/**
 * The lists of paths that osync 1.3 keeps between runs: one on each line, as
 * rsync prints names. Control bytes are `\#ooo` in them, and what follows
 * ` -> ` is cut off.
 */

import { decodeName } from "./name.ts";
import { parseRelPath, type RelPath } from "./path.ts";

const NEWLINE = 0x0a;
/** `\#` */
const ESCAPE = [0x5c, 0x23] as const;

/** What rsync puts between a link and its target; also between two parts of a name. */
const ARROW = " -> ";

/** The paths in a list; lines that are no paths are left out. */
export function readPathList(bytes: Uint8Array): Set<RelPath> {
  const paths = new Set<RelPath>();
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = decodeName(unescaped(bytes.subarray(start, end)));
    start = end + 1;
    const path = pathIn(text);
    if (path !== undefined && path !== "") paths.add(path);
  }
  return paths;
}

function pathIn(text: string): RelPath | undefined {
  try {
    return parseRelPath(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function unescaped(line: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < line.length; at++) {
    const code = escapeAt(line, at);
    bytes.push(code ?? line[at] as number);
    if (code !== undefined) at += 4;
  }
  return Uint8Array.from(bytes);
}

/** The byte that `\#` and three octal digits stand for. */
function escapeAt(line: Uint8Array, at: number): number | undefined {
  if (line[at] !== ESCAPE[0] || line[at + 1] !== ESCAPE[1]) return undefined;
  let code = 0;
  for (let digit = at + 2; digit < at + 5; digit++) {
    const value = (line[digit] ?? 0) - 0x30;
    if (value < 0 || value > 7) return undefined;
    code = code * 8 + value;
  }
  return code <= 0xff ? code : undefined;
}

/** The other path that a list may mean by what is left of this one; `undefined` if nothing was cut off. */
export function cutPath(path: RelPath): RelPath | undefined {
  const arrow = path.indexOf(ARROW);
  return arrow < 0 ? undefined : pathIn(path.slice(0, arrow));
}
