/** Starts this program again, as a process of its own. */

import { reasonOf } from "@/config/reason.ts";
import { EXIT } from "@/core/errors.ts";
import type { Piece, Process, Showing, TaskSystem } from "./batch.ts";

/**
 * Finds configuration files on this machine, and runs them.
 *
 * @param module The address of the program's first module.
 */
export function taskSystem(module: string): TaskSystem {
  return {
    namesIn,
    start: (argv, showing) =>
      start([...ownArguments(module), ...argv], showing),
  };
}

function namesIn(path: string): string[] | undefined {
  try {
    if (!Deno.statSync(path).isDirectory) return undefined;
  } catch {
    return undefined; // The run will say what is wrong with it.
  }
  return [...Deno.readDirSync(path)].map(({ name }) => name);
}

/** What stands between the executable and the arguments: nothing in a compiled program. */
function ownArguments(module: string): string[] {
  if (Deno.build.standalone) return [];
  // The bundled program needs no settings, wherever it is.
  const bundled = module.endsWith(".ts") ? [] : ["--no-config", "--no-lock"];
  return ["run", "--allow-all", "--quiet", ...bundled, module];
}

function start(args: readonly string[], { when, notices }: Showing): Process {
  try {
    const now = when === "now";
    const child = new Deno.Command(Deno.execPath(), {
      args: [...args],
      stdin: "null",
      stdout: !notices ? "null" : now ? "inherit" : "piped",
      stderr: now ? "inherit" : "piped",
      // Else a key that stops the batch would be a second signal for the run,
      // and the end of the terminal one for a run below nohup.
      detached: true,
    }).spawn();
    return { ended: endOf(child, { when, notices }), stop: () => stop(child) };
  } catch (error) {
    const end = { code: EXIT.failed, reason: reasonOf(error), pieces: [] };
    return { ended: Promise.resolve(end), stop() {} };
  }
}

async function endOf(
  child: Deno.ChildProcess,
  { when, notices }: Showing,
): ReturnType<() => Process["ended"]> {
  const pieces: Piece[] = [];
  async function keep(stream: Piece["stream"]): Promise<void> {
    const texts = child[stream].pipeThrough(new TextDecoderStream());
    for await (const text of texts) pieces.push({ stream, text });
  }
  await Promise.all(
    when === "now"
      ? []
      : notices
      ? [keep("stdout"), keep("stderr")]
      : [keep("stderr")],
  );
  const { code } = await child.status;
  return { code, pieces };
}

function stop(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGTERM");
  } catch {
    return; // It has ended meanwhile.
  }
}
