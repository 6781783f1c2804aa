/** Wildcard patterns as rsync reads them, over texts of one character per byte. */

import { parseByteClass } from "./byte_class.ts";

/** Whether the rest of `text` from `from` on, all of it, fits a pattern. */
export type Wildcard = (text: string, from: number) => boolean;

/** Codes above the bytes: what a pattern holds besides literals. */
const ANY = 256;
const STAR = 257;
const DEEP_STAR = 258;
const CLASS = 259;

const SLASH = 0x2f;

interface Tokens {
  /** A byte, one of the codes above, or `CLASS` plus an index in `classes`. */
  readonly codes: readonly number[];
  /** For each class, 1 at every byte that is in it. */
  readonly classes: readonly Uint8Array[];
}

/**
 * Compiles a pattern of `*`, `**`, `?`, `[...]` and backslash escapes.
 *
 * A pattern that cannot match, such as an open bracket, matches nothing.
 *
 * @param pattern One character per byte, like the texts to match.
 */
export function compileWildcard(pattern: string): Wildcard {
  const tokens = tokenize(pattern);
  if (tokens === undefined) return () => false;
  // Most names that fail do so at their end.
  const tail = literalTail(tokens.codes);
  return (text, from) => text.endsWith(tail) && matches(tokens, text, from);
}

function literalTail(codes: readonly number[]): string {
  const start = codes.findLastIndex((code) => code >= ANY) + 1;
  return String.fromCharCode(...codes.slice(start));
}

function tokenize(pattern: string): Tokens | undefined {
  const codes: number[] = [];
  const classes: Uint8Array[] = [];
  for (let at = 0; at < pattern.length; at++) {
    switch (pattern[at]) {
      case "?":
        codes.push(ANY);
        break;
      case "*": {
        const first = at;
        while (pattern[at + 1] === "*") at++;
        codes.push(at === first ? STAR : DEEP_STAR);
        break;
      }
      case "[": {
        const found = parseByteClass(pattern, at);
        if (found === undefined) return undefined;
        codes.push(CLASS + classes.length);
        classes.push(found.members);
        at = found.end;
        break;
      }
      case "\\":
        at++;
        if (at === pattern.length) return undefined;
        codes.push(pattern.charCodeAt(at));
        break;
      default:
        codes.push(pattern.charCodeAt(at));
    }
  }
  return { codes, classes };
}

/**
 * Only the last star and the last deep star passed are ever reconsidered: what
 * stands before them is best matched as early as it can be, so the work stays
 * polynomial whatever the pattern.
 */
function matches(tokens: Tokens, text: string, from: number): boolean {
  const { codes } = tokens;
  let at = from;
  let next = 0;
  let star = -1;
  let starEnd = 0;
  let deepStar = -1;
  let deepStarEnd = 0;
  while (true) {
    const code = codes[next];
    if (code === undefined) {
      if (at === text.length || deepStar === next) return true;
    } else if (code === STAR) {
      star = ++next;
      starEnd = at;
      continue;
    } else if (code === DEEP_STAR) {
      deepStar = ++next;
      deepStarEnd = at;
      star = -1;
      continue;
    } else if (at === text.length) {
      // Every other way leaves even less text for what remains.
      return false;
    } else if (fits(tokens, code, text.charCodeAt(at))) {
      at++;
      next++;
      continue;
    }
    if (
      star >= 0 && starEnd < text.length && text.charCodeAt(starEnd) !== SLASH
    ) {
      at = ++starEnd;
      next = star;
    } else if (deepStar >= 0 && deepStarEnd < text.length) {
      at = ++deepStarEnd;
      next = deepStar;
      star = -1;
    } else {
      return false;
    }
  }
}

function fits({ classes }: Tokens, code: number, byte: number): boolean {
  if (code < ANY) return code === byte;
  if (code === ANY) return byte !== SLASH;
  return classes[code - CLASS]?.[byte] === 1;
}
