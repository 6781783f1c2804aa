/** CRC-32C (Castagnoli), eight bytes at a time. */

/** The polynomial, its bits reversed. */
const POLYNOMIAL = 0x82f6_3b78;

/** At `r * 256 + b`: what byte `b` with `r` zero bytes after it does to a checksum. */
const TABLE = createTable();

function createTable(): Int32Array {
  const table = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) {
      value = (value >>> 1) ^ (value & 1 ? POLYNOMIAL : 0);
    }
    table[byte] = value;
  }
  for (let index = 256; index < table.length; index++) {
    const shorter = table[index - 256] as number;
    table[index] = (shorter >>> 8) ^ (table[shorter & 0xff] as number);
  }
  return table;
}

/**
 * Checksum of bytes.
 *
 * @param bytes Any number of them.
 * @param before The checksum of what comes before them; 0 for nothing.
 * @returns 32 bits, not negative.
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  return ~update(~before, bytes) >>> 0;
}

/** All in signed 32 bits: the loop is compiled for them, and would be left at the first larger number. */
function update(before: number, bytes: Uint8Array): number {
  const whole = bytes.length - bytes.length % 8;
  let crc = before;
  let index = 0;
  for (; index < whole; index += 8) {
    crc ^= byteAt(bytes, index) | byteAt(bytes, index + 1) << 8 |
      byteAt(bytes, index + 2) << 16 | byteAt(bytes, index + 3) << 24;
    crc = row(7, crc & 0xff) ^ row(6, crc >>> 8 & 0xff) ^
      row(5, crc >>> 16 & 0xff) ^ row(4, crc >>> 24) ^
      row(3, byteAt(bytes, index + 4)) ^ row(2, byteAt(bytes, index + 5)) ^
      row(1, byteAt(bytes, index + 6)) ^ row(0, byteAt(bytes, index + 7));
  }
  for (; index < bytes.length; index++) {
    crc = (crc >>> 8) ^ row(0, (crc ^ byteAt(bytes, index)) & 0xff);
  }
  return crc;
}

function row(zeros: number, byte: number): number {
  return TABLE[zeros * 256 + byte] as number;
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}
