/** Stands in for the engine in tests of signals: waits until it is told to stop. */

import type { Config } from "@/config/config.ts";
import type { RunTools } from "@/cli.ts";

/** Never ends but by the signal; with CHECKSUM, not even by that. */
export async function runSync(
  config: Config,
  { sink, signal }: RunTools,
): Promise<never> {
  const stopped = Promise.withResolvers<never>();
  const alive = setInterval(() => {}, 1000);
  signal.addEventListener("abort", () => {
    sink({ kind: "message", level: "notice", text: "told to stop" });
    if (!config.checksum) stopped.reject(signal.reason);
  });
  sink({ kind: "message", level: "notice", text: "waiting" });
  try {
    return await stopped.promise;
  } finally {
    clearInterval(alive);
  }
}
