/** A filesystem whose clock advances in ticks: what happens within one has the same time. */

import type { Stat } from "@/sys/fs.ts";
import { openFileSystem } from "@/sys/open.ts";

/** One tick, in nanoseconds: a whole part of a second, and more than on most systems. */
const TICK = 15_625_000;

/** Times are cut to ticks in this process, until this is disposed of. */
export class CoarseClock implements Disposable {
  readonly #fs = openFileSystem();
  readonly #own = { ...this.#fs };

  /** Makes it coarse. */
  constructor() {
    const { list, stat, statOpen } = this.#own;
    Object.assign(this.#fs, {
      stat(...args: Parameters<typeof stat>) {
        const found = stat(...args);
        return found === undefined ? undefined : cut(found);
      },
      statOpen: (...args: Parameters<typeof statOpen>) =>
        cut(statOpen(...args)),
      list(...args: Parameters<typeof list>) {
        const listing = list(...args);
        const { ctimeNanos, length, mtimeNanos } = listing.batch;
        for (const column of [ctimeNanos, mtimeNanos]) {
          for (let index = 0; index < length; index++) {
            column[index] = tickBefore(column[index] as number);
          }
        }
        return listing;
      },
    });
  }

  /** Waits for the beginning of a tick; what the kernel writes may still have a time some milliseconds ago. */
  static begin(): void {
    while (Math.abs(Date.now() % (TICK / 1e6) - 5) > 1);
  }

  /** As fine as ever. */
  [Symbol.dispose](): void {
    const { list, stat, statOpen } = this.#own;
    Object.assign(this.#fs, { list, stat, statOpen });
  }
}

function cut(stat: Stat): Stat {
  const { ctime, mtime } = stat;
  return { ...stat, ctime: cutTime(ctime), mtime: cutTime(mtime) };
}

function cutTime(time: bigint): bigint {
  const nanos = Number(time % 1_000_000_000n);
  return time - BigInt(nanos - tickBefore(nanos));
}

function tickBefore(nanos: number): number {
  return nanos - nanos % TICK;
}
