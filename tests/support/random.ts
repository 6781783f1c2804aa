/** Random choices that a seed repeats. */

/** A source of choices; the same seed makes the same ones (mulberry32). */
export class Random {
  #state: number;

  /**
   * Starts anew.
   *
   * @param seed Any integer.
   */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 up to `limit`, which it never is. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** One of several, which must not be none. */
  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new RangeError("Cannot pick from nothing");
    return from[this.below(from.length)] as T;
  }
}
