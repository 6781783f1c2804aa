/** Waiting for a time, or for something until then. */

/** The longest delay of a timer, in milliseconds: a longer one would be none. */
const LONGEST = 2 ** 31 - 1;

/**
 * Calls `act` once when a time is over; disposing it before prevents that.
 *
 * @param seconds Any number; 0 for never.
 */
export function alarm(seconds: number, act: () => void): Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const arm = (left: number): void => {
    const part = Math.min(left, LONGEST);
    timer = setTimeout(() => left > part ? arm(left - part) : act(), part);
  };
  if (seconds > 0) arm(seconds * 1000);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/** Waits for some milliseconds, or until the signal is aborted. */
export async function wait(
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.ceil(milliseconds));
  const wake = (): void => resolve();
  signal.addEventListener("abort", wake);
  await promise;
  signal.removeEventListener("abort", wake);
  clearTimeout(timer);
}

/** Waits until a promise is fulfilled, some milliseconds at most. */
export async function waitFor(
  promise: Promise<unknown>,
  milliseconds: number,
): Promise<void> {
  const over = new AbortController();
  const time = wait(milliseconds, over.signal);
  try {
    await Promise.race([promise, time]);
  } finally {
    over.abort();
  }
}
