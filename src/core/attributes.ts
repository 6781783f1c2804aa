/** Which mode, owner, group and time an entry ends with: each follows the side that changed it. */

import type { KnownEntry, Meta, Time } from "./entry.ts";
import type { Policy } from "./policy.ts";
import { opposite, type PerSide, type Side } from "./side.ts";
import { LEAVE, type Row } from "./step.ts";
import { sameTime } from "./change.ts";

/** What a new entry loses where permissions do not travel: the old tool's umask. */
const UMASK = 0o077;

type Field = keyof Meta;

const FIELDS: readonly Field[] = ["mode", "uid", "gid"];

/** Attributes both entries of a row end with. */
export interface Merged {
  /** Wanted for each side; differs where one cannot hold what the other has. */
  readonly meta: PerSide<Meta>;
  /** The same on both sides. */
  readonly mtime: PerSide<Time>;
}

/** The attributes a new entry gets on `side` when it comes from `source`. */
export function newMeta(source: KnownEntry, side: Side, policy: Policy): Meta {
  return {
    mode: travels("mode", side, policy)
      ? source.meta.mode
      : withExecutability(0o666 & ~UMASK, source, policy),
    uid: travels("uid", side, policy) ? source.meta.uid : LEAVE,
    gid: travels("gid", side, policy) ? source.meta.gid : LEAVE,
  };
}

function withExecutability(
  mode: number,
  source: KnownEntry,
  policy: Policy,
): number {
  if (source.kind === "directory") return 0o777 & ~UMASK;
  if (!policy.preserve.executability) return mode;
  // As rsync: executable for those who may read it, or for nobody.
  return (source.meta.mode & 0o111) === 0
    ? mode & ~0o111
    : mode | ((mode & 0o444) >> 2);
}

/**
 * The attributes an entry ends with on `side` when the other side's version
 * replaces it there: the content is new, the attributes still follow whoever
 * changed them.
 */
export function replacedMeta(row: Row, side: Side, policy: Policy): Meta {
  const source = row.now[opposite(side)] as KnownEntry;
  const old = row.now[side];
  if (old === undefined || old.kind === "unknown" || old.kind !== source.kind) {
    return newMeta(source, side, policy);
  }
  const wanted = merge(row, policy).meta[side];
  return policy.preserve.mode
    ? wanted
    : { ...wanted, mode: withExecutability(old.meta.mode, source, policy) };
}

/** Merges the attributes of two entries of one kind and content. */
export function merge(row: Row, policy: Policy): Merged {
  const now = row.now as PerSide<KnownEntry>;
  const meta: Record<Side, Record<Field, number>> = {
    initiator: { ...now.initiator.meta },
    target: { ...now.target.meta },
  };
  for (const field of FIELDS) {
    const from = metaSource(row, field, policy);
    if (from === undefined) continue;
    const to = opposite(from);
    if (travels(field, to, policy)) meta[to][field] = now[from].meta[field];
  }
  if (
    now.initiator.kind === "file" && !policy.preserve.mode &&
    policy.preserve.executability
  ) {
    mergeExecutability(row, meta, policy);
  }
  return { meta, mtime: mergeTime(row, policy) };
}

function mergeExecutability(
  row: Row,
  meta: Record<Side, Record<Field, number>>,
  policy: Policy,
): void {
  const from = sourceOfChange(
    row,
    (entry) => Number((entry.meta.mode & 0o111) !== 0),
    policy,
  );
  if (from === undefined || !policy.holds[opposite(from)].mode) return;
  const to = opposite(from);
  meta[to].mode = withExecutability(
    meta[to].mode,
    row.now[from] as KnownEntry,
    policy,
  );
}

/** Whether a field is carried to `to`; a filesystem without permissions of its own has none to give. */
function travels(field: Field, to: Side, policy: Policy): boolean {
  const holds = policy.holds[to];
  if (!policy.holds[opposite(to)].mode) return false;
  switch (field) {
    case "mode":
      return policy.preserve.mode && holds.mode;
    case "uid":
      return policy.preserve.owner && holds.owner;
    case "gid":
      return policy.preserve.group && holds.group;
    default:
      return field satisfies never;
  }
}

/** Which side's value of a field both end with; `undefined`: each keeps its own. */
function metaSource(row: Row, field: Field, policy: Policy): Side | undefined {
  if (field === "mode" && row.now.initiator?.kind === "symlink") {
    return undefined;
  }
  return sourceOfChange(row, (entry) => entry.meta[field], policy);
}

function sourceOfChange(
  row: Row,
  value: (entry: KnownEntry) => number,
  policy: Policy,
): Side | undefined {
  const now = row.now as PerSide<KnownEntry>;
  if (value(now.initiator) === value(now.target)) return undefined;
  if (policy.direction !== "both") return opposite(policy.direction);
  const base = row.base as PerSide<KnownEntry | undefined>;
  if (base.initiator === undefined || base.target === undefined) {
    // A directory is as new as the last file made in it: that says nothing.
    return now.initiator.kind === "directory"
      ? policy.prevalence
      : winnerOf(now, policy, (entry) => entry.mtime);
  }
  // A change of kind makes a new entry: its attributes are as new as its content.
  const changed = (side: Side): boolean =>
    base[side]?.kind !== now[side].kind ||
    value(base[side]) !== value(now[side]);
  if (changed("initiator") && changed("target")) {
    return winnerOf(now, policy, (entry) => entry.stamp?.ctime ?? 0n);
  }
  if (changed("initiator")) return "initiator";
  return changed("target") ? "target" : undefined;
}

/** The side with the newer time; the prevailing side if there is no difference, or if that is forced. */
export function winnerOf<T>(
  pair: PerSide<T>,
  policy: Policy,
  time: (value: T) => Time,
): Side {
  const [a, b] = [time(pair.initiator), time(pair.target)];
  if (policy.forcePrevalence || sameTime(a, b, policy)) {
    return policy.prevalence;
  }
  return a > b ? "initiator" : "target";
}

function mergeTime(row: Row, policy: Policy): PerSide<Time> {
  const now = row.now as PerSide<KnownEntry>;
  const own = { initiator: now.initiator.mtime, target: now.target.mtime };
  if (sameTime(own.initiator, own.target, policy)) return own;
  const { directoryTimes } = policy.preserve;
  if (now.initiator.kind === "directory" && !directoryTimes) return own;
  if (policy.direction !== "both") return both(own[opposite(policy.direction)]);
  const { initiator, target } = row.base as PerSide<KnownEntry | undefined>;
  if (initiator !== undefined && target !== undefined) {
    const changedInitiator = initiator.mtime !== own.initiator;
    const changedTarget = target.mtime !== own.target;
    if (!changedInitiator && !changedTarget) return own;
    if (!changedTarget) return both(own.initiator);
    if (!changedInitiator) return both(own.target);
  } else if (now.initiator.kind === "directory") {
    return both(own[policy.prevalence]);
  }
  return both(own.initiator > own.target ? own.initiator : own.target);
}

function both(time: Time): PerSide<Time> {
  return { initiator: time, target: time };
}
