/** Times in whole seconds and nanoseconds, as columns and the system have them. */

import type { Time } from "./entry.ts";

/** Seconds and nanoseconds to one time. */
export function joinTime(seconds: number, nanos: number): Time {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

/** One time to seconds (rounded down) and nanoseconds (0 to 999,999,999). */
export function splitTime(
  time: Time,
): { readonly seconds: number; readonly nanos: number } {
  const nanos = Number(
    ((time % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n,
  );
  return { seconds: Number((time - BigInt(nanos)) / 1_000_000_000n), nanos };
}
