/** Figures of a run in the text format of Prometheus. */

import { SIDES } from "@/core/side.ts";
import type { PerSide } from "@/core/side.ts";
import { mapSides } from "@/core/side.ts";
import type { Ending } from "./alert.ts";
import { oneLine } from "./line.ts";
import { changeCount } from "./wording.ts";

/** What the figures are made from. */
export interface Measured extends Ending {
  /** Task name. */
  readonly instance: string;
  /** When the run began. */
  readonly started: Date;
  /** When it ended. */
  readonly ended: Date;
  /** Warnings, whoever gave them. */
  readonly warnings: number;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly value: number | PerSide<number>;
}

/**
 * The figures.
 *
 * @param before What the file held until now: the time of the last success stays.
 */
export function metricsText(measured: Measured, before: string): string {
  const instance = escaped(measured.instance);
  return [...runMetrics(measured, before), ...reportMetrics(measured)]
    .map(({ name, help, value }) => {
      const lines = typeof value === "number"
        ? [`${name}{instance="${instance}"} ${value}`]
        : SIDES.map((side) =>
          `${name}{instance="${instance}",side="${side}"} ${value[side]}`
        );
      return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines, ""]
        .join("\n");
    }).join("");
}

function runMetrics(measured: Measured, before: string): Metric[] {
  const { code, report, started, ended, warnings } = measured;
  const isSuccess = code === 0 || code === 2;
  const seconds = (ended.getTime() - started.getTime()) / 1000;
  const now = ended.getTime() / 1000;
  const last = isSuccess ? now : lastSuccess(before);
  return [
    {
      name: "osync_last_run_timestamp_seconds",
      help: "When the last run ended.",
      value: now,
    },
    ...(last === undefined ? [] : [{
      name: "osync_last_success_timestamp_seconds",
      help: "When the last run ended that synchronised all it could.",
      value: last,
    }]),
    {
      name: "osync_run_duration_seconds",
      help: "How long the last run took.",
      value: seconds,
    },
    {
      name: "osync_run_success",
      help: "1 if the last run ended with exit code 0 or 2, else 0.",
      value: isSuccess ? 1 : 0,
    },
    {
      name: "osync_run_exit_code",
      help: "Exit code of the last run.",
      value: code,
    },
    {
      name: "osync_run_errors",
      help: "What the last run did not synchronise, and other errors.",
      value: report === undefined ? 1 : errorCount(report),
    },
    {
      name: "osync_run_warnings",
      help: "Warnings of the last run.",
      value: warnings,
    },
  ];
}

type Report = NonNullable<Ending["report"]>;

function errorCount({ problems, errors }: Report): number {
  return errors + problems.filter(({ transient }) => transient !== true).length;
}

/** What only a run knows that got as far as a report. */
function reportMetrics({ report }: Measured): Metric[] {
  if (report === undefined) return [];
  const { done, scanned, conflicts } = report;
  return [
    {
      name: "osync_run_changes",
      help: "What the last run made, replaced, removed or changed on a side.",
      value: mapSides(done, changeCount),
    },
    {
      name: "osync_run_deletions",
      help: "What the last run removed from a side.",
      value: mapSides(done, ({ deleted }) => deleted),
    },
    {
      name: "osync_run_transferred_bytes",
      help: "Content that the last run wrote to a side.",
      value: mapSides(done, ({ bytes }) => bytes),
    },
    {
      name: "osync_run_scanned_files",
      help: "Files, directories and links that the last run found on a side.",
      value: scanned,
    },
    {
      name: "osync_run_conflicts",
      help: "Conflicts that the last run decided.",
      value: conflicts.length,
    },
  ];
}

function lastSuccess(text: string): number | undefined {
  const line = /^osync_last_success_timestamp_seconds\{.*\} ([0-9.]+)$/m;
  const found = line.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** A label's value: a lone surrogate has no UTF-8, and names have no line breaks. */
function escaped(text: string): string {
  return oneLine(text).replace(/[\\"]/g, "\\$&");
}
