/** The command line: from arguments to an exit code. */

import { checkText } from "@/config/check.ts";
import type { Config } from "@/config/config.ts";
import { helpText, usageText } from "@/config/help.ts";
import { parseCommandLine } from "@/config/options.ts";
import { EXIT, InterruptedError, SyncError } from "@/core/errors.ts";
import type { ExitCode } from "@/core/errors.ts";
import type { RunReport, Sink, SyncEvent } from "@/report/events.ts";
import { jsonSink } from "@/report/json.ts";
import type { Printer } from "@/report/line.ts";
import { logPrinter, openLog } from "@/report/logfile.ts";
import type { LogSystem, OpenedLog } from "@/report/logfile.ts";
import { liveLine } from "@/report/progress.ts";
import { screenPrinter } from "@/report/screen.ts";
import { hasColours } from "@/report/style.ts";
import { textSink } from "@/report/text.ts";
import type { Identity } from "@/report/text.ts";
import { VERSION } from "@/version.ts";
import { type Asked, settle, type SettlingWorld } from "./settle.ts";

/** What a run needs besides its configuration. */
export interface RunTools {
  /** Where events go. */
  readonly sink: Sink;
  /** Aborted with an `InterruptedError` when the run shall stop. */
  readonly signal: AbortSignal;
  /** The clock. */
  readonly now: () => Date;
  /** The log file, absolute; absent where there is none. */
  readonly log?: string;
}

/** Everything the program has around it; a test replaces it. */
export interface World extends SettlingWorld, LogSystem {
  /** Writes to standard output. */
  readonly stdout: (text: string) => void;
  /** Writes to standard error. */
  readonly stderr: (text: string) => void;
  /** Which of the two are terminals. */
  readonly isTerminal: { readonly stdout: boolean; readonly stderr: boolean };
  /** Width of the terminal. */
  readonly columns: () => number;
  /** The clock. */
  readonly now: () => Date;
  /** Aborted when a signal arrives. */
  readonly signal: AbortSignal;
  /** Who runs osync. */
  readonly identity: () => Omit<Identity, "version">;
  /** Synchronises once. */
  readonly run: (config: Config, tools: RunTools) => Promise<RunReport>;
}

/** What the user should know before a run. */
interface Notes {
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

/** Does what the arguments say; never fails. */
export async function main(
  argv: readonly string[],
  world: World,
): Promise<ExitCode> {
  const line = parseCommandLine(argv);
  switch (line.kind) {
    case "usage":
      world.stdout(usageText());
      return EXIT.ok;
    case "help":
      world.stdout(helpText());
      return EXIT.ok;
    case "version":
      world.stdout(`osync ${VERSION}\n`);
      return EXIT.ok;
    case "invalid":
      return refuse(line.errors, EXIT.usage, world);
    case "sync": {
      const settled = settle(line, world);
      return settled.ok
        ? await synchronise(settled.config, settled, world)
        : refuse(settled.errors, settled.code, world);
    }
    case "check":
      return check(line, world);
    default:
      return line satisfies never;
  }
}

/** Says what a run would go by; looks at nothing but the files with settings. */
function check(asked: Asked, world: World): ExitCode {
  const settled = settle(asked, world);
  if (!settled.ok) return refuse(settled.errors, settled.code, world);
  const { notices, warnings, read } = settled;
  for (const text of notices) world.stderr(`osync: ${text}\n`);
  for (const text of warnings) world.stderr(`osync: Warning: ${text}\n`);
  world.stdout(checkText(read));
  return EXIT.ok;
}

function refuse(
  messages: readonly string[],
  code: ExitCode,
  { stderr }: World,
): ExitCode {
  for (const message of messages) stderr(`osync: ${message}\n`);
  return code;
}

async function synchronise(
  config: Config,
  { warnings: doubts, notices }: Notes,
  world: World,
): Promise<ExitCode> {
  let warnings = 0;
  const log = openLog(config, world);
  const report = reporter(config, world, { log, warn });
  function sink(event: SyncEvent): void {
    if (event.kind === "message" && event.level === "warning") warnings++;
    report(event);
  }
  function warn(text: string): void {
    sink({ kind: "message", level: "warning", text });
  }
  for (const text of notices) sink({ kind: "message", level: "notice", text });
  doubts.forEach(warn);
  if (!log.ok) warn(log.warning);
  try {
    const { signal, now } = world;
    const place = log.ok ? { log: log.path } : {};
    const finished = await world.run(config, { sink, signal, now, ...place });
    return codeOf(finished, warnings, signal);
  } catch (error) {
    return fail(error, sink, config);
  }
}

/** What the engine says about itself is not believed against its own figures. */
function codeOf(
  report: RunReport,
  warnings: number,
  signal: AbortSignal,
): ExitCode {
  if (report.result === "interrupted") {
    const { reason } = signal;
    return reason instanceof InterruptedError
      ? reason.exitCode
      : EXIT.interrupted;
  }
  const lasting = report.problems.some(({ transient }) => transient !== true);
  if (report.result === "errors" || lasting || report.errors > 0) {
    return EXIT.failed;
  }
  const some = report.problems.length + report.warnings + warnings > 0;
  return report.result === "warnings" || some ? EXIT.warned : EXIT.ok;
}

function fail(error: unknown, sink: Sink, config: Config): ExitCode {
  if (error instanceof SyncError) {
    const { name, message, hint, exitCode } = error;
    sink({
      kind: "failed",
      error: name,
      message,
      ...(hint === undefined ? {} : { hint }),
      exitCode,
    });
    return exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (config.output.debug && error instanceof Error) {
    for (const text of (error.stack ?? "").split("\n")) {
      sink({ kind: "message", level: "error", text });
    }
  }
  sink({
    kind: "failed",
    error: "Error",
    message: `Unexpected error: ${message}`,
    hint: "This is a defect of osync; _DEBUG=yes shows where it arose",
    exitCode: EXIT.failed,
  });
  return EXIT.failed;
}

/** Sends events to the screen, as text or JSON, and to the log. */
function reporter(
  config: Config,
  world: World,
  { log, warn }: { log: OpenedLog; warn: (text: string) => void },
): Sink {
  const { output } = config;
  const { env, isTerminal, now, stdout, stderr } = world;
  const started = now().getTime();
  const live = liveLine({ write: stderr, columns: world.columns, now });
  const isLive = isTerminal.stderr && output.interactive && !output.silent &&
    !output.errorsOnly && !output.json && env["TERM"] !== "dumb";
  const screen: Printer = output.json ? () => {} : screenPrinter(output, {
    stdout: { write: stdout, colours: hasColours(env, isTerminal.stdout) },
    stderr: { write: stderr, colours: hasColours(env, isTerminal.stderr) },
    elapsed: () => (now().getTime() - started) / 1000,
    erase: live.erase,
  });
  const logged: Printer = !log.ok ? () => {} : logPrinter(output, {
    write: log.write,
    now,
    onFailure: warn,
  });
  const sinks: Sink[] = [textSink(config, {
    identity: { ...world.identity(), version: VERSION },
    now,
    signal: world.signal,
    print(line) {
      screen(line);
      logged(line);
    },
  })];
  if (output.json && !output.silent) {
    sinks.push(jsonSink({ write: stdout, now }));
  }
  if (isLive) sinks.push(live.sink);
  return (event) => sinks.forEach((sink) => sink(event));
}
