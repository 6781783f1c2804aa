/** How each program is called for the same work. */

import type { Run } from "./contest.ts";

/** A pair of directories that one program keeps the same. */
export interface Pair {
  /** Where files are made and edited. */
  readonly from: string;
  /** The other one. */
  readonly to: string;
}

/** Programs under test, and how they synchronise a pair. */
export type Peer = "osync" | "rsync" | "unison" | "cp" | "find";

/** Makes runs of every peer. */
export class Peers {
  readonly #area: string;
  readonly #program: string;

  /**
   * @param area For logs and archives.
   * @param program The bundled osync.
   */
  constructor(area: string, program: string) {
    this.#area = area;
    this.#program = program;
  }

  /** Runs osync. */
  osync(args: readonly string[]): Run {
    return {
      command: [
        Deno.execPath(),
        ..."run -A --quiet --no-config --no-lock --no-remote --no-npm"
          .split(" "),
        this.#program,
        ...args,
      ],
      env: { LOGFILE: `${this.#area}/osync.log`, DENO_NO_UPDATE_CHECK: "1" },
    };
  }

  /** Makes the pair the same, or with `dry` only finds out what differs. */
  sync(peer: Peer, { from, to }: Pair, options: { dry?: boolean } = {}): Run {
    switch (peer) {
      case "osync":
        return this.osync([
          `--initiator=${from}`,
          `--target=${to}`,
          `--instance-id=${to.slice(to.lastIndexOf("/") + 1)}`,
          "--errors-only",
        ]);
      case "rsync": {
        const flags = options.dry === true ? "-an" : "-a";
        return { command: ["rsync", flags, "--delete", `${from}/`, `${to}/`] };
      }
      case "unison":
        return {
          command: [
            "unison",
            from,
            to,
            ..."-batch -auto -times -owner -group -confirmbigdel=false -silent"
              .split(" "),
          ],
          env: { UNISON: `${this.#area}/unison` },
        };
      case "cp":
        // As osync does, it waits for the disk.
        return {
          command: [
            "sh",
            "-c",
            'cp -a "$1/." "$2" && sync -f "$2"',
            "sh",
            from,
            to,
          ],
        };
      case "find":
        // Looks at everything on both sides, and at nothing else.
        return { command: ["find", from, to, "-size", "+9999G"] };
      default:
        return peer satisfies never;
    }
  }

  /** Those of the peers that are installed. */
  static async installed(peers: readonly Peer[]): Promise<Peer[]> {
    const found: Peer[] = [];
    for (const peer of peers) {
      if (peer === "osync" || await versionOf(peer) !== "") found.push(peer);
    }
    return found;
  }
}

/** First line of what a program says about itself; empty if it is not here. */
export async function versionOf(
  program: string,
  option = program === "unison" ? "-version" : "--version",
): Promise<string> {
  try {
    const { stdout } = await new Deno.Command(program, { args: [option] })
      .output();
    return new TextDecoder().decode(stdout).split("\n")[0] ?? "";
  } catch {
    return "";
  }
}
