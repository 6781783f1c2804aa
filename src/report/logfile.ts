/** The log file: where it is, and what goes into it. */

import type { Config } from "@/config/config.ts";
import { reasonOf } from "@/config/reason.ts";
import { printableName } from "@/core/name.ts";
import { SIDES } from "@/core/side.ts";
import type { Sink, SyncEvent } from "./events.ts";
import { jsonSink } from "./json.ts";
import { isShown, oneLine } from "./line.ts";
import type { Line, LineSettings, Printer } from "./line.ts";
import { timeText } from "./wording.ts";

/** What a log needs of the system. */
export interface LogSystem {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** The working directory, absolute. */
  readonly cwd: string;
  /** Opens for appending, made with mode 0600; throws if it cannot. */
  readonly openLog: (path: string) => (text: string) => void;
  /** Begins a new log if the one there has more bytes; throws if it cannot. */
  readonly rotateLog: (path: string, maxBytes: number) => void;
  /** The path without links, as far as it exists. */
  readonly realPath: (path: string) => string;
}

/** Appends to an open log; throws if it cannot. */
export type LogWriter = (text: string) => void;

/** An open log, or why there is none. */
export type OpenedLog =
  | {
    /** Discriminates the union. */
    readonly ok: true;
    /** Appends. */
    readonly write: LogWriter;
    /** What is not as it should be, one line for the user. */
    readonly warning?: string | undefined;
  }
  | {
    /** Discriminates the union. */
    readonly ok: false;
    /** One line for the user. */
    readonly warning: string;
  };

/** Opens the log of a task: the file the settings name, else the first usual place that can be written. */
export function openLog(config: Config, system: LogSystem): OpenedLog {
  const named = config.output.logFile;
  let reason = named === undefined
    ? "the usual places are in a replica; LOGFILE may name another one"
    : "it is in a replica, where a dry run writes nothing";
  for (
    const path of named === undefined ? usualPaths(config, system) : [named]
  ) {
    // Runs would synchronise their own traces for ever; a dry run must leave none.
    const mayBeInside = named !== undefined && !config.dry;
    if (!mayBeInside && isInReplica(path, config, system)) continue;
    try {
      const warning = rotate(path, config, system);
      return { ok: true, write: system.openLog(path), warning };
    } catch (error) {
      reason = reasonOf(error);
    }
  }
  const what = named === undefined ? "anywhere" : `to ${printableName(named)}`;
  return { ok: false, warning: `Cannot log ${what}: ${reason}` };
}

/** A log that cannot be renamed just grows; the warning says so. */
function rotate(
  path: string,
  { output: { logMaxBytes } }: Config,
  system: LogSystem,
): string | undefined {
  if (logMaxBytes === 0) return undefined;
  try {
    system.rotateLog(system.realPath(path), logMaxBytes);
    return undefined;
  } catch (error) {
    const name = printableName(path);
    return `Cannot begin a new log, so ${name} grows: ${reasonOf(error)}`;
  }
}

function usualPaths(
  { instance }: Config,
  { env, cwd }: LogSystem,
): string[] {
  const home = env["HOME"] ?? "";
  return ["/var/log", ...(home.startsWith("/") ? [home] : []), cwd]
    .map((directory) => `${directory}/osync.${instance}.log`);
}

function isInReplica(
  path: string,
  config: Config,
  { realPath }: LogSystem,
): boolean {
  const real = realPath(path);
  return SIDES.some((side) => {
    const location = config.replicas[side];
    if (location.kind !== "local") return false;
    const root = realPath(location.path);
    return real.startsWith(root.endsWith("/") ? root : `${root}/`);
  });
}

const LABELS: Partial<Record<Line["level"], string>> = {
  critical: "(CRITICAL):",
  error: "(ERROR):",
  warning: "(WARN):",
  verbose: "(VERBOSE):",
};

/** What writing to a log needs. */
export interface LogTools {
  /** Appends. */
  readonly write: LogWriter;
  /** The clock. */
  readonly now: () => Date;
  /** Told once if appending fails; nothing is appended after that. */
  readonly onFailure: (warning: string) => void;
}

/** A printer for the log: dated lines without colours. */
export function logPrinter(output: LineSettings, tools: LogTools): Printer {
  const write = untilFailure(tools);
  return ({ level, text, bare }) => {
    if (!isShown(level, output)) return;
    const prefix = output.prefix && bare === undefined
      ? `${timeText(tools.now())} - `
      : "";
    write(`${prefix}${LABELS[level] ?? ""}${oneLine(text)}\n`);
  };
}

/** A sink for a log of JSON: the lines of `--json`, of progress the beginning of each phase. */
export function logSink(output: LineSettings, tools: LogTools): Sink {
  const sink = jsonSink({ write: untilFailure(tools), now: tools.now });
  let phase = "";
  return (event) => {
    if (!isLogged(event, output)) return;
    if (event.kind === "progress") {
      if (event.progress.phase === phase) return;
      phase = event.progress.phase;
    }
    sink(event);
  };
}

function isLogged(event: SyncEvent, output: LineSettings): boolean {
  switch (event.kind) {
    case "message":
      return isShown(event.level, output);
    case "problem":
    case "finished":
    case "failed":
      return true;
    default:
      return !output.errorsOnly;
  }
}

/** Writes until that fails; tells so, and gives up. */
function untilFailure({ write, onFailure }: LogTools): LogWriter {
  let works = true;
  return (text) => {
    if (!works) return;
    try {
      write(text);
    } catch (error) {
      works = false;
      onFailure(`Cannot go on logging: ${reasonOf(error)}`);
    }
  };
}
