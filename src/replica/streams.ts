/** What a replica reads and writes as a whole: its tree and its states, in this thread or in another one. */

import type { EntryBatch } from "@/core/batch.ts";
import { compileFilter } from "@/core/filter.ts";
import type { Side } from "@/core/side.ts";
import type { StateHeader } from "@/core/state_format.ts";
import type { Dir, FileSystem } from "@/sys/fs.ts";
import { shareDirectory } from "./reading.ts";
import type { ReadingThread } from "./reading_thread.ts";
import type { ScanRequest, StateChange } from "./replica.ts";
import { scanTree } from "./scan.ts";
import type { StateStore } from "./state.ts";

/** Where it is done. */
export interface Where {
  /** The thread that does it; `undefined`: this one. */
  readonly thread: ReadingThread | undefined;
}

/** More of them cost more to hand to another thread than it saves. */
const EDITS_TO_SEND = 20_000;

/** Everything below a root, in tree order. */
export function scanStream(
  fs: FileSystem,
  root: Dir,
  { request, thread }: Where & { readonly request: ScanRequest },
): AsyncIterable<EntryBatch> {
  const here = () =>
    scanTree(fs, root, {
      filter: compileFilter(request.filter),
      forbidden: new Set(request.forbidden),
    });
  if (thread === undefined) return later(here);
  const directory = shareDirectory(fs, root);
  return thread.read({ kind: "scan", directory, request }, here);
}

/** What a state holds, in tree order. */
export function stateStream(
  fs: FileSystem,
  store: StateStore | undefined,
  { thread, ...state }: Where & {
    readonly instance: string;
    readonly side: Side;
    readonly run: number;
  },
): AsyncIterable<EntryBatch> {
  if (store?.dir === undefined) return later(() => []);
  const here = () => store.batches(state.run);
  if (thread === undefined) return later(here);
  const directory = shareDirectory(fs, store.dir);
  return thread.read({ kind: "base", directory, state }, here);
}

/** Writes the next state, not yet under its name. */
export async function prepareState(
  fs: FileSystem,
  store: StateStore | undefined,
  { header, change, thread }: Where & {
    readonly header: StateHeader;
    readonly change: StateChange;
  },
): Promise<void> {
  if (store?.dir === undefined) return;
  const many = change.edits.length > EDITS_TO_SEND;
  if (thread === undefined || many) return store.prepare(header, change);
  const { instance, side } = header;
  const directory = shareDirectory(fs, store.dir);
  const state = { instance, side };
  const job = { kind: "prepare", directory, state, header, change } as const;
  await thread.read(job, () => {
    store.prepare(header, change);
    return [];
  }).next();
}

async function* later<T>(read: () => Iterable<T>): AsyncGenerator<T> {
  // What the other thread is asked for in the same go shall begin first.
  await undefined;
  yield* read();
}
