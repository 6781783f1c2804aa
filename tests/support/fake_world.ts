/** A world without a process: what the program prints is kept in strings. */

import { main } from "@/cli.ts";
import type { World } from "@/cli.ts";
import type { Config } from "@/config/config.ts";
import { NOW, reportOf } from "./report_fixture.ts";

/** What somebody at the shell sees, and what the log and the engine got. */
export interface Session {
  /** Exit code. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
  /** Contents of log files by path. */
  readonly logs: Readonly<Record<string, string>>;
  /** With what the engine was called, if it was. */
  readonly config: Config | undefined;
}

/** Runs the command line; the engine has nothing to do unless `world` replaces it. */
export async function osync(
  argv: readonly string[],
  world: Partial<World> = {},
): Promise<Session> {
  const streams = { stdout: "", stderr: "" };
  const logs: Record<string, string> = {};
  let used: Config | undefined;
  const run: World["run"] = world.run ?? ((config, { sink }) => {
    sink({
      kind: "started",
      instance: config.instance,
      dry: config.dry,
      replicas: { initiator: "/a", target: "/b" },
    });
    const report = reportOf({ dry: config.dry });
    sink({ kind: "finished", report });
    return Promise.resolve(report);
  });
  const code = await main(argv, {
    env: { HOME: "/home/ann", TERM: "xterm" },
    cwd: "/here",
    readText: () => "",
    isReadableByOthers: () => false,
    realPath: (path) => path,
    openLog(path) {
      logs[path] = "";
      return (text) => logs[path] += text;
    },
    stdout: (text) => streams.stdout += text,
    stderr: (text) => streams.stderr += text,
    isTerminal: { stdout: false, stderr: false },
    columns: () => 80,
    now: () => NOW,
    signal: new AbortController().signal,
    identity: () => ({ user: "ann", host: "box", pid: 42 }),
    ...world,
    run(config, tools) {
      used = config;
      return run(config, tools);
    },
  });
  return { code, ...streams, logs, config: used };
}
