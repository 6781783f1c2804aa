/** Tells a run as JSON, one object per line; `docs/json.md` is its schema. */

import type { Sink } from "./events.ts";

/** What a JSON sink needs. */
export interface JsonTools {
  /** Writes text as it is. */
  readonly write: (text: string) => void;
  /** The clock. */
  readonly now: () => Date;
}

const PROGRESS_MS = 1000;

/** A sink that prints every event; progress at most once a second within a phase. */
export function jsonSink({ write, now }: JsonTools): Sink {
  let phase = "";
  let shown = -Infinity;
  return (event) => {
    const time = now();
    if (event.kind === "progress") {
      const isNew = event.progress.phase !== phase;
      if (!isNew && time.getTime() - shown < PROGRESS_MS) return;
      phase = event.progress.phase;
      shown = time.getTime();
    }
    const { kind, ...rest } = event;
    write(
      `${
        JSON.stringify({ kind, time: time.toISOString(), ...rest }, bigintText)
      }\n`,
    );
  };
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
