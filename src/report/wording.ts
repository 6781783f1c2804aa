/** Numbers and results in words. */

import type { Config } from "@/config/config.ts";
import { InterruptedError } from "@/core/errors.ts";
import { perSide } from "@/core/side.ts";
import type { PerSide } from "@/core/side.ts";
import type { Counters } from "@/core/plan.ts";
import type { Phase, RunReport } from "./events.ts";

/** What a phase does. */
export const PHASES: Readonly<Record<Phase, string>> = {
  open: "Opening both replicas",
  before: "Running the command before the run",
  scan: "Scanning both replicas",
  compare: "Comparing",
  perform: "Making the changes",
  commit: "Recording the state",
  purge: "Purging old backups and deletions",
  after: "Running the command after the run",
};

/** `1 file`, `12 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** `999 B`, `1.5 KiB`, `12.0 MiB`, … */
export function bytesText(bytes: number): string {
  const units = ["KiB", "MiB", "GiB", "TiB", "PiB"];
  let value = bytes;
  let unit = "B";
  for (const next of units) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return unit === "B" ? `${bytes} B` : `${value.toFixed(1)} ${unit}`;
}

/** `0:07`, `12:30`, `1:02:03`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(whole % 60)}`
    : `${minutes}:${pad(whole % 60)}`;
}

/** Local time as `2026-11-22 06:46:53`. */
export function timeText(date: Date): string {
  const pad = (value: number) => String(value).padStart(2, "0");
  const day = [
    String(date.getFullYear()).padStart(4, "0"),
    pad(date.getMonth() + 1),
    pad(date.getDate()),
  ];
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${day.join("-")} ${time.map(pad).join(":")}`;
}

/** How many changes: what was made, replaced, removed or given other attributes. */
export function changeCount(counters: Counters): number {
  return counters.created + counters.updated + counters.deleted +
    counters.attributes;
}

/** `12 changes on initiator, 3 on target, 1 conflict`. */
export function changesText(
  changes: PerSide<Counters>,
  conflicts: number,
): string {
  const { initiator, target } = perSide((side) => changeCount(changes[side]));
  return [
    `${count(initiator, "change")} on initiator, ${target} on target`,
    ...(conflicts === 0 ? [] : [count(conflicts, "conflict")]),
  ].join(", ");
}

/** `Stopped by SIGTERM; run again to complete.` */
export function stoppedText(reason: unknown): string {
  const by = reason instanceof InterruptedError ? ` by ${reason.signal}` : "";
  return `Stopped${by}; run again to complete.`;
}

/**
 * The last line of a run that was not interrupted.
 *
 * @param warnings How many, whoever gave them.
 */
export function resultText(
  report: RunReport,
  config: Config,
  warnings: number,
): string {
  const problems = report.problems.length + report.errors;
  const trouble = [
    ...(problems === 0 ? [] : [count(problems, "problem")]),
    ...(warnings === 0 ? [] : [count(warnings, "warning")]),
  ];
  const text = outcomeText(report, config, problems);
  if (trouble.length === 0) return text;
  return `Finished with ${trouble.join(" and ")}. ${text}`;
}

function outcomeText(
  report: RunReport,
  config: Config,
  problems: number,
): string {
  const conflicts = report.conflicts.length;
  if (report.dry) {
    const total = changeCount(report.planned.initiator) +
      changeCount(report.planned.target);
    return `Dry run: nothing was changed; ${count(total, "change")} planned${
      conflicts === 0 ? "" : `, ${count(conflicts, "conflict")}`
    }.`;
  }
  if (config.initialize) {
    return "Initialised: what both replicas hold was recorded.";
  }
  const total = changeCount(report.done.initiator) +
    changeCount(report.done.target);
  const held = report.skipped === 0
    ? undefined
    : `${count(report.skipped, "deletion")} held back by SKIP_DELETION`;
  if (total > 0 || conflicts > 0) {
    const changes = changesText(report.done, conflicts);
    const rest = held === undefined ? "" : `; ${held}`;
    return `${problems > 0 ? "Done" : "Synchronised"}: ${changes}${rest}.`;
  }
  if (problems > 0) return "Nothing was changed.";
  if (held !== undefined) return `Nothing to do: ${held}.`;
  const equal = config.direction === "both" && report.result === "ok";
  return `Nothing to do${equal ? ": both replicas are equal" : ""}.`;
}
