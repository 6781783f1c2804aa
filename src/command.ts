/** Runs a command line of the user's, with everything it starts, until it ends or must. */

import { reasonOf } from "@/config/reason.ts";
import { alarm, waitFor } from "./clock.ts";

/** What a command is run with. */
export interface CommandOptions {
  /** Added to the environment osync has. */
  readonly env: Readonly<Record<string, string>>;
  /** How long it may take; 0 for any time. */
  readonly seconds: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** How a command ended. */
export interface CommandEnd {
  /** Its last lines on standard output and standard error, in their order. */
  readonly output: readonly string[];
  /** Completes "the command failed: "; `undefined` if it did not. */
  readonly failure: string | undefined;
}

/** Between the request to end and the end, in milliseconds. */
const GRACE = 5000;

/** How long to read on what others still may write when a command has ended, in milliseconds. */
const LINGER = 500;

/** How much of the output is kept, in characters. */
const OUTPUT = 64 * 1024;

/**
 * Gives a command line to the shell. It reads nothing, and is the first of a
 * process group: when its time is over or the signal is aborted, the whole
 * group is ended. What it leaves in the background when it ends goes on.
 */
export async function runCommand(
  command: string,
  options: CommandOptions,
): Promise<CommandEnd> {
  const started = start(command, options.env);
  if (typeof started === "string") return { output: [], failure: started };
  using group = new Group(started.pid);
  const said = new Said(started.stdout);
  const ended = Promise.all([started.status, said.end]);
  const why = await untilEnd(started.status, options);
  if (why !== undefined) await group.end(ended);
  const status = await started.status;
  await waitFor(said.end, LINGER);
  await said.stop();
  return { output: said.lines(), failure: why ?? failureOf(status) };
}

/** The process, or why there is none. */
function start(
  command: string,
  env: Readonly<Record<string, string>>,
): Deno.ChildProcess | string {
  try {
    return new Deno.Command("/bin/sh", {
      // One pipe for both streams keeps their lines in order.
      args: ["-c", 'exec /bin/sh -c "$1" 2>&1', "sh", command],
      env: { ...env, PATH: searchPath() },
      detached: true,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  } catch (error) {
    return `it cannot be started: ${reasonOf(error)}`;
  }
}

/** Where the shell looks for programs; Deno puts a folder of its own where nobody says. */
function searchPath(): string {
  const path = Deno.env.get("PATH") ?? "";
  return path === "" || /^[^:]*\/node_compat_bin$/.test(path)
    ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    : path;
}

/** Waits for the end; says why it has to be brought about. */
async function untilEnd(
  status: Promise<unknown>,
  { seconds, signal }: CommandOptions,
): Promise<string | undefined> {
  const stopped = Promise.withResolvers<string>();
  const stop = (): void => stopped.resolve("the run was stopped");
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  using _limit = alarm(
    seconds,
    () => stopped.resolve(`it took longer than ${seconds} seconds`),
  );
  try {
    return await Promise.race([
      status.then(() => undefined),
      stopped.promise,
    ]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function failureOf({ code, signal }: Deno.CommandStatus): string | undefined {
  if (signal !== null) return `${signal} ended it`;
  return code === 0 ? undefined : `it ended with exit code ${code}`;
}

/** A process and all its descendants that made no group of their own. */
class Group implements Disposable {
  readonly #pid: number;
  readonly #kill = (): void => this.#send("SIGKILL");

  constructor(pid: number) {
    this.#pid = pid;
    // Whoever ends osync at once ends what it runs.
    globalThis.addEventListener("unload", this.#kill);
  }

  /** Asks all of it to end; what has not after a while is ended. */
  async end(ended: Promise<unknown>): Promise<void> {
    this.#send("SIGTERM");
    await waitFor(ended, GRACE);
    this.#kill();
  }

  #send(signal: Deno.Signal): void {
    try {
      Deno.kill(-this.#pid, signal);
    } catch (error) {
      // Nobody is left.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  [Symbol.dispose](): void {
    globalThis.removeEventListener("unload", this.#kill);
  }
}

/** The end of what a stream says. */
class Said {
  /** Resolved when nobody can say more. */
  readonly end: Promise<void>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
    this.end = this.#read();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) return;
      this.#text += decoder.decode(value, { stream: true });
      if (this.#text.length > 2 * OUTPUT) {
        this.#text = this.#text.slice(-OUTPUT);
      }
    }
  }

  /** Hears no more. */
  async stop(): Promise<void> {
    await this.#reader.cancel();
  }

  lines(): string[] {
    const text = this.#text.slice(-OUTPUT).replace(/\n$/, "");
    return text === "" ? [] : text.split("\n");
  }
}
