/**
 * The state file: what a side remembers, in blocks that vouch for each other.
 *
 * Everything is little endian. The file starts with magic bytes, format
 * version (4 bytes), length of the header (4), the header as JSON, and the
 * CRC-32C of all that. Blocks follow: CRC-32C (4), length of the records (4),
 * number of entries (4), records. A block without entries is the trailer: in
 * place of records it has the totals, and the file ends with it. A block's
 * checksum continues that of the piece before it, so that a missing, repeated
 * or foreign block is seen.
 */

import { BATCH_SIZE, type EntryBatch, KIND } from "./batch.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { crc32c } from "./crc.ts";
import {
  corrupt,
  decodeHead,
  encodeHead,
  StateError,
  type StateHeader,
  truncated,
} from "./state_header.ts";
import { readRecords, writeRecords } from "./state_record.ts";
import { TreeOrder } from "./tree_order.ts";

export { STATE_FORMAT, StateError, type StateHeader } from "./state_header.ts";

const FRAME_LENGTH = 12;
const MAX_RECORDS = 1 << 26;

/** What a state holds in all. */
export interface StateTotals {
  /** Entries of every kind. */
  readonly entries: number;
  /** Regular files among them. */
  readonly files: number;
}

/** Writes a state piece by piece: `head`, then what `block` and finally `end` return. */
export class StateWriter {
  /** The file's first bytes. */
  readonly head: Uint8Array<ArrayBuffer>;
  readonly #out = new ByteWriter();
  readonly #order = new TreeOrder();
  #chain: number;
  #entries = 0;
  #files = 0;

  /** Starts a state that says `header` about itself. */
  constructor(header: StateHeader) {
    this.head = encodeHead(header);
    this.#chain = new ByteReader(this.head.subarray(-4)).uint32();
  }

  /**
   * The next entries; nothing for none.
   *
   * @throws {RangeError} If they do not continue the tree, a value in them cannot be read back, or there are more than {@linkcode BATCH_SIZE}.
   */
  block(batch: EntryBatch): Uint8Array<ArrayBuffer> {
    const count = batch.length;
    if (count === 0) return new Uint8Array(0);
    if (count > BATCH_SIZE) {
      throw new RangeError(`Cannot write block: ${count} entries are too many`);
    }
    const bytes = this.#frame(
      count,
      (out) => writeRecords(out, batch, this.#order),
    );
    this.#entries += count;
    this.#files += countFiles(batch);
    return bytes;
  }

  /** The file's last bytes. */
  end(): Uint8Array<ArrayBuffer> {
    return this.#frame(0, (out) => {
      out.float64(this.#entries);
      out.float64(this.#files);
    });
  }

  #frame(
    count: number,
    write: (out: ByteWriter) => void,
  ): Uint8Array<ArrayBuffer> {
    const out = this.#out;
    out.clear();
    out.uint32(0);
    out.uint32(0);
    out.uint32(count);
    write(out);
    const length = out.length - FRAME_LENGTH;
    if (length > MAX_RECORDS) {
      throw new RangeError(`Cannot write block: ${length} bytes are too many`);
    }
    out.overwriteUint32(4, length);
    this.#chain = crc32c(out.view(4), this.#chain);
    out.overwriteUint32(0, this.#chain);
    return out.view().slice();
  }
}

/**
 * Reads a state block by block and checks all of it. Nothing it gave is to be
 * acted upon before `next` has returned `undefined`: only then it is known
 * that the end is not missing.
 */
export class StateReader {
  /** What the file says about itself. */
  readonly header: StateHeader;
  readonly #read: (length: number) => Uint8Array;
  readonly #order = new TreeOrder();
  #chain: number;
  #blocks = 0;
  #entries = 0;
  #files = 0;
  #ended = false;

  /**
   * Reads the head.
   *
   * @param read Gives the next `length` bytes, fewer only at the end of the file; it may use the same buffer again.
   * @throws {StateError} If it is no state, its header is damaged, or it is too new.
   */
  constructor(read: (length: number) => Uint8Array) {
    this.#read = read;
    const { header, checksum } = decodeHead(read);
    this.header = header;
    this.#chain = checksum;
  }

  /** What was read so far; all there is once `next` has returned `undefined`. */
  get totals(): StateTotals {
    return { entries: this.#entries, files: this.#files };
  }

  /**
   * The next entries, or `undefined` after the last ones.
   *
   * @throws {StateError} If anything is missing, damaged or left over.
   */
  next(): EntryBatch | undefined {
    if (this.#ended) return undefined;
    const name = `block ${++this.#blocks}`;
    const frame = this.#exactly(FRAME_LENGTH);
    const numbers = new ByteReader(frame);
    const checksum = numbers.uint32();
    const length = numbers.uint32();
    const count = numbers.uint32();
    if (length > MAX_RECORDS || count > BATCH_SIZE) throw corrupt(name);
    this.#chain = crc32c(frame.subarray(4), this.#chain);
    const bytes = this.#exactly(length);
    this.#chain = crc32c(bytes, this.#chain);
    if (checksum !== this.#chain) throw corrupt(name);
    try {
      if (count > 0) return this.#records(bytes, count);
      this.#trailer(bytes);
    } catch (error) {
      if (error instanceof RangeError) throw corrupt(name, error);
      throw error;
    }
    return undefined;
  }

  #records(bytes: Uint8Array, count: number): EntryBatch {
    const batch = readRecords(bytes, count, this.#order);
    this.#entries += count;
    this.#files += countFiles(batch);
    return batch;
  }

  #trailer(bytes: Uint8Array): void {
    const numbers = new ByteReader(bytes);
    if (
      numbers.float64() !== this.#entries || numbers.float64() !== this.#files
    ) throw corrupt("its trailer");
    if (numbers.rest > 0 || this.#read(1).length > 0) {
      throw new StateError("corrupt", "something follows its end");
    }
    this.#ended = true;
  }

  #exactly(length: number): Uint8Array {
    const bytes = this.#read(length);
    if (bytes.length < length) throw truncated();
    return bytes;
  }
}

function countFiles(batch: EntryBatch): number {
  let files = 0;
  for (let index = 0; index < batch.length; index++) {
    if (batch.kind[index] === KIND.file) files++;
  }
  return files;
}
