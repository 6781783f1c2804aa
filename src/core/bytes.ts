/** Numbers and byte strings to bytes and back; little endian. */

/** Collects bytes in a buffer that grows. */
export class ByteWriter {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
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

  /** Appends the bytes `from` to `to` of `source`. */
  bytes(
    source: Uint8Array,
    from = 0,
    to: number = source.length,
  ): void {
    this.#reserve(to - from);
    this.#bytes.set(source.subarray(from, to), this.#length);
    this.#length += to - from;
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
   * Takes the next `length` bytes.
   *
   * @returns A view, not a copy.
   * @throws {RangeError} If fewer are left.
   */
  bytes(length: number): Uint8Array {
    const from = this.#skip(length);
    return this.#bytes.subarray(from, from + length);
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
