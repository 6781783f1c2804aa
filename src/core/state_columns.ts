/** Which values an entry of a state may have. */

import { type EntryBatch, KIND, nameOf } from "./batch.ts";
import { printableName } from "./name.ts";

const MAX_MODE = 0o7777;
const MAX_NANOS = 999_999_999;
/** What 64 bits hold, half of it to either side of zero. */
const MAX_SECONDS = 2 ** 63;
const MAX_SIZE = 2 ** 64;

/**
 * Both directions demand the same, so that nothing is written that cannot be read.
 *
 * @throws {RangeError} If a value of entry `index` is not possible.
 */
export function checkColumns(batch: EntryBatch, index: number): void {
  const kind = batch.kind[index] as number;
  const fault = kind < KIND.directory || kind > KIND.fifo
    ? `kind ${kind} is not possible`
    : (batch.mode[index] as number) > MAX_MODE
    ? "its mode is out of range"
    : !isCount(batch.size[index] as number) ||
        !isCount(batch.device[index] as number)
    ? "its size or device is out of range"
    : !isSeconds(batch.mtimeSeconds[index] as number) ||
        !isSeconds(batch.ctimeSeconds[index] as number) ||
        (batch.mtimeNanos[index] as number) > MAX_NANOS ||
        (batch.ctimeNanos[index] as number) > MAX_NANOS
    ? "its time is out of range"
    : undefined;
  if (fault === undefined) return;
  const name = printableName(nameOf(batch, index));
  throw new RangeError(`Cannot take entry "${name}": ${fault}`);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_SIZE;
}

function isSeconds(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= MAX_SECONDS;
}
