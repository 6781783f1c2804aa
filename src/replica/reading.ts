/** What a thread beside the main one does: it reads scans and states, each a stream of batches, and writes a state. */

import type { EntryBatch } from "@/core/batch.ts";
import { ReplicaError } from "@/core/errors.ts";
import { compileFilter } from "@/core/filter.ts";
import type { Side } from "@/core/side.ts";
import {
  StateError,
  type StateFault,
  type StateHeader,
} from "@/core/state_header.ts";
import { type Dir, type FileSystem, SysError } from "@/sys/fs.ts";
import type { ScanRequest, StateChange } from "./replica.ts";
import { identityOf, scanTree } from "./scan.ts";
import { StateStore } from "./state.ts";

/** A directory that the main thread has open. */
export interface SharedDirectory {
  /** Absolute. */
  readonly path: string;
  /** Its `device:inode`, so that no other one is read instead. */
  readonly identity: string;
}

/** One stream. */
export type Job =
  | {
    /** A whole tree. */
    readonly kind: "scan";
    /** Its root. */
    readonly directory: SharedDirectory;
    /** What to leave out. */
    readonly request: ScanRequest;
  }
  | {
    /** What both agreed on. */
    readonly kind: "base";
    /** The state directory. */
    readonly directory: SharedDirectory;
    /** Whose state, and which. */
    readonly state: {
      readonly instance: string;
      readonly side: Side;
      readonly run: number;
    };
  }
  | {
    /** Writes the next state; gives nothing. */
    readonly kind: "prepare";
    /** The state directory. */
    readonly directory: SharedDirectory;
    /** Whose state. */
    readonly state: { readonly instance: string; readonly side: Side };
    /** What it says about itself. */
    readonly header: StateHeader;
    /** What it continues, and how. */
    readonly change: StateChange;
  };

/** Jobs that begin together. */
export interface Order {
  /** Tells replies to it from those to others. */
  readonly id: number;
  /** What to read. */
  readonly jobs: readonly Job[];
  /**
   * For each job (32-bit integers) how many batches it may still send, or
   * {@linkcode CANCELLED}; one more, the bell, counts changes of the others.
   */
  readonly credits: SharedArrayBuffer;
}

/** In place of a number of batches. */
export const CANCELLED: -1 = -1;

/** What the thread sends. */
export type Reply =
  | ReplyTo & { readonly batch: EntryBatch }
  | ReplyTo & { readonly end: Failure | "end" };

/** Which stream a reply belongs to. */
export interface ReplyTo {
  /** The order's id. */
  readonly id: number;
  /** Index of the job in it. */
  readonly job: number;
}

/** An error on its way between threads. */
export type Failure =
  | {
    readonly error: "SysError";
    readonly code: string;
    readonly operation: string;
    readonly path: string;
  }
  | {
    readonly error: "ReplicaError";
    readonly message: string;
    readonly hint: string | undefined;
  }
  | {
    readonly error: "StateError";
    readonly reason: StateFault;
    readonly message: string;
  }
  | { readonly error: "Error"; readonly message: string };

/** What a directory is known by in another thread. */
export function shareDirectory(fs: FileSystem, dir: Dir): SharedDirectory {
  const { device, inode } = fs.statOpen(dir);
  return { path: dir.path, identity: identityOf(device, inode) };
}

/** Reads all jobs of an order, a batch of each in turn, as far as there is credit. */
export function fill(
  fs: FileSystem,
  order: Order,
  send: (reply: Reply) => void,
): void {
  const credits = new Int32Array(order.credits);
  const bell = credits.length - 1;
  const streams = new Map(order.jobs.map((job, at) => [at, read(fs, job)]));
  while (streams.size > 0) {
    const rung = Atomics.load(credits, bell);
    let idle = true;
    for (const [job, stream] of streams) {
      const credit = Atomics.load(credits, job);
      if (credit === 0) continue;
      idle = false;
      if (credit > 0) Atomics.sub(credits, job, 1);
      const reply = credit === CANCELLED
        ? undefined
        : nextOf(stream, { id: order.id, job });
      if (reply !== undefined) send(reply);
      if (reply !== undefined && "batch" in reply) continue;
      stream.return(undefined);
      streams.delete(job);
    }
    if (idle) Atomics.wait(credits, bell, rung);
  }
}

function nextOf(stream: Generator<EntryBatch>, to: ReplyTo): Reply {
  try {
    const { done, value } = stream.next();
    return done === true ? { ...to, end: "end" } : { ...to, batch: value };
  } catch (error) {
    return { ...to, end: failureOf(error) };
  }
}

function* read(fs: FileSystem, job: Job): Generator<EntryBatch> {
  const dir = fs.openRoot(job.directory.path);
  try {
    if (shareDirectory(fs, dir).identity !== job.directory.identity) {
      throw new SysError("EAGAIN", "openat", dir.path);
    }
    if (job.kind === "prepare") {
      new StateStore(fs, dir, job.state).prepare(job.header, job.change);
    } else if (job.kind === "base") {
      yield* new StateStore(fs, dir, job.state).batches(job.state.run);
    } else {
      yield* scanTree(fs, dir, {
        filter: compileFilter(job.request.filter),
        forbidden: new Set(job.request.forbidden),
      });
    }
  } finally {
    fs.close(dir);
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof SysError) {
    const { code, operation, path } = error;
    return { error: "SysError", code, operation, path };
  }
  if (error instanceof ReplicaError) {
    const { message, hint } = error;
    return { error: "ReplicaError", message, hint };
  }
  if (error instanceof StateError) {
    const { reason, message } = error;
    return { error: "StateError", reason, message };
  }
  return { error: "Error", message: String(error) };
}

/** The error that a failure was. */
export function errorOf(failure: Failure): Error {
  switch (failure.error) {
    case "SysError":
      return new SysError(failure.code, failure.operation, failure.path);
    case "ReplicaError": {
      const { hint, message } = failure;
      return new ReplicaError(message, hint === undefined ? {} : { hint });
    }
    case "StateError":
      return StateError.again(failure.reason, failure.message);
    default:
      return new Error(failure.message);
  }
}
