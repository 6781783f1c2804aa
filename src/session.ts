/** Opens both replicas of a run: looks at them, refuses what cannot be right, locks them, finds their ancestor. */

import type { Config } from "@/config/config.ts";
import type { Location } from "@/config/location.ts";
import { HazardError, ReplicaError } from "@/core/errors.ts";
import { missingRoot } from "@/core/guard.ts";
import { timeSuffix } from "@/core/kept.ts";
import type { Policy } from "@/core/policy.ts";
import {
  mapSides,
  opposite,
  type PerSide,
  perSide,
  type Side,
  SIDES,
} from "@/core/side.ts";
import type { StateHeader } from "@/core/state_format.ts";
import { LocalReplica } from "@/replica/local.ts";
import { ReadingThread } from "@/replica/reading_thread.ts";
import type { Description, Replica, States } from "@/replica/replica.ts";
import type { Sink } from "@/report/events.ts";
import { openFileSystem } from "@/sys/open.ts";
import { findBase, isReplaced } from "./ancestor.ts";

/** Both replicas, locked, and what is known about them. */
export interface Session {
  /** The replicas. */
  readonly replicas: PerSide<Replica>;
  /** What they are. */
  readonly descriptions: PerSide<Description>;
  /** How everything is decided. */
  readonly policy: Policy;
  /** The state both agree on; `undefined` makes this a first run. */
  readonly base: StateHeader | undefined;
  /** Number of this run. */
  readonly run: number;
  /** Id the states of both sides share. */
  readonly pair: string;
  /** The other side has states of this task, this one has none. */
  readonly stateMissing: PerSide<boolean>;
  /** The root is on another filesystem than at the last run. */
  readonly rootChanged: PerSide<boolean>;
  /** Releases everything. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What opening needs besides the configuration. */
export interface SessionTools {
  /** Told what the user should know. */
  readonly sink: Sink;
  /** The clock. */
  readonly now: () => Date;
  /** The program's main module, where it can be started as a thread. */
  readonly module?: string;
}

/** Both replicas, and what they were before anything was made in them. */
interface Opened {
  readonly replicas: PerSide<LocalReplica>;
  readonly descriptions: PerSide<Description>;
}

/** States of fewer bytes (about 20,000 entries) are read before a thread would have begun. */
const THREAD_WORTHWHILE = 640 * 1024;

/**
 * Opens a session.
 *
 * @throws {SyncError} If the replicas cannot be synchronised; nothing was changed then.
 */
export async function openSession(
  config: Config,
  tools: SessionTools,
): Promise<Session> {
  await using cleanup = new AsyncDisposableStack();
  const { replicas, descriptions } = await lockReplicas(config, tools, cleanup);
  const located = {
    initiator: await replicas.initiator.describe(),
    target: await replicas.target.describe(),
  };
  refuseAliases(located);
  const warn = (text: string): void =>
    tools.sink({ kind: "message", level: "warning", text });
  const states = await statesOf(replicas);
  await setUnusableAside(config, { replicas, states, warn });
  const replaced = perSide((side) =>
    isReplaced(config, side, {
      headers: states[side].headers,
      descriptions,
    })
  );
  const base = findBase(states, replaced, warn);
  if (base !== undefined && tools.module !== undefined) {
    const { initiator, target } = replicas;
    if (target.stateSize(base.run) >= THREAD_WORTHWHILE) {
      const thread = cleanup.use(new ReadingThread(tools.module));
      initiator.use(thread, { all: false });
      target.use(thread, { all: true });
    }
  }
  const headers = SIDES.flatMap((side) => states[side].headers);
  const held = cleanup.move();
  return {
    replicas,
    descriptions: located,
    policy: policyOf(config, located),
    base,
    run: 1 + Math.max(0, ...headers.map((header) => header.run)),
    pair: base?.pair ?? crypto.randomUUID(),
    stateMissing: perSide((side) =>
      states[side].headers.length === 0 &&
      states[opposite(side)].headers.length > 0
    ),
    rootChanged: perSide((side) => {
      const [latest] = states[side].headers;
      return replaced[side] ||
        (latest !== undefined && latest.volume !== located[side].volume);
    }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/**
 * Finds out whether a session could be opened. Nothing is written, and nothing
 * stays open or locked.
 *
 * @throws {SyncError} If it could not.
 */
export async function checkReplicas(
  config: Config,
  tools: SessionTools,
): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  await lockReplicas({ ...config, dry: true }, tools, cleanup);
}

/** Opens both replicas, refuses what cannot be right, and locks them. */
async function lockReplicas(
  config: Config,
  tools: SessionTools,
  cleanup: AsyncDisposableStack,
): Promise<Opened> {
  const replicas = openReplicas(config, tools.now);
  for (const side of SIDES) cleanup.use(replicas[side]);
  const descriptions = {
    initiator: await replicas.initiator.describe(),
    target: await replicas.target.describe(),
  };
  refuseAliases(descriptions);
  refuseMissingRoots(config, descriptions, await statesOf(replicas));
  const opened = { replicas, descriptions };
  await lockBoth(config, tools, opened);
  return opened;
}

function openReplicas(
  config: Config,
  now: () => Date,
): PerSide<LocalReplica> {
  const started = now();
  const run = `${started.toISOString().replace(/[-:]/g, "")}-${Deno.pid}`;
  return perSide((side) =>
    new LocalReplica({
      fs: openFileSystem(),
      side,
      path: localPath(config.replicas[side]),
      instance: config.instance,
      stateDirectory: config.stateDirectories[side],
      dry: config.dry,
      locks: config.locks,
      createRoot: config.createDirectories,
      run,
      now: () => now().getTime(),
      backupSuffix: config.conflictBackupMultiple ? timeSuffix(started) : "",
    })
  );
}

function localPath(location: Location): string {
  if (location.kind === "local") return location.path;
  throw new ReplicaError("Cannot reach a replica over ssh with this version");
}

function refuseAliases(descriptions: PerSide<Description>): void {
  for (const side of SIDES) {
    const outer = descriptions[side];
    const inner = descriptions[opposite(side)];
    const [root] = outer.identities;
    if (root === undefined || !inner.identities.includes(root)) continue;
    const how = inner.identities[0] === root
      ? "both are the same directory"
      : `"${inner.path}" is inside "${outer.path}"`;
    throw new ReplicaError(
      `Cannot synchronise "${descriptions.initiator.path}" with "${descriptions.target.path}": ${how}`,
      { hint: "Choose two directories of which neither is inside the other." },
    );
  }
}

async function statesOf(
  replicas: PerSide<Replica>,
): Promise<PerSide<States>> {
  return {
    initiator: await replicas.initiator.states(),
    target: await replicas.target.states(),
  };
}

/** Before anything is created in what may be an empty mount point. */
function refuseMissingRoots(
  config: Config,
  descriptions: PerSide<Description>,
  states: PerSide<States>,
): void {
  if (config.acceptNewRoot) return;
  for (const side of SIDES) {
    const { headers } = states[side];
    const lost = headers.length === 0 &&
      states[opposite(side)].headers.length > 0;
    const replaced = isReplaced(config, side, { headers, descriptions });
    if (!(lost || replaced) || !descriptions[side].empty) continue;
    const hazard = missingRoot(side, descriptions[side].path);
    throw new HazardError(
      `Stopped before the first change: ${hazard.message}`,
      {
        hint:
          `If this is as it should be, use ${hazard.option}. If it is another pair, name it: --instance-id=NAME.`,
      },
    );
  }
}

/** In an order both directions of a pair share: of two runs that start at once, one gets both. */
async function lockBoth(
  config: Config,
  tools: SessionTools,
  opened: Opened,
): Promise<void> {
  const key = (side: Side): string => {
    const { host, identities, path } = opened.descriptions[side];
    return `${host} ${identities[0] ?? path}`;
  };
  const order = [...SIDES].sort((a, b) => key(a) < key(b) ? -1 : 1);
  for (const side of order) {
    const request = { force: config.forceUnlock };
    for (const text of await opened.replicas[side].lock(request)) {
      tools.sink({ kind: "message", level: "notice", text });
    }
  }
}

async function setUnusableAside(
  config: Config,
  found: {
    readonly replicas: PerSide<Replica>;
    readonly states: PerSide<States>;
    readonly warn: (text: string) => void;
  },
): Promise<void> {
  for (const side of SIDES) {
    for (const { run, message } of found.states[side].unusable) {
      const where = config.dry
        ? ""
        : ` It is kept as "${await found.replicas[side].setAsideState(run)}".`;
      found.warn(`${message} (${side}, run ${run}).${where}`);
    }
  }
}

function policyOf(
  config: Config,
  descriptions: PerSide<Description>,
): Policy {
  return {
    direction: config.direction,
    prevalence: config.prevalence,
    forcePrevalence: config.forcePrevalence,
    skipDeletion: config.skipDeletion,
    softDelete: config.softDelete,
    keepBackup: config.conflictBackup,
    preserve: config.preserve,
    holds: mapSides(descriptions, ({ holds }) => holds),
    modifyWindow: config.modifyWindow,
    checksum: config.checksum,
  };
}
