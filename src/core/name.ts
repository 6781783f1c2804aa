/**
 * File names are bytes on Linux and strings in memory.
 *
 * A byte that is not part of valid UTF-8 becomes a lone surrogate U+DC80 to
 * U+DCFF, so that every name makes the round trip (the scheme of Python's
 * `surrogateescape`, PEP 383).
 */

/** Added to a byte that cannot be decoded. */
const ESCAPE = 0xdc00;
/** In place of a surrogate that escapes nothing. */
const UNKNOWN = 0xfffd;

/** Bytes of a name to a string; never fails. */
export function decodeName(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] as number;
    if (byte < 0x80) {
      text += String.fromCharCode(byte);
      at += 1;
      continue;
    }
    const code = sequenceAt(bytes, at);
    text += code < 0
      ? String.fromCharCode(ESCAPE + byte)
      : String.fromCodePoint(code);
    at += code < 0 ? 1 : sequenceLength(code);
  }
  return text;
}

/**
 * The code point of the sequence of two to four bytes that starts at `at`;
 * negative if it is no UTF-8 as RFC 3629 has it: a byte is missing or is none
 * that may stand there, the sequence is longer than it needs to be, a
 * surrogate, or above U+10FFFF.
 */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  const second = trailAt(bytes, at + 1);
  if (lead < 0xe0) {
    const code = (lead - 0xc0) << 6 | second;
    return code < 0x80 ? -1 : code;
  }
  const third = trailAt(bytes, at + 2);
  if (lead < 0xf0) {
    const code = (lead - 0xe0) << 12 | second << 6 | third;
    return code < 0x800 || isSurrogate(code) ? -1 : code;
  }
  const fourth = trailAt(bytes, at + 3);
  const code = (lead - 0xf0) << 18 | second << 12 | third << 6 | fourth;
  return code < 0x1_0000 || code > 0x10_ffff ? -1 : code;
}

/** The six bits of a byte inside a sequence; negative, and so is whatever they are shifted and joined to, if it is none. */
function trailAt(bytes: Uint8Array, at: number): number {
  const byte = at < bytes.length ? bytes[at] as number : 0;
  return (byte & 0xc0) === 0x80 ? byte & 0x3f : -1;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function isEscape(code: number): boolean {
  return code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff;
}

/** How many bytes a code point takes. */
function sequenceLength(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
}

/** A name (or a whole path) back to its bytes. */
export function encodeName(name: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(encodedLength(name));
  let end = 0;
  for (let at = 0; at < name.length; at++) {
    const code = name.codePointAt(at) as number;
    if (code < 0x80) bytes[end++] = code;
    else if (isEscape(code)) bytes[end++] = code - ESCAPE;
    else {
      if (code > 0xffff) at++;
      end = putSequence(bytes, end, isSurrogate(code) ? UNKNOWN : code);
    }
  }
  return bytes;
}

function encodedLength(name: string): number {
  let length = 0;
  for (let at = 0; at < name.length; at++) {
    const code = name.codePointAt(at) as number;
    if (code > 0xffff) at++;
    length += isEscape(code) ? 1 : sequenceLength(code);
  }
  return length;
}

/** Puts the two to four bytes of a code point at `end`; returns the new end. */
function putSequence(bytes: Uint8Array, end: number, code: number): number {
  let at = end;
  if (code < 0x800) bytes[at++] = 0xc0 | code >> 6;
  else {
    if (code < 0x1_0000) bytes[at++] = 0xe0 | code >> 12;
    else {
      bytes[at++] = 0xf0 | code >> 18;
      bytes[at++] = 0x80 | code >> 12 & 0x3f;
    }
    bytes[at++] = 0x80 | code >> 6 & 0x3f;
  }
  bytes[at++] = 0x80 | code & 0x3f;
  return at;
}

/**
 * Orders two names (or two texts) by their bytes.
 *
 * @returns Negative, zero or positive, as `Array.prototype.sort` expects.
 */
export function compareNames(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    // Below the surrogates the order of code units is the order of UTF-8.
    if (x < 0xd800 && y < 0xd800) return x - y;
    return compareBytes(encodeName(a), encodeName(b));
  }
  return a.length - b.length;
}

/** Orders two byte strings as `memcmp` does, the shorter one first on a tie. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** A name as a person may read it: control characters and odd bytes escaped. */
export function printableName(name: string): string {
  return name.replace(/[\p{Cc}\p{Cs}\\]/gu, (found) => {
    const code = found.charCodeAt(0);
    if (found === "\\") return "\\\\";
    if (found === "\n") return "\\n";
    if (found === "\r") return "\\r";
    if (found === "\t") return "\\t";
    const byte = isEscape(code) ? code - ESCAPE : code;
    return byte <= 0xff
      ? `\\x${byte.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16)}`;
  });
}
