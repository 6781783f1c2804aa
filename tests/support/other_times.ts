/** Filesystems whose clocks are not like ours: what osync, run in this process, sees of their times. */

import type { Stat } from "@/sys/fs.ts";
import { joinTime, splitTime } from "@/core/time.ts";
import { openFileSystem } from "@/sys/open.ts";

/** Changes all times that are read, until disposed of. */
export class OtherTimes implements Disposable {
  readonly #fs = openFileSystem();
  readonly #own = { ...this.#fs };

  /** @param change What a time looks like, in nanoseconds since 1970. */
  constructor(change: (time: bigint) => bigint) {
    const { list, stat, statOpen } = this.#own;
    const changed = (found: Stat): Stat => {
      const { ctime, mtime } = found;
      return { ...found, ctime: change(ctime), mtime: change(mtime) };
    };
    Object.assign(this.#fs, {
      stat(...args: Parameters<typeof stat>) {
        const found = stat(...args);
        return found === undefined ? undefined : changed(found);
      },
      statOpen: (...args: Parameters<typeof statOpen>) =>
        changed(statOpen(...args)),
      list(...args: Parameters<typeof list>) {
        const listing = list(...args);
        const { batch } = listing;
        const columns = [
          [batch.ctimeSeconds, batch.ctimeNanos],
          [batch.mtimeSeconds, batch.mtimeNanos],
        ] as const;
        for (const column of columns) {
          changeColumn(column, batch.length, change);
        }
        return listing;
      },
    });
  }

  /** Times are as they are. */
  [Symbol.dispose](): void {
    const { list, stat, statOpen } = this.#own;
    Object.assign(this.#fs, { list, stat, statOpen });
  }
}

function changeColumn(
  [seconds, nanos]: readonly [Float64Array, Uint32Array],
  length: number,
  change: (time: bigint) => bigint,
): void {
  for (let index = 0; index < length; index++) {
    const time = joinTime(seconds[index] as number, nanos[index] as number);
    const other = splitTime(change(time));
    seconds[index] = other.seconds;
    nanos[index] = other.nanos;
  }
}

/** One tick of a coarse clock, in nanoseconds: a whole part of a second, and more than on most systems. */
const TICK = 15_625_000n;

/** The clock advances in ticks: what happens within one has the same time. */
export function coarseClock(): OtherTimes {
  return new OtherTimes((time) => time - time % TICK);
}

/** Waits for the beginning of a tick; what the kernel writes may still have a time some milliseconds ago. */
export function waitForTick(): void {
  while (Math.abs(Date.now() % (Number(TICK) / 1e6) - 5) > 1);
}

/** The clock of files is set now: what happens from now on has a time that is wrong by so many nanoseconds. */
export class WrongClock extends OtherTimes {
  #until: bigint | undefined;

  /** @param by Ahead, or behind if negative. */
  constructor(by: bigint) {
    const from = now();
    super((time) =>
      time > from && time < (this.#until ?? time + 1n) ? time + by : time
    );
  }

  /** What happens from now on has the right time again. */
  setRight(): void {
    this.#until = now();
  }
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
