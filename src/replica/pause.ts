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

/**
 * Turns the event loop once, by a call for which it has to wait: it hears of
 * signals only while it waits. A timer would take two milliseconds for it, a
 * message to itself five, the first time.
 *
 * @throws The signal's reason if it was aborted.
 */
export async function turn(signal: AbortSignal): Promise<void> {
  // Where it is not allowed to look it is told so without waiting.
  await Deno.stat("/").catch(() => new Promise((done) => setTimeout(done)));
  signal.throwIfAborted();
}
