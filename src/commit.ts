/** Lets the ancestor learn what the run verified, and nothing else. */

import type { Config } from "@/config/config.ts";
import { NO_CTIME } from "@/core/change.ts";
import { compileFilter } from "@/core/filter.ts";
import type { KnownEntry, Node, Time } from "@/core/entry.ts";
import type { Edit } from "@/core/fold.ts";
import type { Plan } from "@/core/plan.ts";
import {
  opposite,
  type PerSide,
  perSide,
  type Side,
  SIDES,
} from "@/core/side.ts";
import type { StateHeader } from "@/core/state_format.ts";
import type { SetMeta, Step } from "@/core/step.ts";
import { VERSION } from "@/version.ts";
import type { Outcomes } from "./propagate.ts";
import type { Session } from "./session.ts";
import type { Tally } from "./tally.ts";
import { tickBefore } from "./ticks.ts";

/** What a commit works with. */
export interface CommitParts {
  /** What was decided. */
  readonly plan: Plan;
  /** What was done. */
  readonly outcomes: Outcomes;
  /** Told about progress. */
  readonly tally: Tally;
  /** The configuration. */
  readonly config: Config;
}

/** Syncs what was written, then moves both sides to the next state, then forgets old versions. */
export async function commit(
  session: Session,
  parts: CommitParts,
): Promise<void> {
  const { plan, tally, config } = parts;
  const { replicas, base } = session;
  const edits = editsOf(session, parts);
  tally.phase("commit");
  const onDisk = Promise.all(SIDES.map(async (side) => {
    if (plan.actions[side].length > 0) await replicas[side].sync();
  }));
  const outdated = base === undefined ||
    SIDES.some((side) => session.rootChanged[side]);
  if (edits.initiator.length > 0 || outdated) {
    await writeState(session, parts, { edits, onDisk });
  }
  await onDisk;
  tally.phase("purge");
  for (const side of SIDES) {
    const count = await replicas[side].purge({
      backup: config.conflictBackup ? config.conflictBackupDays : 0,
      deleted: config.softDelete ? config.softDeleteDays : 0,
    });
    tally.purged(side, count);
  }
}

/**
 * Lets the ancestor forget what it must before anything is done.
 *
 * @returns The session as it is afterwards.
 */
export async function forgetFirst(
  session: Session,
  parts: Omit<CommitParts, "outcomes">,
): Promise<Session> {
  if (session.base === undefined) return session;
  const forgotten: Edit[] = [];
  for (const { path, forgetFirst } of parts.plan.steps) {
    if (forgetFirst === true) forgotten.push({ path, entry: undefined });
  }
  if (forgotten.length === 0) return session;
  await writeState(session, parts, { edits: perSide(() => forgotten) });
  const { config, tally: { started } } = parts;
  const base = headerOf(session, "initiator", { config, started });
  return { ...session, base, run: session.run + 1 };
}

/**
 * Prepares the state on both sides, and waits until what it speaks of is on
 * the disk, before either gets its name.
 */
async function writeState(
  session: Session,
  parts: Omit<CommitParts, "outcomes">,
  { edits, onDisk }: {
    readonly edits: PerSide<readonly Edit[]>;
    readonly onDisk?: Promise<unknown>;
  },
): Promise<void> {
  const { replicas, run, base } = session;
  const prepare = (side: Side): Promise<void> => {
    const change = { base: base?.run, edits: edits[side] };
    const { config, tally: { started } } = parts;
    const header = headerOf(session, side, { config, started });
    return replicas[side].prepareState(header, change);
  };
  // The target first: it may have a thread, which works while this one does.
  const target = prepare("target");
  const ended = await Promise.allSettled([
    onDisk,
    target,
    Promise.resolve().then(() => prepare("initiator")),
  ]);
  for (const end of ended) if (end.status === "rejected") throw end.reason;
  for (const side of SIDES) {
    await replicas[side].publishState(run, base?.run);
  }
}

/** What a side's next state says about itself. */
export function headerOf(
  session: Session,
  side: Side,
  { config, started }: { readonly config: Config; readonly started: Date },
): StateHeader {
  const { descriptions, run, pair } = session;
  return {
    instance: config.instance,
    run,
    pair,
    side,
    volume: descriptions[side].volume,
    root: descriptions[side].identities[0] ?? "",
    created: started.toISOString(),
    version: VERSION,
    filter: compileFilter(config.filter).fingerprint,
  };
}

/** What each side's state learns: the same paths on both. */
function editsOf(session: Session, parts: CommitParts): PerSide<Edit[]> {
  const edits: PerSide<Edit[]> = { initiator: [], target: [] };
  const { started } = parts.tally;
  const ticking = perSide((side) => tickBefore(session, side, started));
  for (const step of parts.plan.steps) {
    const nodes = verifiedNodes(step, parts, ticking);
    if (nodes === undefined) continue;
    const onlyNew = hasPending(step, parts);
    for (const side of SIDES) {
      edits[side].push({ path: step.path, entry: nodes[side], onlyNew });
    }
  }
  return edits;
}

function hasPending({ actions }: Step, { outcomes }: CommitParts): boolean {
  return SIDES.some((side) => {
    const action = actions[side];
    return action !== undefined && outcomes.get(action)?.kind !== "done";
  });
}

/**
 * How both sides look now, if both are as decided; `undefined` if the ancestor
 * must not change.
 *
 * @param ticking What has changed since on a side may change again unseen.
 */
function verifiedNodes(
  step: Step,
  parts: CommitParts,
  ticking: PerSide<bigint>,
): PerSide<KnownEntry | undefined> | undefined {
  const { path, verdict, actions, now } = step;
  if (verdict === "blocked" || verdict === "skipped") return undefined;
  if (verdict === "forget") return { initiator: undefined, target: undefined };
  const nodes: Record<Side, Node> = { initiator: undefined, target: undefined };
  const pending: [Side, SetMeta][] = [];
  for (const side of SIDES) {
    const action = actions[side];
    if (action === undefined) {
      nodes[side] = untrusted(now[side], ticking[side]);
      continue;
    }
    const outcome = parts.outcomes.get(action);
    if (outcome?.kind === "done") nodes[side] = outcome.node;
    else if (action.kind === "set-meta" && outcome?.kind !== "stale") {
      nodes[side] = untrusted(now[side], ticking[side]);
      pending.push([side, action]);
    } else return undefined;
  }
  for (const [side, action] of pending) {
    const source = nodes[opposite(side)] as KnownEntry;
    nodes[opposite(side)] = stillChanged(source, action);
  }
  const { initiator, target } = nodes;
  if (initiator === undefined && target === undefined) {
    return { initiator, target };
  }
  if (initiator === undefined || target === undefined) return undefined;
  if (initiator.kind === "unknown" || target.kind === "unknown") {
    return undefined;
  }
  if (initiator.kind !== target.kind) {
    throw new TypeError(`Cannot record "${path}": its kinds differ`);
  }
  return perSide((side) => nodes[side] as KnownEntry);
}

/**
 * Both sides agree on the content, but attributes could not be (or were not
 * to be) carried over: what the source is remembered with lets the next run
 * see them as changed still.
 */
function stillChanged(source: KnownEntry, carried: SetMeta): KnownEntry {
  const { expect: here, entry: wanted } = carried;
  const meta = { ...source.meta };
  for (const field of ["mode", "uid", "gid"] as const) {
    if (wanted.meta[field] !== here.meta[field]) {
      meta[field] = here.meta[field];
    }
  }
  const mtime = wanted.mtime === here.mtime ? source.mtime : here.mtime;
  return { ...source, meta, mtime };
}

/** An entry that changed just before it was looked at is examined again by the next run. */
export function untrusted(node: Node, ticking: Time): Node {
  if (node?.kind !== "file" || node.stamp === undefined) return node;
  if (node.stamp.ctime < ticking) return node;
  return { ...node, stamp: { ...node.stamp, ctime: NO_CTIME } };
}
