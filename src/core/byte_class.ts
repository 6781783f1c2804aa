/** Bracket expressions of wildcard patterns: `[a-z]`, `[!x]`, `[[:alpha:]]`. */

/** A bracket expression that was read. */
export interface ByteClass {
  /** 256 numbers: 1 at every byte that is in the class, else 0; never the slash. */
  readonly members: Uint8Array;
  /** Where in the pattern its closing bracket is. */
  readonly end: number;
}

/** The named classes, as the C locale has them. */
const NAMED: ReadonlyMap<string, RegExp> = new Map([
  ["alnum", /[0-9A-Za-z]/],
  ["alpha", /[A-Za-z]/],
  ["blank", /[ \t]/],
  // deno-lint-ignore no-control-regex
  ["cntrl", /[\x00-\x1f\x7f]/],
  ["digit", /[0-9]/],
  ["graph", /[!-~]/],
  ["lower", /[a-z]/],
  ["print", /[ -~]/],
  ["punct", /[!-/:-@[-`{-~]/],
  ["space", /[ \t-\r]/],
  ["upper", /[A-Z]/],
  ["xdigit", /[0-9A-Fa-f]/],
]);

/**
 * Reads the bracket expression that starts at `start`.
 *
 * @param pattern One character per byte.
 * @returns `undefined` if it is never closed or names an unknown class.
 */
export function parseByteClass(
  pattern: string,
  start: number,
): ByteClass | undefined {
  let at = start + 1;
  const negated = pattern[at] === "!" || pattern[at] === "^";
  if (negated) at++;
  const members = new Uint8Array(256);
  // Where a range may start: the last single byte, unless it ended a range.
  let previous = -1;
  const first = at;
  while (at === first || pattern[at] !== "]") {
    if (at >= pattern.length) return undefined;
    const named = pattern.startsWith("[:", at)
      ? className(pattern, at)
      : undefined;
    if (named !== undefined) {
      const bytes = NAMED.get(named.name);
      if (bytes === undefined) return undefined;
      addNamed(members, bytes);
      previous = -1;
      at = named.end;
    } else if (isRange(pattern, at) && previous >= 0) {
      at++;
      if (pattern[at] === "\\") at++;
      if (at >= pattern.length) return undefined;
      members.fill(1, previous, pattern.charCodeAt(at) + 1);
      previous = -1;
    } else {
      if (pattern[at] === "\\") at++;
      if (at >= pattern.length) return undefined;
      previous = pattern.charCodeAt(at);
      members[previous] = 1;
    }
    at++;
  }
  const accepted = negated ? members.map((isIn) => 1 - isIn) : members;
  accepted["/".charCodeAt(0)] = 0;
  return { members: accepted, end: at };
}

function isRange(pattern: string, at: number): boolean {
  return pattern[at] === "-" && at + 1 < pattern.length &&
    pattern[at + 1] !== "]";
}

/** The name in `[:name:]` at `at`; `undefined` if the bracket there is an ordinary one. */
function className(
  pattern: string,
  at: number,
): { readonly name: string; readonly end: number } | undefined {
  const end = pattern.indexOf("]", at + 2);
  if (end < at + 3 || pattern[end - 1] !== ":") return undefined;
  return { name: pattern.slice(at + 2, end - 1), end };
}

function addNamed(members: Uint8Array, bytes: RegExp): void {
  for (let byte = 0; byte < 128; byte++) {
    if (bytes.test(String.fromCharCode(byte))) members[byte] = 1;
  }
}
