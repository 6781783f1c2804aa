/** Programs that write into a replica while runs are on. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** A program that goes on until it is stopped. */
export class Busy implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stop: string;

  /** @param command Is given the path `stop` as well, and ends once something is there; it may leave a number in it. */
  constructor(command: readonly string[], stop: string) {
    const [program = "", ...args] = command;
    this.#stop = stop;
    this.#child = new Deno.Command(program, {
      args: [...args, stop],
      stdin: "null",
      stdout: "null",
    }).spawn();
  }

  /**
   * One of the kinds that `busy_program.ts` knows.
   *
   * @param first What it begins to count with.
   */
  static with(kind: string, dir: string, first = 0): Busy {
    const program = new URL("busy_program.ts", import.meta.url).pathname;
    return new Busy([
      Deno.execPath(),
      "run",
      "-A",
      "--no-check",
      program,
      kind,
      dir,
      `${first}`,
    ], `${dir}.stop-${kind}`);
  }

  /** Waits until it has begun: until something is at this path. */
  async began(path: string): Promise<void> {
    while (!existsSync(path)) {
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  /** Lets it come to an end; tells the number it left. */
  async stop(): Promise<number> {
    await this[Symbol.asyncDispose]();
    return Number(readFileSync(this.#stop, "utf8"));
  }

  /** Lets it come to an end. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!existsSync(this.#stop)) writeFileSync(this.#stop, "");
    const { success } = await this.#child.status;
    if (!success) throw new Error("The busy program failed");
  }
}
