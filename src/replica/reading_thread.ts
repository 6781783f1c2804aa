/**
 * A second thread that reads: with it, the scans of two local replicas take
 * the time of one.
 *
 * The thread runs the program's own main module, which finds out where it is
 * and calls {@linkcode serveThread}: so there is one file to
 * install, whether bundled or compiled.
 */

import { createBatch, type EntryBatch } from "@/core/batch.ts";
import { openFileSystem } from "@/sys/open.ts";
import {
  CANCELLED,
  errorOf,
  fill,
  type Job,
  type Order,
  type Reply,
} from "./reading.ts";

/** Batches on their way for each stream: what bounds the memory. */
const CREDIT = 8;

/** The thread itself: waits for orders. */
export function serveThread(): void {
  const scope = globalThis as unknown as Worker;
  // The first batch and the first message that leave a thread make all code
  // that was compiled so far be compiled again: now there is none.
  createBatch(1).kind.buffer.transfer();
  scope.postMessage("ready");
  scope.onmessage = ({ data }: MessageEvent<Order>) => {
    fill(openFileSystem(), data, (reply) => {
      scope.postMessage(reply, "batch" in reply ? buffersOf(reply.batch) : []);
    });
  };
}

function buffersOf({ kind, names }: EntryBatch): ArrayBuffer[] {
  return [...new Set([kind.buffer, names.buffer])];
}

/** A stream on its way. */
interface Incoming {
  readonly job: Job;
  /** Reads it in this thread, if there is no other one. */
  readonly here: () => Iterable<EntryBatch>;
  readonly waiting: Reply[];
  wake: () => void;
  credit: () => void;
  cancel: () => void;
}

/** The main thread's end of it. */
export class ReadingThread implements Disposable {
  readonly #worker: Worker;
  #orders = 0;
  #streams: Incoming[] = [];
  #ordered: Incoming[] = [];
  #failure: "none" | "no thread" | Error = "none";

  /** Starts the thread with the program's main module. */
  constructor(module: string) {
    this.#worker = new Worker(module, { type: "module", name: "reading" });
    this.#worker.onmessage = ({ data }: MessageEvent<Reply | "ready">) => {
      if (data === "ready") return;
      // What was cancelled may still arrive.
      if (data.id !== this.#orders) return;
      const stream = this.#streams[data.job];
      stream?.waiting.push(data);
      stream?.wake();
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      const began = this.#streams.some(({ waiting }) => waiting.length > 0);
      this.#failure = began ? new Error(event.message) : "no thread";
      for (const { wake } of [...this.#streams, ...this.#ordered]) wake();
    };
  }

  /**
   * Reads a stream. Those that are asked for in one go are read together.
   *
   * @param here Reads it if no thread can be had.
   */
  read(job: Job, here: () => Iterable<EntryBatch>): AsyncGenerator<EntryBatch> {
    // At once, not when the thread is ready: the first message to it makes the
    // code that was compiled so far be compiled again.
    if (this.#ordered.length === 0) queueMicrotask(() => this.#order());
    const none = () => {};
    const stream = {
      job,
      here,
      waiting: [],
      wake: none,
      credit: none,
      cancel: none,
    };
    this.#ordered.push(stream);
    return this.#take(stream);
  }

  #order(): void {
    const streams = this.#ordered;
    this.#ordered = [];
    this.#streams = streams;
    const credits = new Int32Array(
      new SharedArrayBuffer(4 * (streams.length + 1)),
    );
    const ring = () => {
      Atomics.add(credits, streams.length, 1);
      Atomics.notify(credits, streams.length);
    };
    for (const [at, stream] of streams.entries()) {
      credits[at] = CREDIT;
      stream.credit = () => {
        Atomics.add(credits, at, 1);
        ring();
      };
      stream.cancel = () => {
        Atomics.store(credits, at, CANCELLED);
        ring();
      };
    }
    const jobs = streams.map(({ job }) => job);
    const id = ++this.#orders;
    const order: Order = { id, jobs, credits: credits.buffer };
    this.#worker.postMessage(order);
  }

  async *#take(stream: Incoming): AsyncGenerator<EntryBatch> {
    let ended = false;
    try {
      for (;;) {
        const reply = stream.waiting.shift();
        if (reply === undefined) {
          if (this.#failure === "no thread") return yield* stream.here();
          if (this.#failure !== "none") throw this.#failure;
          await new Promise<void>((resolve) => stream.wake = resolve);
        } else if ("batch" in reply) {
          yield reply.batch;
          stream.credit();
        } else {
          ended = true;
          if (reply.end !== "end") throw errorOf(reply.end);
          return;
        }
      }
    } finally {
      if (!ended) stream.cancel();
    }
  }

  /** Ends the thread. */
  [Symbol.dispose](): void {
    for (const { cancel } of this.#streams) cancel();
    this.#worker.terminate();
  }
}
