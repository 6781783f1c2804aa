/**
 * Takes over what osync 1.3 remembers, so that the next run knows what was
 * deleted since. Only what was on both sides after its last run counts; of
 * contents it knows nothing, so a file that looks different now was never
 * agreed on.
 */

import type { Config } from "@/config/config.ts";
import type { KnownEntry, Node, Time } from "@/core/entry.ts";
import type { Edit } from "@/core/fold.ts";
import { mergeStreams } from "@/core/merge.ts";
import type { RelPath } from "@/core/path.ts";
import { cutPath } from "@/core/path_list.ts";
import {
  opposite,
  type PerSide,
  perSide,
  type Side,
  SIDES,
} from "@/core/side.ts";
import type { Row } from "@/core/step.ts";
import { headerOf, untrusted } from "./commit.ts";
import { type OldState, readOldState } from "./old_state.ts";
import { streamsOf } from "./compare.ts";
import { openSession, type Session, type SessionTools } from "./session.ts";
import { tickBefore } from "./ticks.ts";

/** What was taken over, or why nothing was. */
export type Imported =
  | {
    /** Discriminates the union. */
    readonly ok: true;
    /** Paths that both sides are known to agree on. */
    readonly agreed: number;
    /** Of these, what one side has deleted since. */
    readonly deleted: number;
  }
  | Extract<OldState, { readonly ok: false }>;

/**
 * Writes a state for both replicas out of the lists of osync 1.3; changes
 * nothing in the replicas, and nothing at all where there are no lists, or
 * where there is a state already.
 *
 * @throws {SyncError} If the replicas cannot be used.
 */
export async function importState(
  config: Config,
  tools: SessionTools,
): Promise<Imported> {
  const known = readOldState(config);
  if (!known.ok) return known;
  await using session = await openSession(config, tools);
  if (session.run > 1) {
    return {
      ok: false,
      why: "this osync has synchronised the replicas already",
    };
  }
  // Again, now that nobody else is at work.
  const old = readOldState(config);
  if (!old.ok) return old;
  const started = tools.now();
  const found = await agreedRows(config, session, old);
  const lost = SIDES.find((side) => isLost(side, found));
  if (lost !== undefined) {
    const why = `the ${lost} has nothing of what it had (is it mounted?)`;
    return { ok: false, why };
  }
  await writeState(config, session, { rows: found, started });
  return {
    ok: true,
    agreed: found.filter(({ path }) => path !== "").length,
    deleted:
      found.filter(({ now }) => SIDES.some((side) => now[side] === undefined))
        .length,
  };
}

/** What both sides agree on, or did before one of them deleted it; in tree order. */
async function agreedRows(
  config: Config,
  session: Session,
  { paths, written }: Extract<OldState, { readonly ok: true }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  const ambiguous = new Set<RelPath | undefined>();
  const options = { everyFile: true, trustMounts: true };
  const streams = streamsOf(config, { ...session, base: undefined });
  for await (const some of mergeStreams(streams, options)) {
    for (const row of some) {
      const { path, now } = row;
      ambiguous.add(cutPath(path));
      const isListed = path === "" || paths.has(path);
      if (isListed && looksAgreed(now, written)) rows.push(row);
    }
  }
  return rows.filter(({ path }) => !ambiguous.has(path));
}

/** Fewer paths than these may well be gone one by one. */
const FEW = 3;

/** Whether a side has none of what both had. */
function isLost(side: Side, rows: readonly Row[]): boolean {
  const listed = rows.filter(({ path }) => path !== "");
  return listed.length >= FEW &&
    listed.every(({ now }) => now[side] === undefined);
}

/** @param written What one side has changed since is no longer what the other side deleted. */
function looksAgreed(
  { initiator, target }: PerSide<Node>,
  written: Time,
): boolean {
  const nodes = [initiator, target].filter((node) => node !== undefined);
  if (nodes.some(({ kind }) => kind === "unknown")) return false;
  const [a, b] = nodes as [KnownEntry, KnownEntry?];
  if (b === undefined) return a.kind === "directory" || a.mtime < written;
  if (a.kind === "file" && b.kind === "file") {
    return a.size === b.size && second(a) === second(b);
  }
  if (a.kind === "symlink" && b.kind === "symlink") {
    return a.target === b.target;
  }
  return a.kind === b.kind;
}

function second({ mtime }: KnownEntry): bigint {
  return mtime / 1_000_000_000n;
}

async function writeState(
  config: Config,
  session: Session,
  { rows, started }: {
    readonly rows: readonly Row[];
    readonly started: Date;
  },
): Promise<void> {
  const { replicas, run } = session;
  const ticking = perSide((each) => tickBefore(session, each, started));
  for (const side of SIDES) {
    const header = headerOf(session, side, { config, started });
    const edits = rows.map(({ path, now }): Edit => ({
      path,
      entry: remembered(
        perSide((each) => untrusted(now[each], ticking[each])),
        side,
      ),
    }));
    await replicas[side].prepareState(header, { base: undefined, edits });
  }
  for (const side of SIDES) await replicas[side].publishState(run, undefined);
}

/**
 * What a side's state shall hold: what the side has, with the times and
 * attributes of the other side. So where these differ, both sides have
 * changed, and the next run decides between them.
 */
function remembered(now: PerSide<Node>, side: Side): KnownEntry {
  const [own, other] = [now[side], now[opposite(side)]];
  const entry = (own ?? other) as KnownEntry;
  if (own === undefined || other === undefined) return entry;
  const { mtime, meta } = other as KnownEntry;
  return { ...entry, mtime, meta };
}
