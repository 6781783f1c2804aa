/** A replica on this machine. */

import type { EntryBatch } from "@/core/batch.ts";
import { ReplicaError } from "@/core/errors.ts";
import type { KeptArea } from "@/core/kept.ts";
import { WORK_DIRECTORY } from "@/core/path.ts";
import type { Side } from "@/core/side.ts";
import type { StateHeader } from "@/core/state_format.ts";
import type { Action, Outcome } from "@/core/step.ts";
import { type Dir, type FileSystem, SysError } from "@/sys/fs.ts";
import { describeRoot } from "./describe.ts";
import {
  digestFiles,
  type DigestRequest,
  type DigestResult,
} from "./digest.ts";
import { Keeper } from "./keep.ts";
import { ReplicaLock } from "./lock.ts";
import { performAll } from "./sequence.ts";
import type { ReadingThread } from "./reading_thread.ts";
import { purge, recover, type Remains } from "./recover.ts";
import type {
  Description,
  LockRequest,
  PerformOptions,
  Replica,
  ScanRequest,
  StateChange,
  States,
} from "./replica.ts";
import {
  createPath,
  openRoot,
  openStateDirectory,
  openWorkDirectory,
} from "./root.ts";
import { Stage } from "./stage.ts";
import { StateStore } from "./state.ts";
import { prepareState, scanStream, stateStream } from "./streams.ts";
import { Tree } from "./tree.ts";

/** What a local replica is made of. */
export interface LocalOptions {
  /** The system. */
  readonly fs: FileSystem;
  /** Which side. */
  readonly side: Side;
  /** Absolute path of the root. */
  readonly path: string;
  /** Name of the task. */
  readonly instance: string;
  /** Absolute; `undefined` for the work directory. */
  readonly stateDirectory: string | undefined;
  /** Write nothing at all. */
  readonly dry: boolean;
  /** Take locks. */
  readonly locks: boolean;
  /** Make a missing root. */
  readonly createRoot: boolean;
  /** Names this run: in the stage and the catalogue. */
  readonly run: string;
  /** The clock, milliseconds since 1970. */
  readonly now: () => number;
  /** See {@linkcode Keeper}. */
  readonly backupSuffix: string;
}

/** A {@linkcode Replica} over the system calls of this process. */
export class LocalReplica implements Replica {
  /** Which side. */
  readonly side: Side;
  readonly #options: LocalOptions;
  readonly #fs: FileSystem;
  readonly #cleanup = new DisposableStack();
  #tree: Tree | undefined;
  #work: Dir | undefined;
  #store: StateStore | undefined;
  #keeper: Keeper | undefined;
  #stage: Stage | undefined;
  #reader: ReadingThread | undefined;
  #worker: ReadingThread | undefined;

  /** Opens what is there; creates nothing. */
  constructor(options: LocalOptions) {
    const { fs, path, side } = options;
    this.side = side;
    this.#options = options;
    this.#fs = fs;
    const root = openRoot(fs, path, side);
    if (root === undefined && !options.createRoot) {
      throw new ReplicaError(
        `Cannot open the ${side} "${path}": it does not exist`,
        { hint: "Create it, or set CREATE_DIRS=yes to have it created." },
      );
    }
    if (root === undefined) return;
    this.#tree = this.#cleanup.use(new Tree(fs, root));
    this.#openExisting(root);
  }

  #openExisting(root: Dir): void {
    const work = this.#tryOpen(root, WORK_DIRECTORY);
    this.#work = work;
    const { stateDirectory } = this.#options;
    const state = stateDirectory !== undefined
      ? openRoot(this.#fs, stateDirectory, this.side)
      : work && this.#tryOpen(work, "state");
    if (state !== undefined) this.#useStates(state);
    for (const dir of [work, state]) if (dir !== undefined) this.#own(dir);
  }

  #tryOpen(parent: Dir, name: string): Dir | undefined {
    return this.#fs.stat(parent, name) === undefined
      ? undefined
      : this.#fs.openDirectory(parent, name);
  }

  #useStates(dir: Dir): void {
    const { instance, side } = this.#options;
    this.#store = new StateStore(this.#fs, dir, { instance, side });
  }

  /** The replica's tree. */
  get tree(): Tree {
    if (this.#tree === undefined) {
      throw new TypeError("Cannot use a replica before it is locked");
    }
    return this.#tree;
  }

  /** See {@linkcode Replica}. */
  describe(): Promise<Description> {
    const { path } = this.#options;
    return Promise.resolve(describeRoot(this.#fs, path, this.#tree?.root));
  }

  /** See {@linkcode Replica}. */
  states(): Promise<States> {
    const none = { headers: [], unusable: [] };
    return Promise.resolve(this.#store?.states() ?? none);
  }

  /** See {@linkcode Replica}. */
  lock(request: LockRequest): Promise<readonly string[]> {
    const { dry, path } = this.#options;
    const notes: string[] = [];
    try {
      if (dry) this.#lookOnly(request, notes);
      else this.#prepare(request, notes);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      throw new ReplicaError(
        `Cannot use the ${this.side} "${path}": ${error.message}`,
        { cause: error },
      );
    }
    return Promise.resolve(notes);
  }

  #lookOnly(request: LockRequest, notes: string[]): void {
    if (this.#tree === undefined) {
      // What the real run would create is an empty directory: so is this one.
      const path = Deno.makeTempDirSync({ prefix: "osync-dry-" });
      this.#cleanup.defer(() => Deno.removeSync(path, { recursive: true }));
      const root = this.#fs.openRoot(path);
      this.#tree = this.#cleanup.use(new Tree(this.#fs, root));
    }
    if (this.#work !== undefined) this.#takeLock(this.#work, request, notes);
  }

  #prepare(request: LockRequest, notes: string[]): void {
    const fs = this.#fs;
    const { path, stateDirectory, run, now, backupSuffix } = this.#options;
    if (this.#tree === undefined) {
      createPath(fs, path);
      this.#tree = this.#cleanup.use(new Tree(fs, fs.openRoot(path)));
    }
    const work = this.#work ?? this.#own(openWorkDirectory(fs, this.tree.root));
    this.#work = work;
    this.#takeLock(work, request, notes);
    const keeper = new Keeper(fs, work, { run, now, backupSuffix });
    this.#keeper = this.#cleanup.use(keeper);
    this.#stage = this.#cleanup.use(new Stage(fs, work, run));
    recover(this.#remains());
    this.#store?.tidy();
    if (this.#store !== undefined) return;
    this.#useStates(this.#own(openStateDirectory(fs, work, stateDirectory)));
  }

  #own(dir: Dir): Dir {
    this.#cleanup.defer(() => this.#fs.close(dir));
    return dir;
  }

  #takeLock(work: Dir, request: LockRequest, notes: string[]): void {
    const { dry, instance, locks } = this.#options;
    if (!locks) return;
    const lock = ReplicaLock.acquire(this.#fs, work, {
      dry,
      instance,
      force: request.force,
      onTakeover: (text) => notes.push(text),
    });
    if (lock !== undefined) this.#cleanup.use(lock);
  }

  #remains(): Remains {
    const { run, now } = this.#options;
    const keeper = this.#keeper as Keeper;
    return { fs: this.#fs, work: this.#work as Dir, keeper, run, now };
  }

  /** From now on another thread reads the states, and with `all` does what it can. */
  use(thread: ReadingThread, { all }: { readonly all: boolean }): void {
    this.#reader = thread;
    if (all) this.#worker = thread;
  }

  /** Bytes of the state of a run. */
  stateSize(run: number): number {
    return this.#store?.size(run) ?? 0;
  }

  /** See {@linkcode Replica}. */
  scan(request: ScanRequest): AsyncIterable<EntryBatch> {
    const options = { request, thread: this.#worker };
    return scanStream(this.#fs, this.tree.root, options);
  }

  /** See {@linkcode Replica}. */
  base(run: number): AsyncIterable<EntryBatch> {
    const options = { side: this.side, run, thread: this.#reader };
    const { instance } = this.#options;
    return stateStream(this.#fs, this.#store, { instance, ...options });
  }

  /** See {@linkcode Replica}. */
  digest(
    requests: readonly DigestRequest[],
    signal: AbortSignal,
  ): AsyncGenerator<DigestResult> {
    return digestFiles(this.tree, requests, signal);
  }

  /** See {@linkcode Replica}. */
  async *perform(
    actions: readonly Action[],
    source: Replica,
    options: PerformOptions,
  ): AsyncGenerator<readonly Outcome[]> {
    const keeper = this.#keeper as Keeper;
    const stage = this.#stage as Stage;
    const { side, tree } = this;
    stage.open();
    const parts = { side, tree, keeper, stage, source: treeOf(source) };
    try {
      yield* performAll(actions, parts, options);
    } finally {
      keeper.catalogue.flush();
    }
  }

  /** See {@linkcode Replica}. */
  sync(): Promise<void> {
    return this.#fs.syncVolume(this.tree.root);
  }

  /** See {@linkcode Replica}. */
  prepareState(header: StateHeader, change: StateChange): Promise<void> {
    const options = { header, change, thread: this.#worker };
    return prepareState(this.#fs, this.#store, options);
  }

  /** See {@linkcode Replica}. */
  publishState(run: number, base: number | undefined): Promise<void> {
    this.#store?.publish(run, base);
    return Promise.resolve();
  }

  /** See {@linkcode Replica}. */
  setAsideState(run: number): Promise<string> {
    return Promise.resolve(this.#store?.setAside(run) ?? "");
  }

  /** See {@linkcode Replica}. */
  purge(days: Readonly<Record<KeptArea, number>>): Promise<number> {
    return Promise.resolve(purge(this.#remains(), days));
  }

  /** See {@linkcode Replica}. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#cleanup[Symbol.dispose]();
    return Promise.resolve();
  }
}

function treeOf(source: Replica): Tree {
  if (source instanceof LocalReplica) return source.tree;
  throw new TypeError("Cannot read contents of a replica that is not local");
}
