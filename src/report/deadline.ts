/** A time that is up some day. */

/** Aborted when time is up. */
export interface Deadline extends Disposable {
  /** For what has to end then. */
  readonly signal: AbortSignal;
}

/** Starts the clock; disposing stops it. */
export function deadline(milliseconds: number): Deadline {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), milliseconds);
  return {
    signal: over.signal,
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
