/** The live line on a terminal. */

import type { Phase, Progress, Sink } from "./events.ts";
import { bytesText, count, durationText, PHASES } from "./wording.ts";

/** What a live line needs. */
export interface LiveTools {
  /** Writes to the terminal. */
  readonly write: (text: string) => void;
  /** Width of the terminal. */
  readonly columns: () => number;
  /** The clock. */
  readonly now: () => Date;
}

/** A line that is rewritten in place. */
export interface LiveLine {
  /** Rewrites it with every progress event. */
  readonly sink: Sink;
  /** Removes it, so that something else can be printed. */
  readonly erase: () => void;
}

const INTERVAL_MS = 200;

/** A live line, rewritten at most five times a second. */
export function liveLine({ write, columns, now }: LiveTools): LiveLine {
  let visible = false;
  let drawn = -Infinity;
  let phase: Phase | undefined;
  let phaseStart = 0;

  function erase(): void {
    if (visible) write("\r\x1b[K");
    visible = false;
  }

  function update(progress: Progress): void {
    const time = now().getTime();
    if (progress.phase !== phase) {
      phase = progress.phase;
      phaseStart = time;
    }
    if (time - drawn < INTERVAL_MS) return;
    drawn = time;
    visible = true;
    const text = progressText(progress, (time - phaseStart) / 1000);
    write(`\r${text.slice(0, Math.max(0, columns() - 1))}\x1b[K`);
  }

  return {
    erase,
    sink(event) {
      if (event.kind === "progress") update(event.progress);
      if (event.kind === "finished" || event.kind === "failed") erase();
    },
  };
}

/**
 * `Making the changes: 12/40 files, 1.5 MiB/4.0 MiB, 512.0 KiB/s, 0:05 left`.
 *
 * @param seconds Since the phase began.
 */
export function progressText(progress: Progress, seconds: number): string {
  const { phase, files, totalFiles, bytes, totalBytes } = progress;
  const parts = [
    totalFiles === undefined
      ? count(files, "file")
      : `${files}/${count(totalFiles, "file")}`,
  ];
  if (totalBytes !== undefined && totalBytes > 0) {
    parts.push(`${bytesText(bytes)}/${bytesText(totalBytes)}`);
  } else if (bytes > 0) parts.push(bytesText(bytes));
  if (bytes > 0 && seconds >= 1) {
    parts.push(`${bytesText(Math.round(bytes / seconds))}/s`);
  }
  const share = totalBytes ? bytes / totalBytes : files / (totalFiles ?? 0);
  if (seconds >= 1 && share > 0 && share <= 1) {
    parts.push(`${durationText(seconds / share - seconds)} left`);
  }
  return `${PHASES[phase]}: ${parts.join(", ")}`;
}
