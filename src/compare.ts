/** Finds out what differs: both scans, the ancestor, and the contents where only they can tell. */

import type { Config } from "@/config/config.ts";
import type { FileEntry, Node } from "@/core/entry.ts";
import { mergeStreams, type MergeTotals } from "@/core/merge.ts";
import { needsDigest, reconcile, Reconciler } from "@/core/reconcile.ts";
import { opposite, type PerSide, perSide, SIDES } from "@/core/side.ts";
import type { Row, Step } from "@/core/step.ts";
import type { DigestRequest, DigestResult } from "@/replica/digest.ts";
import { Turns } from "@/replica/pause.ts";
import type { Replica } from "@/replica/replica.ts";
import type { Sink } from "@/report/events.ts";
import type { Session } from "./session.ts";

/** What a comparison needs. */
export interface CompareTools {
  /** Told about progress. */
  readonly sink: Sink;
  /** Stops it. */
  readonly signal: AbortSignal;
}

/** Every decision, and what was counted on the way. */
export interface Comparison {
  /** Decisions, not in tree order. */
  readonly steps: readonly Step[];
  /** Counters of the walk. */
  readonly totals: MergeTotals;
}

/**
 * Compares both replicas.
 *
 * @throws {StateError} If the state proves damaged while it is read.
 */
export async function compare(
  config: Config,
  session: Session,
  tools: CompareTools,
): Promise<Comparison> {
  const { policy } = session;
  const reconciler = new Reconciler(policy);
  const steps: Step[] = [];
  const undecided: Row[] = [];
  const rows = mergeStreams(streamsOf(config, session), {
    everyFile: policy.checksum,
    trustMounts: config.acceptNewRoot,
    onProgress: (files) =>
      tools.sink({
        kind: "progress",
        progress: { phase: "scan", files, bytes: 0 },
      }),
  });
  const turns = new Turns();
  let next = await rows.next();
  for (; next.done !== true; next = await rows.next()) {
    for (const row of next.value) {
      if (needsDigest(row, policy)) undecided.push(row);
      else for (const step of reconciler.push(row)) steps.push(step);
    }
    await turns.take(tools.signal);
  }
  for (const step of reconciler.end()) steps.push(step);
  for await (const row of withDigests(undecided, session.replicas, tools)) {
    for (const step of reconcile([row], policy)) steps.push(step);
  }
  return { steps, totals: next.value };
}

/** The scans and states of both sides. */
export function streamsOf(
  config: Config,
  session: Session,
): Parameters<typeof mergeStreams>[0] {
  const { replicas, descriptions, base } = session;
  return perSide((side) => ({
    now: replicas[side].scan({
      filter: config.filter,
      forbidden: descriptions[opposite(side)].identities.slice(0, 1),
    }),
    base: base === undefined ? nothing() : replicas[side].base(base.run),
  }));
}

async function* nothing(): AsyncGenerator<never> {
}

/** Rows whose contents have been read; one that could not be read is unknown. */
async function* withDigests(
  rows: readonly Row[],
  replicas: PerSide<Replica>,
  tools: CompareTools,
): AsyncGenerator<Row> {
  if (rows.length === 0) return;
  const results = perSide((side) => {
    const requests = rows.map(({ path, now }): DigestRequest => ({
      path,
      expect: now[side] as FileEntry,
    }));
    return replicas[side].digest(requests, tools.signal)
      [Symbol.asyncIterator]();
  });
  let [files, bytes] = [0, 0];
  for (const row of rows) {
    const now: Record<string, Node> = {};
    for (const side of SIDES) {
      const { value } = await results[side].next();
      now[side] = withDigest(row.now[side] as FileEntry, value);
    }
    files++;
    bytes += (row.now.initiator as FileEntry).size;
    const progress = {
      phase: "compare",
      files,
      totalFiles: rows.length,
      bytes,
    } as const;
    tools.sink({ kind: "progress", progress });
    yield { ...row, now: now as PerSide<Node> };
  }
}

function withDigest(entry: FileEntry, result: DigestResult): Node {
  return "digest" in result ? { ...entry, digest: result.digest } : {
    kind: "unknown",
    reason: result.transient ? "changed" : "unreadable",
    detail: result.problem,
  };
}
