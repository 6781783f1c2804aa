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
export type Peer = "osync" | "rsync" | "unison" | "cp" | "find" | "floor";

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
      case "floor":
        return { command: [floorProgram(this.#area), from, to] };
      case "find":
        // Looks at everything on both sides, and at nothing else.
        return { command: ["find", from, to, "-size", "+9999G"] };
      default:
        return peer satisfies never;
    }
  }

  /** Copies some files, and waits for the disk. */
  copyFiles({ from, to }: Pair, files: readonly string[]): Run {
    const list = `${this.#area}/list`;
    Deno.writeTextFileSync(list, files.join("\0"));
    const copy =
      'cd "$1" && xargs -0 -a "$3" cp -a --parents -t "$2" && sync -f "$2"';
    return { command: ["sh", "-c", copy, "sh", from, to, list] };
  }

  /** Those of the peers that are installed, or can be made. */
  async installed(peers: readonly Peer[]): Promise<Peer[]> {
    const found: Peer[] = [];
    for (const peer of peers) {
      const isHere = peer === "osync" || await versionOf(peer) !== "" ||
        peer === "floor" && await makeFloor(this.#area);
      if (isHere) found.push(peer);
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

function floorProgram(area: string): string {
  return `${area}/floor`;
}

/** Compiles it; without a compiler there is none. */
async function makeFloor(area: string): Promise<boolean> {
  const source = new URL("floor.c", import.meta.url).pathname;
  try {
    const { success } = await new Deno.Command("cc", {
      args: ["-O2", "-o", floorProgram(area), source],
    }).output();
    return success;
  } catch {
    return false;
  }
}
