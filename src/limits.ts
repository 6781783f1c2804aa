/** SOFT_MAX_EXEC_TIME and HARD_MAX_EXEC_TIME: one warns, the other stops the run. */

import type { Config } from "@/config/config.ts";
import { TimeLimitError } from "@/core/errors.ts";

/** A signal that is also aborted when time is up. */
export interface TimeLimits extends Disposable {
  /** Aborted by the user's signal, or with a {@linkcode TimeLimitError}. */
  readonly signal: AbortSignal;
}

/** Starts the clocks of a run; disposing stops them. */
export function startTimeLimits(
  config: Config,
  signal: AbortSignal,
  warn: (text: string) => void,
): TimeLimits {
  const { softMaxSeconds, hardMaxSeconds } = config;
  const limit = new AbortController();
  const timers: ReturnType<typeof setTimeout>[] = [];
  const after = (seconds: number, act: () => void): void => {
    if (seconds > 0) timers.push(setTimeout(act, seconds * 1000));
  };
  after(softMaxSeconds, () => {
    warn(
      `The run takes longer than ${softMaxSeconds} seconds (SOFT_MAX_EXEC_TIME); it goes on`,
    );
  });
  after(hardMaxSeconds, () => limit.abort(new TimeLimitError(hardMaxSeconds)));
  return {
    signal: AbortSignal.any([signal, limit.signal]),
    [Symbol.dispose]: () => timers.forEach((timer) => clearTimeout(timer)),
  };
}
