/** The program: gives the command line its world, and the shell an exit code. */

import { EXIT, InterruptedError } from "@/core/errors.ts";
import { decodeName } from "@/core/name.ts";

const encoder = new TextEncoder();

if (isThread()) (await import("@/replica/reading_thread.ts")).serveThread();
else Deno.exit(await program());

/** Whether this is the second thread of a run. */
function isThread(): boolean {
  return Object.prototype.toString.call(globalThis) ===
    "[object DedicatedWorkerGlobalScope]";
}

async function program(): Promise<number> {
  const { main } = await import("@/cli.ts");
  return await main(programArguments(), {
    env: Deno.env.toObject(),
    cwd: Deno.cwd(),
    readText: (path) => decodeName(Deno.readFileSync(path)),
    isReadableByOthers,
    realPath,
    openLog,
    stdout: (text) => print(Deno.stdout, text),
    stderr: (text) => print(Deno.stderr, text),
    isTerminal: {
      stdout: Deno.stdout.isTerminal(),
      stderr: Deno.stderr.isTerminal(),
    },
    columns,
    now: () => new Date(),
    signal: listen(),
    identity: () => ({
      user: Deno.env.get("USER") ?? Deno.env.get("LOGNAME") ??
        String(Deno.uid() ?? "unknown"),
      host: Deno.hostname(),
      pid: Deno.pid,
    }),
    run: async (config, tools) => {
      const { runSync } = await import("@/run.ts");
      return await runSync(config, { ...tools, module: import.meta.url });
    },
  });
}

/** Aborted when a signal arrives. */
function listen(): AbortSignal {
  const stop = new AbortController();
  // The first listener ends the ignoring, so this has to be asked before.
  const ignoresHangup = isHangupIgnored();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(name, () => {
      if (name === "SIGHUP" && ignoresHangup) return;
      if (name === "SIGINT" && stop.signal.aborted) Deno.exit(EXIT.interrupted);
      stop.abort(new InterruptedError(name === "SIGINT" ? name : "SIGTERM"));
    });
  }
  return stop.signal;
}

/** Under nohup the end of the terminal must not stop a run. */
function isHangupIgnored(): boolean {
  const status = new TextDecoder().decode(ownProcess("status"));
  const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(status);
  return ignored !== null && /[13579bdf]$/.test(ignored[1] as string);
}

/** Deno replaces bytes that are not UTF-8; the kernel still knows them. */
function programArguments(): string[] {
  if (!Deno.args.some((argument) => argument.includes("\ufffd"))) {
    return Deno.args;
  }
  const whole = decodeName(ownProcess("cmdline")).split("\0").slice(0, -1);
  return whole.length === 0 ? Deno.args : whole.slice(-Deno.args.length);
}

/** A file of Linux about this process; empty where it cannot be read. */
function ownProcess(name: string): Uint8Array {
  try {
    return Deno.readFileSync(`/proc/self/${name}`);
  } catch {
    return new Uint8Array();
  }
}

function isReadableByOthers(path: string): boolean {
  return ((Deno.statSync(path).mode ?? 0) & 0o004) !== 0;
}

function openLog(path: string): (text: string) => void {
  const file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
  return (text) => writeAll(file, text);
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    const slash = path.lastIndexOf("/");
    if (slash <= 0) return path;
    const parent = realPath(path.slice(0, slash));
    return `${parent === "/" ? "" : parent}${path.slice(slash)}`;
  }
}

function columns(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}

/** A reader that has gone away must not end a synchronisation. */
function print(stream: typeof Deno.stdout, text: string): void {
  try {
    writeAll(stream, text);
  } catch {
    return;
  }
}

function writeAll(
  stream: { writeSync(bytes: Uint8Array): number },
  text: string,
): void {
  let rest = encoder.encode(text);
  while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
}
