/** The command line: from arguments to an exit code. */

import { checkText } from "@/config/check.ts";
import type { Config } from "@/config/config.ts";
import { helpText, usageText } from "@/config/help.ts";
import { parseCommandLine } from "@/config/options.ts";
import { EXIT, InterruptedError, SyncError } from "@/core/errors.ts";
import type { ExitCode } from "@/core/errors.ts";
import type { RunReport, Sink, SyncEvent } from "@/report/events.ts";
import { openLog } from "@/report/logfile.ts";
import type { LogSystem } from "@/report/logfile.ts";
import { VERSION } from "@/version.ts";
import type { Alerts } from "./alerts.ts";
import type { BatchWorld } from "./batch.ts";
import type { Delivery } from "./deliver.ts";
import { reporter, type ReporterWorld } from "./reporter.ts";
import { type Asked, settle } from "./settle.ts";
import type { UpgradingWorld } from "./upgrade.ts";

/** What a run needs besides its configuration. */
export interface RunTools {
  /** Where events go. */
  readonly sink: Sink;
  /** Aborted with an `InterruptedError` when the run shall stop. */
  readonly signal: AbortSignal;
  /** The clock. */
  readonly now: () => Date;
}

/** Everything the program has around it; a test replaces it. */
export interface World
  extends UpgradingWorld, LogSystem, ReporterWorld, BatchWorld {
  /** Tells others of a run; throws if it cannot. */
  readonly deliver: (delivery: Delivery) => Promise<void>;
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
  if (argv[0] === "batch") {
    const { batchCommand } = await import("./batch.ts");
    return await batchCommand(argv.slice(1), world);
  }
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
    case "upgrade":
      return await (await import("./upgrade.ts")).upgradeFile(line.file, world);
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
  const alerts = await alertsOf(config, world, warn);
  const report = reporter(config, world, { log, listener: alerts, warn });
  function sink(event: SyncEvent): void {
    if (event.kind === "message" && event.level === "warning") warnings++;
    report.sink(event);
  }
  function warn(text: string): void {
    sink({ kind: "message", level: "warning", text });
  }
  for (const text of notices) sink({ kind: "message", level: "notice", text });
  doubts.forEach(warn);
  if (log.warning !== undefined) warn(log.warning);
  async function run(): Promise<ExitCode> {
    try {
      const { signal, now } = world;
      const finished = await world.run(config, { sink, signal, now });
      return codeOf(finished, warnings, signal);
    } catch (error) {
      return fail(error, sink, config);
    }
  }
  const code = await run();
  const last = await alerts?.close(code) ?? code;
  report.close();
  return last;
}

/** Who tells others of this run, if anybody does; a dry run is nobody else's business. */
async function alertsOf(
  config: Config,
  world: World,
  warn: (text: string) => void,
): Promise<Alerts | undefined> {
  const { recipients, webhook, metricsFile } = config.alerts;
  const isWanted = recipients.length > 0 ||
    (webhook ?? metricsFile) !== undefined;
  if (config.dry || !isWanted) return undefined;
  const { Alerts } = await import("./alerts.ts");
  const { now, deliver } = world;
  const identity = { ...world.identity(), version: VERSION };
  return new Alerts(config, { identity, now, deliver, warn });
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
