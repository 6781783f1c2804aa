/** Programs of the system that only some machines have. */

/** How a program ended. */
export interface Checked {
  /** Exit code. */
  readonly code: number;
  /** Standard output, then standard error. */
  readonly output: string;
}

/** Whether a program can be found. */
export function has(program: string): boolean {
  const path = Deno.env.get("PATH") ?? "";
  return path.split(":").some((directory) => {
    try {
      return Deno.statSync(`${directory}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}

/** Runs a program to its end. */
export async function check(
  program: string,
  args: readonly string[],
  options: Omit<Deno.CommandOptions, "args"> = {},
): Promise<Checked> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    stdin: "null",
    ...options,
    args: [...args],
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}
