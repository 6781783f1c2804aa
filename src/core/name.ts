/**
 * File names are bytes on Linux and strings in memory.
 *
 * A byte that is not part of valid UTF-8 becomes a lone surrogate U+DC80 to
 * U+DCFF, so that every name makes the round trip (the scheme of Python's
 * `surrogateescape`, PEP 383).
 */

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder("utf-8", {
  fatal: true,
  ignoreBOM: true,
});

/** Bytes of a name to a string; never fails. */
export function decodeName(bytes: Uint8Array): string {
  let ascii = "";
  for (const byte of bytes) {
    if (byte >= 0x80) return decodeBeyondAscii(bytes);
    ascii += String.fromCharCode(byte);
  }
  return ascii;
}

function decodeBeyondAscii(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return decodeEscaping(bytes);
  }
}

function decodeEscaping(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + (bytes[at] as number));
      at += 1;
    } else {
      text += strictDecoder.decode(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return text;
}

/** Length of the valid UTF-8 sequence that starts at `at`, or 0. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (at + length > bytes.length) return 0;
  try {
    strictDecoder.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

/** A name (or a whole path) back to its bytes. */
export function encodeName(name: string): Uint8Array<ArrayBuffer> {
  const plain = encoder.encode(name);
  return name.isWellFormed() ? plain : encodeEscaped(name);
}

function encodeEscaped(name: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const character of name) {
    const code = character.codePointAt(0) as number;
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
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
    const byte = code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code;
    return byte <= 0xff
      ? `\\x${byte.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16)}`;
  });
}
