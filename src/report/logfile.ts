/** The log file: where it is, and what goes into it. */

import type { Config, OutputSettings } from "@/config/config.ts";
import { reasonOf } from "@/config/reason.ts";
import { printableName } from "@/core/name.ts";
import { SIDES } from "@/core/side.ts";
import { isShown, oneLine } from "./line.ts";
import type { Line, Printer } from "./line.ts";
import { timeText } from "./wording.ts";

/** What a log needs of the system. */
export interface LogSystem {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** The working directory, absolute. */
  readonly cwd: string;
  /** Opens for appending, made with mode 0600; throws if it cannot. */
  readonly openLog: (path: string) => (text: string) => void;
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
    /** Where it is, absolute. */
    readonly path: string;
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
      return { ok: true, write: system.openLog(path), path };
    } catch (error) {
      reason = reasonOf(error);
    }
  }
  const what = named === undefined ? "anywhere" : `to ${printableName(named)}`;
  return { ok: false, warning: `Cannot log ${what}: ${reason}` };
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

/** What a log printer needs. */
export interface LogTools {
  /** Appends. */
  readonly write: LogWriter;
  /** The clock. */
  readonly now: () => Date;
  /** Told once if appending fails; nothing is appended after that. */
  readonly onFailure: (warning: string) => void;
}

/** A printer for the log: dated lines without colours. */
export function logPrinter(output: OutputSettings, tools: LogTools): Printer {
  let works = true;
  return ({ level, text, bare }) => {
    if (!works || !isShown(level, output)) return;
    const prefix = output.prefix && bare === undefined
      ? `${timeText(tools.now())} - `
      : "";
    try {
      tools.write(`${prefix}${LABELS[level] ?? ""}${oneLine(text)}\n`);
    } catch (error) {
      works = false;
      tools.onFailure(`Cannot go on logging: ${reasonOf(error)}`);
    }
  };
}
