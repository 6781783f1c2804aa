/** Shows a run: on the screen, as text or JSON, and in the log. */

import type { Config } from "@/config/config.ts";
import type { Sink, SyncEvent } from "@/report/events.ts";
import { jsonSink } from "@/report/json.ts";
import type { Printer } from "@/report/line.ts";
import { logPrinter, logSink } from "@/report/logfile.ts";
import type { OpenedLog } from "@/report/logfile.ts";
import { liveLine } from "@/report/progress.ts";
import { screenPrinter } from "@/report/screen.ts";
import { hasColours } from "@/report/style.ts";
import { textSink } from "@/report/text.ts";
import type { Identity } from "@/report/text.ts";
import { VERSION } from "@/version.ts";

/** What showing needs. */
export interface ReporterWorld {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
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
}

/** Where a run is shown besides. */
export interface ReporterTools {
  /** The log, if there is one. */
  readonly log: OpenedLog;
  /** Gets everything too. */
  readonly listener: {
    /** Gets every event. */
    readonly sink: Sink;
    /** Gets every line. */
    readonly print: Printer;
  } | undefined;
  /** Tells the user that something is not shown. */
  readonly warn: (text: string) => void;
}

/** Shows a run. */
export interface Reporter {
  /** Has to get every event. */
  readonly sink: Sink;
  /** Has to be called when there will be no more. */
  readonly close: () => void;
}

/** Sends events to the screen, as text or JSON, to the log, and to who tells others. */
export function reporter(
  config: Config,
  world: ReporterWorld,
  { log, listener, warn }: ReporterTools,
): Reporter {
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
  const logTools = log.ok && { write: log.write, now, onFailure: warn };
  const isText = output.logFormat === "text";
  const logged: Printer = logTools && isText
    ? logPrinter(output, logTools)
    : () => {};
  const sinks: Sink[] = [textSink(config, {
    identity: { ...world.identity(), version: VERSION },
    now,
    signal: world.signal,
    print(line) {
      screen(line);
      logged(line);
      listener?.print(line);
    },
  })];
  const patient: Reporter[] = [];
  if (output.json && !output.silent) {
    patient.push(lastOneLast(jsonSink({ write: stdout, now })));
  }
  if (logTools && !isText) {
    patient.push(lastOneLast(logSink(output, logTools)));
  }
  sinks.push(...patient.map(({ sink }) => sink));
  if (isLive) sinks.push(live.sink);
  if (listener !== undefined) sinks.push(listener.sink);
  return {
    sink: (event) => sinks.forEach((sink) => sink(event)),
    close: () => patient.forEach(({ close }) => close()),
  };
}

/** Holds back the last event of a run: an alert that fails is a warning after it. */
function lastOneLast(sink: Sink): Reporter {
  let last: SyncEvent | undefined;
  return {
    sink(event) {
      if (event.kind === "finished" || event.kind === "failed") last = event;
      else sink(event);
    },
    close() {
      if (last !== undefined) sink(last);
    },
  };
}
