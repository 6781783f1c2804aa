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
 * Turns the event loop once.
 *
 * @throws The signal's reason if it was aborted.
 */
export async function turn(signal: AbortSignal): Promise<void> {
  using turner = new Turner();
  await turner.turn();
  signal.throwIfAborted();
}

/** Turns the event loop by a message to itself: a timer would wait for two milliseconds. */
export class Turner implements Disposable {
  readonly #channel = new MessageChannel();
  #wake = (): void => {};

  /** Opens a channel, which must be closed. */
  constructor() {
    this.#channel.port2.onmessage = () => this.#wake();
  }

  /** Waits until everything that has happened was heard. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#channel.port1.postMessage(0);
    });
  }

  /** Closes the channel. */
  [Symbol.dispose](): void {
    this.#channel.port1.close();
    this.#channel.port2.close();
  }
}
