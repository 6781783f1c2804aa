/** How much the suites do that could go on for ever, and what they have done. */

/** Multiplies their rounds: `OSYNC_TEST_RUNS=100 deno task test`. */
export function runs(): number {
  return Math.max(1, Number(Deno.env.get("OSYNC_TEST_RUNS") ?? 1));
}

/** The first seed: each run of the suites has its own, which a failure tells. */
export function firstSeed(): number {
  return Number(Deno.env.get("OSYNC_TEST_SEED") ?? 1);
}

/** Adds a line of JSON to the file that `OSYNC_TEST_FIGURES` names, if it does. */
export function reportFigures(
  suite: string,
  counts: Readonly<Record<string, number>>,
): void {
  const path = Deno.env.get("OSYNC_TEST_FIGURES");
  if (path === undefined) return;
  const line = JSON.stringify({ suite, runs: runs(), ...counts });
  Deno.writeTextFileSync(path, `${line}\n`, { append: true });
}
