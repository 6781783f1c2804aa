/** Counts what a run does, tells it as events, and ends with the report. */

import type { Config } from "@/config/config.ts";
import { locationText } from "@/config/location.ts";
import { TimeLimitError } from "@/core/errors.ts";
import {
  bytesOf,
  count,
  type Counters,
  NO_CHANGES,
  type Plan,
  verbOf,
} from "@/core/plan.ts";
import { mapSides, type PerSide, type Side, SIDES } from "@/core/side.ts";
import type { Action, Conflict, Outcome, Problem, Step } from "@/core/step.ts";
import type { Phase, RunReport, Sink, SyncEvent } from "@/report/events.ts";
import { fullPath } from "@/report/summary.ts";
import { count as counted } from "@/report/wording.ts";
import type { Comparison } from "./compare.ts";

/** Reasons that are told, but are nobody's fault. */
const UNSUPPORTED = new Set(["socket", "device"]);

/** The running totals of one run. */
export class Tally {
  /** Where events go; messages are counted on the way. */
  readonly sink: Sink;
  /** Stops the run. */
  readonly signal: AbortSignal;
  /** When the run started. */
  readonly started: Date;
  readonly #config: Config;
  readonly #now: () => Date;
  readonly #problems: Problem[] = [];
  readonly #done: Record<Side, Counters> = {
    initiator: NO_CHANGES,
    target: NO_CHANGES,
  };
  #scanned: PerSide<number> = { initiator: 0, target: 0 };
  #planned: PerSide<Counters> = this.#done;
  #conflicts: readonly Conflict[] = [];
  #skipped = 0;
  #warnings = 0;
  #errors = 0;
  #interrupted = false;
  #moved = 0;
  #performed = 0;
  #phase: Phase = "open";

  /** Uses the sink, the signal and the clock of the run. */
  constructor(
    config: Config,
    tools: {
      readonly sink: Sink;
      readonly signal: AbortSignal;
      readonly now: () => Date;
    },
  ) {
    this.#config = config;
    this.#now = tools.now;
    this.signal = tools.signal;
    this.started = tools.now();
    this.sink = (event) => {
      if (event.kind === "message") this.#countMessage(event);
      tools.sink(event);
    };
  }

  #countMessage(event: SyncEvent & { readonly kind: "message" }): void {
    if (event.level === "warning") this.#warnings++;
    if (event.level === "error" || event.level === "critical") this.#errors++;
  }

  /** Tells that the run begins. */
  start(): void {
    const { instance, dry, replicas } = this.#config;
    this.sink({
      kind: "started",
      instance,
      dry,
      replicas: mapSides(replicas, locationText),
    });
  }

  /** Tells that a phase begins. */
  phase(phase: Phase): void {
    this.#phase = phase;
    this.#progress();
  }

  /** Something the user may want to know. */
  notice(text: string): void {
    this.sink({ kind: "message", level: "notice", text });
  }

  /** An error that is about no single path. */
  fail(text: string): void {
    this.sink({ kind: "message", level: "error", text });
  }

  /** A warning that is about no single path. */
  warn(text: string): void {
    this.sink({ kind: "message", level: "warning", text });
  }

  /** Takes the plan, and tells what it holds. */
  compared(comparison: Comparison, plan: Plan): void {
    this.#scanned = comparison.totals.scanned;
    this.#planned = plan.planned;
    this.#conflicts = plan.conflicts;
    for (const step of plan.steps) this.#tell(step);
    const conflicts = plan.conflicts.length;
    this.sink({ kind: "planned", planned: plan.planned, conflicts });
    for (const conflict of plan.conflicts) {
      this.sink({ kind: "conflict", conflict });
    }
  }

  #tell(step: Step): void {
    if (step.verdict === "blocked") this.#blocked(step);
    if (step.verdict === "skipped") {
      this.#skipped++;
      const side = step.now.initiator === undefined ? "target" : "initiator";
      this.sink({ kind: "skipped", side, path: step.path });
    }
  }

  #blocked(step: Step): void {
    const { path, now } = step;
    const reason = step.reason ?? "it cannot be read";
    const side = SIDES.find((one) => now[one]?.kind === "unknown");
    if (UNSUPPORTED.has(reason)) {
      const root = locationText(this.#config.replicas[side ?? "initiator"]);
      const text = `Left alone: ${fullPath(root, path)} is a ${reason}`;
      return this.notice(text);
    }
    const node = side === undefined ? undefined : now[side];
    const changed = node?.kind === "unknown" && node.reason === "changed";
    this.#problem({
      ...(side === undefined ? {} : { side }),
      path,
      ...(changed
        ? this.#forNextRun(reason)
        : { code: "unreadable", message: `not synchronised: ${reason}` }),
    });
  }

  #forNextRun(found: string): Pick<Problem, "code" | "message" | "transient"> {
    const message = `left for the next run: ${found}`;
    return { code: "changed", message, transient: true };
  }

  #problem(problem: Problem): void {
    this.#problems.push(problem);
    this.sink({ kind: "problem", problem });
  }

  /** Tells a plan that is not going to be performed. */
  pretend(plan: Plan): void {
    for (const side of SIDES) {
      for (const action of plan.actions[side]) {
        const verb = verbOf(action);
        this.sink({ kind: "changed", side, verb, action });
      }
    }
  }

  /** Bytes of a large file on their way. */
  moved(bytes: number): void {
    this.#moved += bytes;
    this.#progress();
  }

  /** An action has come to its end. */
  performed(side: Side, action: Action, outcome: Outcome): void {
    this.#performed++;
    if (outcome.kind === "done") {
      this.#done[side] = count(this.#done[side], action);
      this.#moved = Math.max(this.#moved, this.#bytesDone());
      const verb = verbOf(action);
      this.sink({ kind: "changed", side, verb, action, outcome });
    } else if (outcome.kind === "failed") this.#problem(outcome.problem);
    else {
      const { path } = action;
      this.#problem({ side, path, ...this.#forNextRun(outcome.found) });
    }
    if (this.#performed % 64 === 0 || bytesOf(action) > 0) this.#progress();
  }

  #bytesDone(): number {
    return this.#done.initiator.bytes + this.#done.target.bytes;
  }

  #progress(): void {
    const phase = this.#phase;
    const { initiator, target } = this.#planned;
    const total = (each: Counters): number =>
      each.created + each.updated + each.deleted + each.attributes;
    const progress = phase === "perform"
      ? {
        phase,
        files: this.#performed,
        totalFiles: total(initiator) + total(target),
        bytes: this.#moved,
        totalBytes: initiator.bytes + target.bytes,
      }
      : { phase, files: 0, bytes: 0 };
    this.sink({ kind: "progress", progress });
  }

  /** Kept versions whose time was over have gone. */
  purged(side: Side, versions: number): void {
    if (versions === 0) return;
    const text = `Removed ${
      counted(versions, "kept version")
    } on the ${side}: their time was over`;
    this.notice(text);
  }

  /** The run was told to stop, or its time is over. */
  stopped(reason: unknown): void {
    if (reason instanceof TimeLimitError) this.fail(reason.message);
    else this.#interrupted = true;
  }

  /** Tells the end. */
  finish(): RunReport {
    const report = this.report();
    this.sink({ kind: "finished", report });
    return report;
  }

  /** What has happened up to now. */
  report(): RunReport {
    const { instance, dry } = this.#config;
    return {
      instance,
      dry,
      result: this.#result(),
      started: this.started.toISOString(),
      seconds: (this.#now().getTime() - this.started.getTime()) / 1000,
      scanned: this.#scanned,
      planned: this.#planned,
      done: this.#done,
      conflicts: this.#conflicts,
      problems: this.#problems,
      skipped: this.#skipped,
      warnings: this.#warnings,
      errors: this.#errors,
    };
  }

  #result(): RunReport["result"] {
    if (this.#interrupted) return "interrupted";
    const lasting = this.#problems.some(({ transient }) => transient !== true);
    if (lasting || this.#errors > 0) return "errors";
    return this.#problems.length + this.#warnings > 0 ? "warnings" : "ok";
  }
}
