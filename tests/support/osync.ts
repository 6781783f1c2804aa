/** osync, run in this process or as one of its own. */

import { main, type World } from "@/cli.ts";
import { decodeName } from "@/core/name.ts";
import type { RunReport, SyncEvent } from "@/report/events.ts";
import { runSync } from "@/run.ts";

/** What is around a run. */
export interface RunOptions {
  /** Added to the environment; nothing else is in it for a run in this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Working directory. */
  readonly cwd?: string;
  /** The clock of a run in this process. */
  readonly now?: () => Date;
  /** Stops a run in this process. */
  readonly signal?: AbortSignal;
  /** Called for each event of a run in this process, in time to meddle. */
  readonly onEvent?: (event: SyncEvent) => void;
}

/** How a process ended. */
export interface Ended {
  /** Exit code. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
}

/** How a run in this process ended. */
export interface Ran extends Ended {
  /** What happened, in order. */
  readonly events: readonly SyncEvent[];
  /** Set if the run came to an end of its own. */
  readonly report: RunReport | undefined;
}

/** Runs osync in this process: a hundred times faster than starting one. */
export async function runHere(
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  const { now = () => new Date(), onEvent } = options;
  const signal = options.signal ?? new AbortController().signal;
  const events: SyncEvent[] = [];
  let report: RunReport | undefined;
  let [stdout, stderr] = ["", ""];
  const world: World = {
    env: options.env ?? {},
    cwd: options.cwd ?? Deno.cwd(),
    readText: (path) => decodeName(Deno.readFileSync(path)),
    isReadableByOthers: (path) =>
      ((Deno.statSync(path).mode ?? 0) & 0o004) !== 0,
    realPath,
    openLog: (path) => (text) =>
      Deno.writeTextFileSync(path, text, { append: true }),
    stdout: (text) => stdout += text,
    stderr: (text) => stderr += text,
    isTerminal: { stdout: false, stderr: false },
    columns: () => 80,
    now,
    signal,
    identity: () => ({ user: "tester", host: "here", pid: Deno.pid }),
    async run(config, tools) {
      report = await runSync(config, {
        ...tools,
        sink(event) {
          events.push(event);
          tools.sink(event);
          onEvent?.(event);
        },
      });
      return report;
    },
  };
  const code = await main(args, world);
  return { code, stdout, stderr, events, report };
}

/** The real path as far as there is one, as `main.ts` has it. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    const slash = path.lastIndexOf("/");
    return slash <= 0
      ? path
      : `${realPath(path.slice(0, slash))}${path.slice(slash)}`;
  }
}

/** osync as a process. */
export interface Started {
  /** Its process id. */
  readonly pid: number;
  /** Sends it a signal. */
  readonly kill: (signal: Deno.Signal) => void;
  /** Waits for its end. */
  readonly ended: Promise<Ended>;
}

/** Starts osync as its user does. */
export function startProcess(
  args: readonly string[],
  options: Pick<RunOptions, "env" | "cwd"> = {},
): Started {
  const project = new URL("../../", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "-P=app",
      `--config=${project}deno.json`,
      `${project}main.ts`,
      ...args,
    ],
    ...options,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const decoder = new TextDecoder();
  return {
    pid: child.pid,
    kill: (signal) => child.kill(signal),
    ended: child.output().then(({ code, stdout, stderr }) => ({
      code,
      stdout: decoder.decode(stdout),
      stderr: decoder.decode(stderr),
    })),
  };
}
