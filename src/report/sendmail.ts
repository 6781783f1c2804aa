/** Gives mails to the sendmail of this machine, whichever one that is. */

import { deadline } from "./deadline.ts";

/** How to call it. */
export interface ProgramCall {
  /** Its arguments. */
  readonly args: readonly string[];
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed. */
  readonly limit: number;
}

/** Not for other programs to know. */
const SECRETS = new Set(["SMTP_PASSWORD", "WEBHOOK_URL"]);

/** Cron looks in none of them. */
const USUAL_PLACES = ["/usr/sbin", "/usr/lib", "/sbin"];

/**
 * Hands over a whole mail.
 *
 * @throws {Error} If there is no such program, or it does not take the mail.
 */
export async function sendWithProgram(
  mail: Uint8Array,
  { args, env, limit }: ProgramCall,
): Promise<void> {
  const program = findProgram(env["PATH"] ?? "");
  if (program === undefined) {
    throw new Error("there is no sendmail here, and SMTP_SERVER is not set");
  }
  using patience = deadline(limit);
  const child = new Deno.Command(program, {
    args: [...args],
    env: Object.fromEntries(
      Object.entries(env).filter(([name]) => !SECRETS.has(name)),
    ),
    clearEnv: true,
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const complaint = lastLine(child.stderr, patience.signal);
  patience.signal.addEventListener("abort", () => child.kill("SIGKILL"));
  await feed(child.stdin, mail, patience.signal);
  const { code } = await child.status;
  if (patience.signal.aborted) {
    throw new Error(`${program} did not end in ${limit / 1000} seconds`);
  }
  const words = await complaint;
  if (code !== 0) {
    const why = words === "" ? "" : `: ${words}`;
    throw new Error(`${program} ended with ${code}${why}`);
  }
}

function findProgram(path: string): string | undefined {
  const directories = [...path.split(":"), ...USUAL_PLACES];
  return directories.filter((directory) => directory.startsWith("/"))
    .map((directory) => `${directory}/sendmail`)
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && ((mode ?? 0) & 0o111) !== 0;
  } catch {
    return false;
  }
}

/** A program that ends before it has read everything says by its code what that means. */
async function feed(
  stdin: WritableStream<Uint8Array>,
  mail: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  try {
    await new Blob([mail as Uint8Array<ArrayBuffer>]).stream()
      .pipeTo(stdin, { signal });
  } catch {
    return;
  }
}

/** Reads no longer than the signal lets it: a child's child may keep the stream open. */
async function lastLine(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<string> {
  let text = "";
  const decoder = new TextDecoderStream() as TransformStream<
    Uint8Array,
    string
  >;
  try {
    await stream.pipeThrough(decoder, { signal }).pipeTo(
      new WritableStream({ write: (piece) => void (text += piece) }),
    );
  } catch {
    text = "";
  }
  return text.trimEnd().split("\n").at(-1) ?? "";
}
