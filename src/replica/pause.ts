/** Lets the event loop turn during long synchronous work, so that signals and timers get through. */

/** How long to work before a turn, in milliseconds. */
const TURN = 50;

/** Turns the event loop at most every {@linkcode TURN} milliseconds. */
export class Turns {
  #last = performance.now();

  /** Whether it is time for a turn. */
  get due(): boolean {
    return performance.now() - this.#last >= TURN;
  }

  /**
   * Waits for a turn of the event loop if one is due.
   *
   * @throws The signal's reason if it was aborted.
   */
  async take(signal: AbortSignal): Promise<void> {
    if (!this.due) return signal.throwIfAborted();
    await turn(signal);
    this.#last = performance.now();
  }
}

// The global one: node:timers takes five milliseconds to load.
const { setImmediate } = globalThis;

/**
 * Turns the event loop once. A timer would take two milliseconds for it, and
 * other calls may come back before it has heard of a signal.
 *
 * @throws The signal's reason if it was aborted.
 */
export async function turn(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => void setImmediate(resolve));
  signal.throwIfAborted();
}
