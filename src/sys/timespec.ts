/** Times for `futimens` and `utimensat`. */

import { splitTime } from "@/core/time.ts";
import type { Time } from "@/core/entry.ts";

/** In the place of nanoseconds: leaves a time alone. */
const UTIME_OMIT = 0x3fff_fffen;

/** Fills `times` (atime, mtime) with `mtime` for both. */
export function putTime(
  times: BigInt64Array<ArrayBuffer>,
  mtime: Time,
): BigInt64Array<ArrayBuffer> {
  const { seconds, nanos } = splitTime(mtime);
  times[0] = times[2] = BigInt(seconds);
  times[1] = times[3] = BigInt(nanos);
  return times;
}

/** The same, leaving atime alone. */
export function putModified(
  times: BigInt64Array<ArrayBuffer>,
  mtime: Time,
): BigInt64Array<ArrayBuffer> {
  putTime(times, mtime);
  times[1] = UTIME_OMIT;
  return times;
}
