/** Values for tests of what is printed. */

import type { Config } from "@/config/config.ts";
import { makeConfig } from "@/config/make_config.ts";
import { parseCommandLine } from "@/config/options.ts";
import type { FileEntry, KnownEntry } from "@/core/entry.ts";
import { parseRelPath } from "@/core/path.ts";
import type { Side } from "@/core/side.ts";
import type { Action, Conflict } from "@/core/step.ts";
import type { ChangeVerb, Counters } from "@/core/plan.ts";
import type { RunReport, SyncEvent } from "@/report/events.ts";

/** A configuration of `/a` and `/b` with the given options. */
export function configOf(...argv: string[]): Config {
  const line = parseCommandLine(["--initiator=/a", "--target=/b", ...argv]);
  if (line.kind !== "sync") throw new RangeError(JSON.stringify(line));
  const made = makeConfig(line.assignments, {
    env: {},
    cwd: "/here",
    readText: () => "",
  });
  if (!made.ok) throw new RangeError(JSON.stringify(made.errors));
  return made.config;
}

/** Local time, so that what is printed does not depend on the time zone. */
export const NOW: Date = new Date(2026, 10, 22, 6, 46, 53);

const META = { mode: 0o644, uid: 0, gid: 0 };

/** A file of two bytes. */
export const FILE: FileEntry = {
  kind: "file",
  size: 2,
  mtime: 1_700_000_000_123_456_789n,
  meta: META,
};

/** An entry of a kind. */
export function entryOf(kind: KnownEntry["kind"]): KnownEntry {
  const base = { mtime: 0n, meta: META };
  switch (kind) {
    case "file":
      return FILE;
    case "symlink":
      return { kind, target: "x", ...base };
    case "directory":
    case "fifo":
      return { kind, ...base };
    default:
      return kind satisfies never;
  }
}

/** The event of a change that was done; of one planned, without an outcome. */
export function changed(
  [side, verb, name]: readonly [Side, ChangeVerb, string],
  kind: KnownEntry["kind"] = "file",
  outcome: "done" | "stale" | "planned" = "done",
): SyncEvent & { readonly kind: "changed" } {
  const path = parseRelPath(name);
  const entry = entryOf(kind);
  const action: Action = verb === "delete"
    ? { kind: "remove", path, expect: entry, setAside: "deleted" }
    : verb === "attributes" || verb === "timestamp"
    ? { kind: "set-meta", path, expect: entry, entry }
    : entry.kind === "directory"
    ? {
      kind: "make-directory",
      path,
      expect: undefined,
      entry,
      setAside: "none",
    }
    : {
      kind: "put",
      path,
      expect: undefined,
      entry,
      source: entry,
      setAside: "none",
    };
  const event = { kind: "changed", side, verb, action } as const;
  if (outcome === "planned") return event;
  return {
    ...event,
    outcome: outcome === "done"
      ? { kind: "done", node: entry }
      : { kind: "stale", found: "a newer file" },
  };
}

/** A conflict of two edits. */
export function conflictAt(path: string): Conflict {
  return {
    path: parseRelPath(path),
    winner: "target",
    nodes: { initiator: FILE, target: FILE },
    reason: "edited on both sides",
  };
}

/** Counters of which some are not zero. */
export function counters(some: Partial<Counters> = {}): Counters {
  return {
    created: 0,
    updated: 0,
    deleted: 0,
    attributes: 0,
    bytes: 0,
    ...some,
  };
}

const NONE = { initiator: counters(), target: counters() };

/** A report of a run that had nothing to do, but for `some`. */
export function reportOf(some: Partial<RunReport> = {}): RunReport {
  return {
    instance: "quicksync_task",
    dry: false,
    result: "ok",
    started: "2026-11-22T06:46:53.000Z",
    seconds: 1.25,
    scanned: { initiator: 10, target: 11 },
    planned: NONE,
    done: NONE,
    conflicts: [],
    problems: [],
    skipped: 0,
    warnings: 0,
    errors: 0,
    ...some,
  };
}

/** The first event of a run of `/a` and `/b`. */
export const STARTED: SyncEvent = {
  kind: "started",
  instance: "quicksync_task",
  dry: false,
  replicas: { initiator: "/a", target: "/b" },
};
