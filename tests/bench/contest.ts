/** Runs programs in turn and measures them. */

/** A program with its arguments. */
export interface Run {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Additional environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Somebody who takes part in a row. */
export interface Contestant {
  /** As in the table. */
  readonly name: string;
  /** What round `round`, counted from 0, runs; what it prepares is not measured. */
  readonly prepare: (round: number) => Run;
}

/** What somebody needed. */
export interface Result {
  /** As in the table. */
  readonly name: string;
  /** Wall clock of each round. */
  readonly seconds: readonly number[];
  /** Of the largest of its processes, in MiB. */
  readonly peak: number;
}

/**
 * Lets everybody run once in each round, in turn, everybody being first in
 * some of them. Memory is watched in a round more, which is not timed.
 */
export async function contest(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<Result[]> {
  const results = contestants.map(({ name }) => ({
    name,
    seconds: [] as number[],
    peak: 0,
  }));
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const who = (round + turn) % contestants.length;
      const result = results[who];
      const run = contestants[who]?.prepare(round);
      if (result === undefined || run === undefined) continue;
      if (round < rounds) result.seconds.push(await timed(run));
      else result.peak = await watched(run);
    }
  }
  return results;
}

function start({ command: [program = "", ...args], env = {} }: Run) {
  return new Deno.Command(program, {
    args,
    env,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** Runs something to its end. */
export async function finish(
  run: Run,
  child: Deno.ChildProcess = start(run),
): Promise<void> {
  const { success, stderr } = await child.output();
  if (success) return;
  const text = new TextDecoder().decode(stderr);
  throw new Error(`Cannot measure "${run.command.join(" ")}": ${text}`);
}

async function timed(run: Run): Promise<number> {
  await quiet();
  const begin = performance.now();
  await finish(run, start(run));
  return (performance.now() - begin) / 1000;
}

/** How long to wait for others to be done, in milliseconds. */
const PATIENCE = 2_000;
/** How long all must be idle. */
const QUIET = 250;

/** Waits until nobody else works on this machine, but not for ever. */
async function quiet(): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    const before = ticks();
    await new Promise((done) => setTimeout(done, QUIET));
    const after = ticks();
    if (after.idle - before.idle >= 0.93 * (after.all - before.all)) return;
  }
}

/** What all processors have done since the start. */
function ticks(): { readonly all: number; readonly idle: number } {
  const spent = (read("/proc/stat").split("\n")[0] ?? "").split(/ +/)
    .slice(1, 9).map(Number);
  const all = spent.reduce((sum, one) => sum + one, 0);
  return { all, idle: (spent[3] ?? 0) + (spent[4] ?? 0) };
}

/** Looks at the high-water marks the kernel keeps, again and again until the end. */
async function watched(run: Run): Promise<number> {
  const child = start(run);
  let peak = 0;
  const timer = setInterval(() => {
    for (const pid of family(child.pid)) peak = Math.max(peak, highWater(pid));
  }, 2);
  try {
    await finish(run, child);
  } finally {
    clearInterval(timer);
  }
  return peak;
}

function family(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(" ")
    .filter((word) => word !== "").map(Number);
  return [pid, ...children.flatMap(family)];
}

function highWater(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`));
  return Number(found?.[1] ?? 0) / 1024;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? NaN;
  const high = sorted[Math.floor(middle)] ?? NaN;
  return (low + high) / 2;
}
