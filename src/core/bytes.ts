/** Numbers and byte strings to bytes and back; little endian. */

/** The largest integer that travels: what 64 bits hold. */
export const MAX_INTEGER = 2 ** 64;

/** Half of what stays exact when doubled. */
const MAX_ZIGZAG = 2 ** 52;

/** Collects bytes in a buffer that grows. */
export class ByteWriter {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** Appends one byte. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Appends an integer of 32 bits without sign. */
  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** Writes an integer of 32 bits over bytes that are there already. */
  overwriteUint32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  /** Appends any number. */
  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /**
   * Appends an integer, the shorter the smaller it is.
   *
   * @throws {RangeError} If it is negative, no integer, or above {@linkcode MAX_INTEGER}.
   */
  varint(value: number): void {
    if (!(Number.isInteger(value) && value >= 0 && value <= MAX_INTEGER)) {
      throw new RangeError(`Cannot write integer: ${value} is out of range`);
    }
    this.#reserve(10);
    const bytes = this.#bytes;
    let rest = value;
    while (rest >= 0x80) {
      bytes[this.#length++] = rest % 0x80 | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    bytes[this.#length++] = rest;
  }

  /**
   * Appends an integer that may be negative, the shorter the closer to 0.
   *
   * @throws {RangeError} If it is no integer, or beyond 2^52 either way.
   */
  zigzag(value: number): void {
    if (!(Number.isInteger(value) && Math.abs(value) <= MAX_ZIGZAG)) {
      throw new RangeError(`Cannot write integer: ${value} is out of range`);
    }
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Appends the bytes `from` to `to` of `source`. */
  bytes(
    source: Uint8Array,
    from = 0,
    to: number = source.length,
  ): void {
    this.#reserve(to - from);
    const bytes = this.#bytes;
    let length = this.#length;
    for (let index = from; index < to; index++) {
      bytes[length++] = source[index] as number;
    }
    this.#length = length;
  }

  /** The bytes from `from` on; a view, good until the next change. */
  view(from = 0): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(from, this.#length);
  }

  /** Forgets everything. */
  clear(): void {
    this.#length = 0;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Takes apart what {@linkcode ByteWriter} wrote, or somebody hostile. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** Starts at the first of `bytes`, which must not change meanwhile. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(
      bytes.buffer,
      bytes.byteOffset,
      bytes.byteLength,
    );
  }

  /** How many bytes are left. */
  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  /**
   * Takes one byte.
   *
   * @throws {RangeError} At the end.
   */
  byte(): number {
    return this.#bytes[this.#skip(1)] as number;
  }

  /**
   * Takes an integer of 32 bits without sign.
   *
   * @throws {RangeError} At the end.
   */
  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  /**
   * Takes any number, NaN included.
   *
   * @throws {RangeError} At the end.
   */
  float64(): number {
    return this.#view.getFloat64(this.#skip(8), true);
  }

  /**
   * Takes an integer of variable length.
   *
   * @throws {RangeError} At the end, or if it is above `most`.
   */
  varint(most: number): number {
    let value = 0;
    let unit = 1;
    let byte = this.byte();
    while (byte >= 0x80 && unit < MAX_INTEGER) {
      value += (byte - 0x80) * unit;
      unit *= 0x80;
      byte = this.byte();
    }
    value += byte * unit;
    if (value > most) {
      throw new RangeError(`Cannot read integer: ${value} is above ${most}`);
    }
    return value;
  }

  /**
   * Takes an integer that may be negative.
   *
   * @throws {RangeError} At the end, or if it is beyond 2^52 either way.
   */
  zigzag(): number {
    const value = this.varint(2 * MAX_ZIGZAG);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /**
   * Takes the next `length` bytes.
   *
   * @returns A view, not a copy.
   * @throws {RangeError} If fewer are left.
   */
  bytes(length: number): Uint8Array {
    const from = this.#skip(length);
    return this.#bytes.subarray(from, from + length);
  }

  /**
   * Copies the next `length` bytes into `target`, which has room for them after `offset`.
   *
   * @throws {RangeError} If fewer are left.
   */
  copyTo(target: Uint8Array, offset: number, length: number): void {
    const bytes = this.#bytes;
    const from = this.#skip(length);
    for (let index = 0; index < length; index++) {
      target[offset + index] = bytes[from + index] as number;
    }
  }

  #skip(count: number): number {
    const from = this.#at;
    if (count > this.#bytes.length - from) {
      throw new RangeError("Cannot read: the bytes end too early");
    }
    this.#at = from + count;
    return from;
  }
}
