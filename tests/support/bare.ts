/** osync as a process with next to nothing around it. */

import { chownSync } from "node:fs";
import { SIDES } from "@/core/side.ts";
import { pathsIn } from "./evidence.ts";
import { isRoot } from "./machine.ts";
import type { Ended } from "./osync.ts";
import type { Replicas } from "./replicas.ts";

const PROJECT = new URL("../../", import.meta.url).pathname;

/** What a process has. */
export interface Bareness {
  /** The whole environment, but for where Deno keeps its cache. */
  readonly env?: Readonly<Record<string, string>>;
  /** A command that starts it: these words come before its own. */
  readonly through?: readonly string[];
  /** A configuration file that names the replicas, instead of options. */
  readonly conf?: string;
  /** The module it runs, in the project; osync itself if it is left out. */
  readonly module?: string;
}

/** The process, not started yet. */
export function bareCommand(
  pair: Replicas,
  options: readonly string[] = [],
  { env = {}, through = [], conf, module = "main.ts" }: Bareness = {},
): Deno.Command {
  const replicas = SIDES.map((side) => `--${side}=${pair.path(side)}`);
  const [program = "", ...args] = [
    ...through,
    Deno.execPath(),
    "run",
    "-P=app",
    "--no-prompt",
    `--config=${PROJECT}deno.json`,
    `${PROJECT}${module}`,
    ...(conf === undefined ? replicas : [conf]),
    ...options,
  ];
  return new Deno.Command(program, {
    args,
    clearEnv: true,
    env: { DENO_DIR: cacheDirectory(), LOGFILE: `${pair.home}/log`, ...env },
    cwd: pair.home,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

function cacheDirectory(): string {
  return Deno.env.get("DENO_DIR") ??
    `${Deno.env.get("HOME") ?? "/root"}/.cache/deno`;
}

/** Runs it to its end. */
export async function runBare(
  pair: Replicas,
  options: readonly string[] = [],
  bareness: Bareness = {},
): Promise<Ended> {
  const { code, stdout, stderr } = await bareCommand(pair, options, bareness)
    .output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** How a process ended that was watched. */
export interface Watched {
  /** Exit code; 128 and the signal's number if one killed it. */
  readonly code: number;
  /** Milliseconds from the first signal to the end. */
  readonly lasted: number;
  /** The objects it printed. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** How long nothing is read after a signal, in milliseconds. */
const FILL = 100;

/** Runs it with `--json`, and sends it a signal as soon as `when` says so. */
export async function interruptBare(
  pair: Replicas,
  signal: Deno.Signal,
  when: (event: Readonly<Record<string, unknown>>) => boolean,
  bareness: Bareness = {},
): Promise<Watched> {
  const child = bareCommand(pair, ["--json"], bareness).spawn();
  const events: Record<string, unknown>[] = [];
  let sent: number | undefined;
  let rest = "";
  const said = child.stdout.pipeThrough(new TextDecoderStream());
  const errors = new Response(child.stderr).text();
  for await (const chunk of said) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = JSON.parse(line);
      events.push(event);
      if (sent !== undefined || !when(event)) continue;
      sent = performance.now();
      child.kill(signal);
      // Meanwhile the pipe fills, and the process cannot hurry to its end.
      await new Promise((done) => setTimeout(done, FILL));
    }
  }
  const { code } = await child.status;
  await errors;
  return { code, lasted: performance.now() - (sent ?? 0), events };
}

const NOBODY = 65534;
const AS_NOBODY = [
  "setpriv",
  `--reuid=${NOBODY}`,
  `--regid=${NOBODY}`,
  "--clear-groups",
];

/** Whether {@linkcode runAsNobody} can work here: not if the project or Deno is in a private directory. */
export function canBeNobody(): boolean {
  if (!isRoot) return false;
  const [program = "", ...args] = [
    ...AS_NOBODY,
    Deno.execPath(),
    "run",
    "-A",
    `--config=${PROJECT}deno.json`,
    `${PROJECT}main.ts`,
    "--version",
  ];
  try {
    return new Deno.Command(program, { args, stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

/** Gives everything of a pair to a user without rights. */
export function giveToNobody(pair: Replicas): void {
  for (const path of ["", ...pathsIn(pair.home)]) {
    chownSync(`${pair.home}/${path}`, NOBODY, NOBODY);
  }
}

/** Runs osync as that user. */
export function runAsNobody(
  pair: Replicas,
  options: readonly string[] = [],
): Promise<Ended> {
  return runBare(pair, options, {
    through: AS_NOBODY,
    env: { DENO_DIR: `${pair.home}/cache` },
  });
}
