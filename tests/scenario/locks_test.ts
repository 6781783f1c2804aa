import { deepStrictEqual as equal, match } from "node:assert/strict";
import { type Side, SIDES } from "@/core/side.ts";
import { hostId } from "@/sys/host.ts";
import type { Dir, File } from "@/sys/fs.ts";
import { openFileSystem } from "@/sys/open.ts";
import { runBare } from "../support/bare.ts";
import {
  belongings,
  exists,
  exits,
  holds,
  noLitter,
  synced,
} from "../support/evidence.ts";
import { Replicas } from "../support/replicas.ts";

const LOCK = ".osync_workdir/lock";
const OWNER = ".osync_workdir/lock.owner";

/** Another process that holds the lock of a replica as a live run does. */
class Holder implements Disposable {
  readonly #fs = openFileSystem();
  readonly #work: Dir;
  readonly #file: File;

  constructor(pair: Replicas, side: Side) {
    this.#work = this.#fs.openRoot(pair.path(side, ".osync_workdir"));
    this.#file = this.#fs.openShared(this.#work, "lock");
    equal(this.#fs.lock(this.#file), true);
  }

  [Symbol.dispose](): void {
    this.#fs.close(this.#file);
    this.#fs.close(this.#work);
  }
}

/** A process that is alive until disposed of. */
class Living implements AsyncDisposable {
  readonly #child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  readonly pid = this.#child.pid;
  #ended: Promise<unknown> | undefined;

  end(): Promise<unknown> {
    if (this.#ended === undefined) {
      this.#child.kill("SIGKILL");
      this.#ended = this.#child.status;
    }
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

/** A process id that nobody has. */
async function deadPid(): Promise<number> {
  const child = new Deno.Command("true").spawn();
  await child.status;
  return child.pid;
}

function write(pair: Replicas, side: Side, text: string): void {
  pair.put(side, { [LOCK]: text });
}

async function takesOver(pair: Replicas, said: RegExp): Promise<void> {
  pair.put("initiator", { new: "2" });
  const { stdout } = await pair.sync();
  match(stdout, said);
  holds(pair, { a: "1", new: "2" });
}

async function refuses(pair: Replicas): Promise<void> {
  pair.put("initiator", { new: "2" });
  const before = belongings(pair);
  const { stderr } = exits(1, await pair.run());
  match(stderr, /Cannot lock the replica: .* is held by/);
  match(stderr, /--force-unlock/);
  equal(belongings(pair), before);
}

for (const side of SIDES) {
  Deno.test(`a live run holds the ${side}: another one is refused, dry or not, until it has ended`, async () => {
    using pair = await synced({ a: "1" });
    {
      using _ = new Holder(pair, side);
      await refuses(pair);
      exits(1, await pair.run(["--dry"]));
    }
    await pair.sync();
    holds(pair, { a: "1", new: "2" });
  });

  Deno.test(`a run that holds the ${side} is overruled by --force-unlock`, async () => {
    using pair = await synced({ a: "1" });
    using _ = new Holder(pair, side);
    pair.put("initiator", { new: "2" });
    await pair.sync(["--force-unlock"]);
    holds(pair, { a: "1", new: "2" });
  });

  Deno.test(`a run that holds the ${side} is not asked with --no-locks`, async () => {
    using pair = await synced({ a: "1" });
    using _ = new Holder(pair, side);
    await pair.sync(["--no-locks"]);
    equal(exists(pair.path(side, LOCK)), true);
  });

  Deno.test(`the lock of the ${side} was left by a run that was killed: it is taken over`, async () => {
    using pair = await synced({ a: "1" });
    write(pair, side, `${await deadPid()}@quicksync_task\n`);
    await takesOver(pair, /left by a run that has ended .*taking it over/);
  });

  Deno.test(`the lock of the ${side} was left by another task that was killed: it is taken over`, async () => {
    using pair = await synced({ a: "1" });
    write(pair, side, `${await deadPid()}@another\n`);
    await takesOver(pair, /taking it over/);
  });

  Deno.test(`the lock of the ${side} was left before the machine started: a process with its number changes nothing`, async () => {
    using pair = await synced({ a: "1" });
    await using other = new Living();
    write(pair, side, `${other.pid}@quicksync_task\n`);
    pair.set(side, LOCK, { at: 1000 });
    await takesOver(pair, /taking it over/);
  });

  Deno.test(`the lock of the ${side} names a run of ours whose number another process got: it is taken over`, async () => {
    using pair = await synced({ a: "1" });
    await using other = new Living();
    write(pair, side, `${other.pid}@quicksync_task\n`);
    const owner = {
      pid: other.pid,
      instance: "quicksync_task",
      host: hostId(),
      boot: "an earlier one",
      start: 1,
      since: "2026-01-01T00:00:00Z",
    };
    pair.put(side, { [OWNER]: JSON.stringify(owner) });
    await takesOver(pair, /taking it over/);
  });

  Deno.test(`the old tool runs in the ${side}: it is respected until it has ended`, async () => {
    using pair = await synced({ a: "1" });
    await using old = new Living();
    write(pair, side, `${old.pid}@its_task\n`);
    await refuses(pair);
    await old.end();
    await takesOver(pair, /taking it over/);
  });

  Deno.test(`a run on another host holds the ${side}: it is respected, whatever its number means here`, async () => {
    using pair = await synced({ a: "1" });
    const pid = await deadPid();
    write(pair, side, `${pid}@quicksync_task\n`);
    const owner = {
      pid,
      instance: "quicksync_task",
      host: "far away",
      boot: "b",
      start: 1,
      since: "2026-01-01T00:00:00Z",
    };
    pair.put(side, { [OWNER]: JSON.stringify(owner) });
    await refuses(pair);
    await pair.sync(["--force-unlock"]);
    holds(pair, { a: "1", new: "2" });
  });

  for (
    const [what, text] of Object.entries({
      "is empty": "",
      "holds text": "hello\n",
      "holds bytes": "\0\u0001\udc80\udcff",
      "holds a number too large": "99999999999999999999@x\n",
      "holds a negative number": "-1@x\n",
      "holds a number alone": "4194305\n",
      "is long": "x".repeat(100_000),
    })
  ) {
    Deno.test(`the lock of the ${side} ${what}: it is taken over`, async () => {
      using pair = await synced({ a: "1" });
      write(pair, side, text);
      pair.put(side, { [OWNER]: text });
      pair.put("initiator", { new: "2" });
      await pair.sync();
      holds(pair, { a: "1", new: "2" });
    });
  }

  Deno.test(`the lock of the ${side} is a directory: it is said, and not removed`, async () => {
    using pair = await synced({ a: "1" });
    pair.put(side, { [LOCK]: { x: "1" } });
    const { stderr } = exits(1, await pair.run());
    match(stderr, /Cannot use the/);
    equal(exists(pair.path(side, `${LOCK}/x`)), true);
  });
}

Deno.test("many runs start at once: each ends with success or is refused, one at a time", async () => {
  using pair = await synced({ a: "1" });
  let refused = 0;
  for (let round = 0; round < 5; round++) {
    pair.put("initiator", { [`new-${round}`]: "x" });
    const ends = await Promise.all(
      Array.from({ length: 4 }, () => runBare(pair)),
    );
    equal(ends.some(({ code }) => code === 0), true);
    for (const { code, stderr } of ends) {
      if (code === 0) continue;
      equal(code, 1, stderr);
      match(stderr, /is held by/);
      refused++;
    }
    noLitter(pair);
  }
  equal(Object.keys(pair.tree("target")).length, 6);
  equal(refused > 0, true);
});

Deno.test("two runs with exchanged replicas start at once: neither waits for the other for ever", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1" });
  using swapped = new Replicas({
    initiator: pair.path("target"),
    target: pair.path("initiator"),
  });
  for (let round = 0; round < 5; round++) {
    const ends = await Promise.all([runBare(pair), runBare(swapped)]);
    const codes = ends.map(({ code }) => code).sort();
    equal(codes[0], 0);
    equal((codes[1] ?? 9) < 2, true);
  }
});
