/** Tells a run in lines of text. */

import type { Config } from "@/config/config.ts";
import type { PerSide } from "@/core/side.ts";
import { perSide } from "@/core/side.ts";
import type { Conflict } from "@/core/step.ts";
import type { Phase, RunReport, Sink, SyncEvent } from "./events.ts";
import type { Line, Printer } from "./line.ts";
import { changeOf, changeText, fullPath, summaryLines } from "./summary.ts";
import type { Change } from "./summary.ts";
import {
  bytesText,
  changeCount,
  changesText,
  PHASES,
  resultText,
  stoppedText,
  timeText,
} from "./wording.ts";

/** Who runs osync. */
export interface Identity {
  /** Name of the user. */
  readonly user: string;
  /** Name of the machine. */
  readonly host: string;
  /** Process number. */
  readonly pid: number;
  /** Of osync. */
  readonly version: string;
}

/** What a text sink needs. */
export interface TextTools {
  /** Who runs it. */
  readonly identity: Identity;
  /** The clock. */
  readonly now: () => Date;
  /** Aborted when the run was told to stop. */
  readonly signal: AbortSignal;
  /** Where lines go. */
  readonly print: Printer;
}

/** A sink that prints what happens. */
export function textSink(config: Config, tools: TextTools): Sink {
  let replicas: PerSide<string> = { initiator: "", target: "" };
  let phase: Phase | undefined;
  let warnings = 0;
  // What a dry run is for is the list.
  const isListed = config.output.summary ||
    (config.dry && !config.output.errorsOnly);
  const changes: Change[] = [];
  const say = (level: Line["level"], text: string) =>
    tools.print({ level, text });

  function changed(event: SyncEvent & { readonly kind: "changed" }): void {
    const change = changeOf(event);
    if (change === undefined) return;
    if (isListed) changes.push(change);
    if (config.output.verbose) say("verbose", changeText(change, replicas));
  }

  function finished(report: RunReport): void {
    const list = [
      ...(isListed ? summaryLines(changes, replicas) : []),
      ...(conflictsAreListed(report, config)
        ? conflictLines(report.conflicts, replicas)
        : []),
      ...(config.stats ? statLines(report) : []),
    ];
    for (const text of list) tools.print({ level: "always", text, bare: true });
    if (report.result === "interrupted") {
      say("warning", stoppedText(tools.signal.reason));
      return;
    }
    const all = Math.max(warnings, report.warnings);
    say(resultLevel(report, all), resultText(report, config, all));
  }

  return (event) => {
    switch (event.kind) {
      case "started":
        replicas = event.replicas;
        for (const text of header(event, tools)) say("notice", text);
        return;
      case "message":
        if (event.level === "warning") warnings++;
        say(event.level, event.text);
        return;
      case "progress":
        if (event.progress.phase === phase) return;
        phase = event.progress.phase;
        say("notice", `${PHASES[phase]}.`);
        return;
      case "planned": {
        const { planned, conflicts } = event;
        const { initiator, target } = perSide((side) =>
          changeCount(planned[side])
        );
        if (initiator + target + conflicts > 0 && !config.initialize) {
          say("notice", `Planned: ${changesText(planned, conflicts)}.`);
        }
        return;
      }
      case "changed":
        changed(event);
        return;
      case "problem": {
        const { side, path, message, transient } = event.problem;
        const where = side === undefined
          ? fullPath(".", path)
          : fullPath(replicas[side], path);
        say(transient === true ? "warning" : "error", `${where}: ${message}`);
        return;
      }
      case "skipped": {
        const { side, path } = event;
        const where = fullPath(replicas[side], path);
        say("verbose", `SKIP ${side === "target" ? ">>" : "<<"} ${where}`);
        return;
      }
      case "conflict":
        say("verbose", decisionText(event.conflict, replicas));
        return;
      case "finished":
        finished(event.report);
        return;
      case "failed":
        if (event.error === "InterruptedError") {
          say("warning", stoppedText(tools.signal.reason));
          return;
        }
        say("critical", event.message);
        if (event.hint !== undefined) say("critical", event.hint);
        return;
      default:
        event satisfies never;
    }
  };
}

const RULE = "-".repeat(60);

function header(
  event: SyncEvent & { readonly kind: "started" },
  { identity, now }: TextTools,
): string[] {
  const { user, host, pid, version } = identity;
  return [
    RULE,
    `osync ${version}, ${timeText(now())}`,
    RULE,
    `Task ${event.instance} as ${user}@${host}, process ${pid}.`,
    `Initiator: ${event.replicas.initiator}`,
    `Target: ${event.replicas.target}`,
    ...(event.dry ? ["Dry run: nothing will be changed."] : []),
  ];
}

function resultLevel(report: RunReport, warnings: number): Line["level"] {
  const lasting = report.problems.some(({ transient }) => transient !== true);
  if (lasting || report.errors > 0) return "error";
  return report.problems.length + warnings > 0 ? "warning" : "notice";
}

/** That there are none is no news where only warnings and errors are. */
function conflictsAreListed(report: RunReport, config: Config): boolean {
  return config.logConflicts &&
    (report.conflicts.length > 0 || !config.output.errorsOnly);
}

function conflictLines(
  conflicts: readonly Conflict[],
  replicas: PerSide<string>,
): string[] {
  return [
    ...conflicts.map((conflict) => conflictText(conflict, replicas)),
    `Conflicts: ${conflicts.length}`,
  ];
}

/** `initiator-path << >> target-path`. */
export function conflictText(
  { path }: Conflict,
  replicas: PerSide<string>,
): string {
  const paths = perSide((side) => fullPath(replicas[side], path));
  return `${paths.initiator} << >> ${paths.target}`;
}

function decisionText(conflict: Conflict, replicas: PerSide<string>): string {
  const { reason, winner } = conflict;
  const paths = conflictText(conflict, replicas);
  return `CONFLICT ${paths}: ${reason}, ${winner} wins`;
}

function statLines(report: RunReport): string[] {
  const { scanned, done, planned, dry, seconds } = report;
  const moved = dry ? planned : done;
  return [
    `Scanned: ${scanned.initiator} entries on initiator, ${scanned.target} on target`,
    `Transferred: ${bytesText(moved.initiator.bytes)} to initiator, ${
      bytesText(moved.target.bytes)
    } to target`,
    `Time: ${seconds.toFixed(1)} seconds`,
  ];
}
