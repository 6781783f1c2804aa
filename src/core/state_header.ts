/** What a state says about itself, and what can be wrong with one. */

import { ByteReader, ByteWriter } from "./bytes.ts";
import { crc32c } from "./crc.ts";
import { type Side, SIDES } from "./side.ts";

/** The format this version writes, and the newest one it reads. */
export const STATE_FORMAT = 2;

const MAGIC = new TextEncoder().encode("\0osync\r\n");
const PREFIX_LENGTH = MAGIC.length + 8;
const MAX_HEADER = 1 << 20;

/** Where a state comes from. */
export interface StateHeader {
  /** Instance id of the configuration. */
  readonly instance: string;
  /** Number of the run that wrote it; rises by one with each. */
  readonly run: number;
  /** Random id that the states of both sides share. */
  readonly pair: string;
  /** Whose state it is. */
  readonly side: Side;
  /** Id of the filesystem the replica is on. */
  readonly volume: string;
  /** Inode and device of the replica's root. */
  readonly root: string;
  /** When it was written, in ISO 8601. */
  readonly created: string;
  /** Of the osync that wrote it. */
  readonly version: string;
  /** The filter that was in force. */
  readonly filter: string;
}

/**
 * - `truncated`: the end is missing.
 * - `corrupt`: something in it is not as it was written.
 * - `foreign`: it is no state.
 * - `newer`: a later version of osync wrote it.
 */
export type StateFault = "truncated" | "corrupt" | "foreign" | "newer";

/** A state cannot be used. */
export class StateError extends Error {
  /** What is wrong, for programs. */
  readonly reason: StateFault;

  /** Completes `message`, which tells people what is wrong. */
  constructor(
    reason: StateFault,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(`Cannot use state: ${message}`, options);
    this.name = "StateError";
    this.reason = reason;
  }

  /** The same error once more, after another thread had it. */
  static again(reason: StateFault, message: string): StateError {
    const error = new StateError(reason, "");
    error.message = message;
    return error;
  }
}

/** The bytes a state starts with; the last four are the checksum of the others. */
export function encodeHead(header: StateHeader): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const out = new ByteWriter();
  out.bytes(MAGIC);
  out.uint32(STATE_FORMAT);
  out.uint32(text.length);
  out.bytes(text);
  out.uint32(crc32c(out.view()));
  return out.view().slice();
}

/**
 * Reads what {@linkcode encodeHead} made.
 *
 * @param read Gives the next `length` bytes, fewer only at the end of the file.
 * @returns The header, and the checksum that follows it.
 * @throws {StateError} If it is no state, its header is damaged, or it is too new.
 */
export function decodeHead(
  read: (length: number) => Uint8Array,
): { readonly header: StateHeader; readonly checksum: number } {
  const prefix = read(PREFIX_LENGTH);
  const magic = prefix.subarray(0, MAGIC.length);
  if (magic.some((byte, index) => byte !== MAGIC[index])) {
    throw new StateError("foreign", "it was not written by osync");
  }
  if (prefix.length < PREFIX_LENGTH) throw truncated();
  const numbers = new ByteReader(prefix.subarray(MAGIC.length));
  const format = numbers.uint32();
  const length = numbers.uint32();
  if (format > STATE_FORMAT) {
    throw new StateError(
      "newer",
      `its format is ${format}, this osync knows up to ${STATE_FORMAT}`,
    );
  }
  if (format < 1 || length > MAX_HEADER) throw corrupt("its header");
  const before = crc32c(prefix);
  const rest = read(length + 4);
  if (rest.length < length + 4) throw truncated();
  const text = rest.subarray(0, length);
  const checksum = crc32c(text, before);
  if (new ByteReader(rest.subarray(length)).uint32() !== checksum) {
    throw corrupt("its header");
  }
  return { header: parseHeader(text), checksum };
}

const HEADER_FIELDS: Record<keyof StateHeader, "string" | "number"> = {
  instance: "string",
  run: "number",
  pair: "string",
  side: "string",
  volume: "string",
  root: "string",
  created: "string",
  version: "string",
  filter: "string",
};

function parseHeader(text: Uint8Array): StateHeader {
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder().decode(text));
  } catch (error) {
    throw corrupt("its header", error);
  }
  if (!isHeader(found)) throw corrupt("its header");
  return found;
}

function isHeader(found: unknown): found is StateHeader {
  if (typeof found !== "object" || found === null) return false;
  const fields = found as Partial<Record<string, unknown>>;
  return Object.entries(HEADER_FIELDS).every(([name, type]) =>
    Object.hasOwn(fields, name) && typeof fields[name] === type
  ) &&
    Number.isSafeInteger(fields["run"]) &&
    SIDES.some((side) => side === fields["side"]);
}

/** The fault of a state that ends too early. */
export function truncated(): StateError {
  return new StateError("truncated", "its end is missing");
}

/** The fault of a state in which `what` is not as it was written. */
export function corrupt(what: string, cause?: unknown): StateError {
  return new StateError("corrupt", `${what} is damaged`, { cause });
}
