/** Names for libc: their bytes and a NUL, in buffers that are used again and again. */

import { encodeName } from "@/core/name.ts";
import { SysError } from "./fs.ts";

/** Longest text a call accepts, its NUL included. */
const PATH_MAX = 4096;

/** A buffer for {@linkcode putName} and {@linkcode putText}. FFI wants it to be more than 64 bytes and at offset 0. */
export function createTextBuffer(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(PATH_MAX);
}

/**
 * Fills `buffer` with one component of a path.
 *
 * @throws {SysError} `EINVAL` for what would name something outside its directory, `ENAMETOOLONG`.
 */
export function putName(
  buffer: Uint8Array<ArrayBuffer>,
  name: string,
): Uint8Array<ArrayBuffer> {
  if (name === "" || name === "." || name === ".." || name.includes("/")) {
    throw new SysError("EINVAL", "use", name);
  }
  return putText(buffer, name);
}

/**
 * Fills `buffer` with a whole path or the target of a link.
 *
 * @throws {SysError} `EINVAL` for a NUL, `ENAMETOOLONG`.
 */
export function putText(
  buffer: Uint8Array<ArrayBuffer>,
  text: string,
): Uint8Array<ArrayBuffer> {
  if (text.length >= PATH_MAX) throw new SysError("ENAMETOOLONG", "use", text);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) return putEncoded(buffer, text);
    if (code === 0) throw new SysError("EINVAL", "use", text);
    buffer[index] = code;
  }
  buffer[text.length] = 0;
  return buffer;
}

function putEncoded(
  buffer: Uint8Array<ArrayBuffer>,
  text: string,
): Uint8Array<ArrayBuffer> {
  const bytes = encodeName(text);
  if (bytes.includes(0)) throw new SysError("EINVAL", "use", text);
  if (bytes.length >= PATH_MAX) {
    throw new SysError("ENAMETOOLONG", "use", text);
  }
  buffer.set(bytes);
  buffer[bytes.length] = 0;
  return buffer;
}
