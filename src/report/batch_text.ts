/** What a batch says of its runs: one line each, and the table at its end. */

import { EXIT } from "@/core/errors.ts";
import { printableName } from "@/core/name.ts";
import type { Line } from "./line.ts";
import { count, durationText } from "./wording.ts";

/** How a run ended; `undefined` as an end is "never started". */
export interface RunEnd {
  /** Exit code; 128 and the signal's number if a signal ended it. */
  readonly code: number;
  /** Why there was no run, if there was none. */
  readonly reason?: string;
}

/** One configuration file, and what became of it. */
export interface TaskRow {
  /** The configuration file. */
  readonly path: string;
  /** How often it was run. */
  readonly runs: number;
  /** Seconds all its runs took. */
  readonly seconds: number;
  /** How the last run ended. */
  readonly end: RunEnd | undefined;
}

/** Whether the exit code says that osync was stopped, not that it failed. */
function isInterrupted(code: number): boolean {
  return code > 128;
}

/** How bad an end is: the level of the line that tells of it. */
export function levelOf(end: RunEnd | undefined): Line["level"] {
  if (end?.code === EXIT.ok) return "notice";
  return end?.code === EXIT.warned ? "warning" : "error";
}

/** `in sync`, `failed (exit code 1)`, `interrupted (exit code 143)`, … */
export function resultText(end: RunEnd | undefined): string {
  if (end === undefined) return "not run";
  if (end.reason !== undefined) return `failed (${end.reason})`;
  if (end.code === EXIT.ok) return "in sync";
  if (end.code === EXIT.warned) return "warnings";
  const what = isInterrupted(end.code) ? "interrupted" : "failed";
  return `${what} (exit code ${end.code})`;
}

const HEADINGS = ["Task", "Result", "Runs", "Duration"] as const;

/** The table, with its headings. */
export function tableLines(rows: readonly TaskRow[]): string[] {
  const cells = rows.map(({ path, end, runs, seconds }) => [
    printableName(path),
    resultText(end),
    String(runs),
    durationText(seconds),
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0))
  );
  return [[...HEADINGS], ...cells].map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column < 2 ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ")
  );
}

/** `Batch: 3 in sync, 1 with warnings, 1 failed.` */
export function totalText(rows: readonly TaskRow[]): string {
  const ends = rows.map(({ end }) => end);
  const stopped = (end: RunEnd | undefined) =>
    end !== undefined && isInterrupted(end.code);
  const totals: readonly (readonly [number, string])[] = [
    [ends.filter((end) => end?.code === EXIT.ok).length, "in sync"],
    [ends.filter((end) => end?.code === EXIT.warned).length, "with warnings"],
    [
      ends.filter((end) =>
        end !== undefined && levelOf(end) === "error" && !stopped(end)
      ).length,
      "failed",
    ],
    [ends.filter(stopped).length, "interrupted"],
    [ends.filter((end) => end === undefined).length, "not run"],
  ];
  const parts = totals.filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`);
  return `Batch of ${count(rows.length, "file")}: ${parts.join(", ")}.`;
}
