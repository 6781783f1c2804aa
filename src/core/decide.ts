/** Steps for one path, once it is known which side's content stands. */

import { merge, replacedMeta } from "./attributes.ts";
import { type Change, isDoubtful, isUnchanged, sameContent } from "./change.ts";
import type { DirectoryEntry, KnownEntry, Node } from "./entry.ts";
import type { Policy } from "./policy.ts";
import { opposite, type PerSide, perSide, type Side, SIDES } from "./side.ts";
import type {
  Action,
  Conflict,
  Row,
  SetAside,
  SetMeta,
  Step,
  Verdict,
} from "./step.ts";

/** Neither side has one. */
export const NEITHER: PerSide<undefined> = {
  initiator: undefined,
  target: undefined,
};

/** A value for one side only. */
export function only<T>(side: Side, value: T): PerSide<T | undefined> {
  return perSide((one) => one === side ? value : undefined);
}

/** A step without actions. */
export function still(row: Row, verdict: Verdict, result: Node): Step {
  const { path, now } = row;
  return { path, verdict, actions: NEITHER, result, now };
}

/** A conflict that `winner` wins. */
export function conflictOf(row: Row, winner: Side, reason: string): Conflict {
  return { path: row.path, winner, nodes: row.now, reason };
}

/** Where replaced versions go. */
export function backupAside(policy: Policy): SetAside {
  return policy.keepBackup ? "backup" : "none";
}

/** Where deleted entries go. */
export function deletedAside(policy: Policy): SetAside {
  return policy.softDelete ? "deleted" : "none";
}

/**
 * Where an entry goes that its side must lose: a deletion if it is as both
 * agreed; a backup if this side made or changed it and may not (one-way).
 */
export function asideOf(row: Row, side: Side, policy: Policy): SetAside {
  return isUnchanged(row.base[side], row.now[side], policy)
    ? deletedAside(policy)
    : backupAside(policy);
}

/**
 * The other side gets what `side` has. Attributes that only the other side
 * changed come back in return.
 */
export function copyStep(
  row: Row,
  side: Side,
  options: { readonly policy: Policy; readonly conflict?: Conflict },
): Step {
  const { policy, conflict } = options;
  const source = row.now[side] as KnownEntry;
  const to = opposite(side);
  const place = placeAction(row, to, policy);
  const back = row.now[to]?.kind === source.kind
    ? attributeActions(row, policy, { mtime: false })[side]
    : undefined;
  const result = back === undefined ? source : back.entry;
  const actions = perSide((one) => one === to ? place : back);
  return conflict === undefined
    ? { ...still(row, "propagate", result), actions }
    : { ...still(row, "conflict", result), actions, conflict };
}

/** The action that makes `to` hold what the other side has, in place of whatever it has. */
export function placeAction(row: Row, to: Side, policy: Policy): Action {
  const { path } = row;
  const source = row.now[opposite(to)] as KnownEntry;
  const expect = row.now[to];
  const setAside = expect === undefined ? "none" : backupAside(policy);
  const entry = {
    ...withoutStamp(source),
    meta: replacedMeta(row, to, policy),
  };
  return entry.kind === "directory"
    ? {
      kind: "make-directory",
      path,
      expect,
      entry: entry as DirectoryEntry,
      setAside,
    }
    : { kind: "put", path, expect, entry, source, setAside };
}

/** `side` loses what it has, the other one has nothing. */
export function removeStep(row: Row, side: Side, setAside: SetAside): Step {
  const expect = row.now[side] as KnownEntry;
  const action: Action = { kind: "remove", path: row.path, expect, setAside };
  return {
    ...still(row, "propagate", undefined),
    actions: only(side, action),
  };
}

/** Both contents are the same: attributes follow whoever changed them. */
export function mergeStep(row: Row, policy: Policy): Step {
  const actions = attributeActions(row, policy, { mtime: true });
  const changed = SIDES.filter((side) => actions[side] !== undefined).length;
  const verdict = (["agree", "propagate", "merge"] as const)[changed];
  const result = actions.initiator?.entry ?? row.now.initiator;
  return { ...still(row, verdict ?? "merge", result), actions };
}

/** What each side must do to have the merged attributes. */
function attributeActions(
  row: Row,
  policy: Policy,
  include: { readonly mtime: boolean },
): PerSide<SetMeta | undefined> {
  const now = row.now as PerSide<KnownEntry>;
  const merged = merge(row, policy);
  return perSide((side) => {
    const expect = now[side];
    const entry: KnownEntry = {
      ...withoutStamp(expect),
      meta: merged.meta[side],
      mtime: include.mtime ? merged.mtime[side] : expect.mtime,
    };
    if (sameAttributes(expect, entry)) return undefined;
    return { kind: "set-meta", path: row.path, expect, entry };
  });
}

function sameAttributes(a: KnownEntry, b: KnownEntry): boolean {
  return a.mtime === b.mtime && a.meta.mode === b.meta.mode &&
    a.meta.uid === b.meta.uid && a.meta.gid === b.meta.gid;
}

function withoutStamp<T extends KnownEntry>(entry: T): T {
  const { stamp: _, ...rest } = entry;
  return rest as T;
}

/** Whether both sides hold one content, given how each changed. */
export function agreeOnContent(
  now: PerSide<KnownEntry>,
  changes: PerSide<Change>,
  policy: Policy,
): boolean {
  const { initiator: a, target: b } = now;
  const same = sameContent(a, b, policy) === true;
  const proven = a.kind === "file" && b.kind === "file" &&
    a.digest !== undefined && b.digest !== undefined;
  if (proven) return same;
  if (SIDES.every((side) => changes[side] === "same")) return true;
  // Without digests a doubtful file may hold anything.
  return same && !SIDES.some((side) => isDoubtful(changes[side]));
}
