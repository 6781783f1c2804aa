import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert/strict";
import { SIDES } from "@/core/side.ts";
import { exists, exits, text } from "../support/evidence.ts";
import { OLD_CONFS } from "../support/old_conf.ts";
import { type Ran, runHere } from "../support/osync.ts";
import { dir, link, type Literal, Replicas } from "../support/replicas.ts";

/** What osync 1 leaves in the initiator's state directory, but for the lists. */
const SYNCED: Readonly<Record<string, string>> = {
  "initiator-last-action-sync_test": "synced\n",
  "target-last-action-sync_test": "synced\n",
};

/** A pair as osync 1 left it: the same tree on both sides, and its lists. */
class OldPair extends Replicas {
  readonly conf: string;

  constructor(tree: Literal, paths: readonly string[]) {
    super();
    this.put("both", tree);
    const lists = Object.fromEntries(
      SIDES.map((side) => [
        `${side}-tree-after-sync_test`,
        paths.map((path) => `${path}\n`).join(""),
      ]),
    );
    this.leave({ ...SYNCED, ...lists });
    this.conf = `${this.home}/x.conf`;
    Deno.writeTextFileSync(
      this.conf,
      OLD_CONFS["1.3"]?.({
        initiator: this.path("initiator"),
        target: this.path("target"),
        log: `${this.home}/log`,
      }) ?? "",
      { mode: 0o600 },
    );
  }

  leave(files: Readonly<Record<string, string>>): void {
    this.put("initiator", { ".osync_workdir": { state: files } });
  }

  async upgrade(): Promise<Ran> {
    return exits(0, await runHere(["upgrade", this.conf]));
  }

  async go(): Promise<string[]> {
    await new Promise((done) => setTimeout(done, 25));
    const { events } = await runHere([this.conf]);
    return events.flatMap((event) =>
      event.kind === "changed" && event.verb !== "timestamp"
        ? [`${event.side} ${event.verb} ${event.action.path}`]
        : []
    ).toSorted();
  }
}

const PATHS = ["a", "b", "d", "d/e", "d/f", "l", "s p", "odd\\#012"];
const TREE: Literal = {
  a: "1@1000",
  b: "2@1000",
  d: dir({ e: "3@1000", f: "4@1000" }, { at: 1000 }),
  l: link("a", { at: 1000 }),
  "s p": "5@1000",
  "odd\n": "6@1000",
};

Deno.test("after osync upgrade a run deletes what was deleted since the last run of osync 1, and nothing else", async () => {
  using pair = new OldPair(TREE, PATHS);
  pair.remove("initiator", "a", "d", "odd\n");
  pair.remove("target", "l", "s p");
  pair.put("initiator", { new: "7" });
  const { stdout } = await pair.upgrade();
  match(
    stdout,
    /Taken over from osync 1: 8 paths that both replicas had\. Deleted on one side since: 7;/,
  );
  deepEqual(await pair.go(), [
    "initiator delete l",
    "initiator delete s p",
    "target create new",
    "target delete a",
    "target delete d",
    "target delete d/e",
    "target delete d/f",
    "target delete odd\n",
  ]);
  deepEqual(pair.tree("target"), { b: "2", new: "7" });
  deepEqual(pair.tree("initiator"), { b: "2", new: "7" });
  deepEqual(pair.kept("target", "deleted"), {
    a: "1",
    d: { e: "3", f: "4" },
    "odd\n": "6",
  });
  deepEqual(await pair.go(), []);
});

Deno.test("after osync upgrade a second run has nothing to do, and the first one made both sides equal", async () => {
  using pair = new OldPair(TREE, PATHS);
  pair.set("initiator", "a", { mode: 0o600, at: 1_000_000_500_000n });
  pair.set("target", "d", { mode: 0o700, at: 5000 });
  pair.set("target", "b", { mode: 0o640 });
  await pair.upgrade();
  await pair.go();
  await pair.mustBeEqual();
  deepEqual(await pair.go(), []);
  deepEqual(pair.tree("initiator"), pair.tree("target"));
});

const unknown: readonly [
  string,
  (pair: OldPair) => void,
  Literal,
][] = [
  ["an edit on the other side", (pair) => {
    pair.remove("initiator", "gone");
    pair.put("initiator", { both: "longer@2000" });
    pair.put("target", { both: "also longer@3000" });
  }, { a: "1", both: "also longer", d: { e: "3" } }],
  ["an edit of what the other side deleted", (pair) => {
    pair.remove("initiator", "gone", "a");
    pair.put("target", { a: "edited" });
  }, { a: "edited", both: "2", d: { e: "3" } }],
  ["something new in a deleted directory", (pair) => {
    pair.remove("initiator", "gone", "d");
    pair.put("target", { d: { new: "9" } });
  }, { a: "1", both: "2", d: { new: "9" } }],
  ["a file in the place of a directory", (pair) => {
    pair.remove("initiator", "gone", "d");
    pair.put("initiator", { d: "file@1" });
  }, { a: "1", both: "2", d: { e: "3" } }],
  ["what only one list has", (pair) => {
    pair.remove("target", "a", "gone");
    const list = "both\nd\nd/e\ngone\n";
    pair.leave({ "target-tree-after-sync_test": list });
  }, { a: "1", both: "2", d: { e: "3" } }],
  ["what a list may have cut off", (pair) => {
    pair.remove("initiator", "gone");
    pair.put("both", { "x -> y": "7" });
    pair.put("initiator", { x: "8" });
    const list = "a\nboth\nd\nd/e\ngone\nx\n";
    pair.leave({ "target-tree-after-sync_test": list });
    pair.leave({ "initiator-tree-after-sync_test": list });
  }, { a: "1", both: "2", d: { e: "3" }, x: "8", "x -> y": "7" }],
];

Deno.test("after osync upgrade a run deletes nothing of which the lists do not tell enough", async () => {
  for (const [what, change, tree] of unknown) {
    using pair = new OldPair({
      a: "1@1000",
      both: "2@1000",
      d: { e: "3@1000" },
      gone: "4@1000",
    }, ["a", "both", "d", "d/e", "gone"]);
    change(pair);
    await pair.upgrade();
    await pair.go();
    deepEqual(pair.tree("initiator"), tree, what);
    deepEqual(pair.tree("target"), tree, what);
  }
});

const refused: readonly [string, Readonly<Record<string, string>>, RegExp][] = [
  [
    "a failed deletion",
    { "target-failed-delete-sync_test": "x\n" },
    /could not delete all on the target/,
  ],
  [
    "an unfinished run",
    { "initiator-last-action-sync_test": "update-replica" },
    /was not completed/,
  ],
  [
    "an empty last action",
    { "target-last-action-sync_test": "" },
    /was not completed/,
  ],
];

Deno.test("osync upgrade takes nothing over after a run of osync 1 that left something undone", async () => {
  for (const [what, files, why] of refused) {
    using pair = new OldPair(TREE, PATHS);
    pair.leave(files);
    pair.remove("initiator", "a");
    match((await pair.upgrade()).stdout, why);
    await pair.go();
    deepEqual(pair.tree("initiator"), pair.tree("target"), what);
    equal(exists(pair.path("initiator", "a")), true, what);
  }
});

Deno.test("osync upgrade takes an empty side for an unmounted one", async () => {
  for (const side of SIDES) {
    using pair = new OldPair(TREE, PATHS);
    pair.remove(side, "a", "b", "d", "l", "s p", "odd\n");
    match(
      (await pair.upgrade()).stdout,
      new RegExp(`the ${side} has nothing of what it had \\(is it mounted`),
    );
    await pair.go();
    equal(exists(pair.path(side, "a")), true);
  }
});

Deno.test("osync upgrade takes nothing over where there are no lists, and makes nothing", async () => {
  using pair = new OldPair(TREE, PATHS);
  pair.remove("initiator", ".osync_workdir");
  match(
    (await pair.upgrade()).stdout,
    /: osync 1 has left no lists of paths\.\n$/,
  );
  for (const side of SIDES) {
    equal(exists(pair.path(side, ".osync_workdir")), false);
  }
});

Deno.test("osync upgrade takes nothing over twice, nor over a state of its own", async () => {
  using pair = new OldPair(TREE, PATHS);
  await pair.go();
  pair.remove("initiator", "a");
  match((await pair.upgrade()).stdout, /has synchronised the replicas already/);
  deepEqual(await pair.go(), ["target delete a"]);
});

Deno.test("osync upgrade knows the names that osync 1.0 gave its lists", async () => {
  using pair = new OldPair(TREE, []);
  pair.remove("initiator", ".osync_workdir");
  const list = PATHS.join("\n");
  pair.leave({
    "master-tree-after-sync_test": list,
    "slave-tree-after-sync_test": list,
    "last-action-sync_test": "synced",
  });
  pair.remove("target", "a");
  await pair.upgrade();
  deepEqual(await pair.go(), ["initiator delete a"]);
});

Deno.test("osync upgrade takes nothing over while a run of osync 1 is going on", async () => {
  using pair = new OldPair(TREE, PATHS);
  pair.put("initiator", {
    ".osync_workdir": { lock: `${Deno.pid}@sync_test\n` },
  });
  const { code, stderr } = await runHere(["upgrade", pair.conf]);
  equal(code, 1);
  match(stderr, /^osync: Cannot lock/);
});

Deno.test("osync upgrade keeps the old file, and older ones, whatever their names", async () => {
  using pair = new OldPair(TREE, PATHS);
  const old = OLD_CONFS["1.0"]?.({
    initiator: pair.path("initiator"),
    target: pair.path("target"),
    log: `${pair.home}/log`,
  }) ?? "";
  await Deno.writeTextFile(pair.conf, old);
  await Deno.chmod(pair.conf, 0o640);
  await Deno.writeTextFile(`${pair.conf}.save`, "older");
  const { stdout } = await pair.upgrade();
  match(
    stdout,
    /x\.conf is rewritten; as it was, it is .*x\.conf\.save\.1\.\n/,
  );
  equal(text(`${pair.conf}.save`), "older");
  equal(text(`${pair.conf}.save.1`), old);
  equal(((await Deno.stat(pair.conf)).mode ?? 0) & 0o7777, 0o640);
  match(text(pair.conf), /^INSTANCE_ID="sync_test"$/m);
  match((await pair.upgrade()).stdout, /^.*x\.conf is up to date\.\n/);
  equal(exists(`${pair.conf}.save.2`), false);
});

Deno.test("osync upgrade follows a link to the file", async () => {
  using pair = new OldPair(TREE, PATHS);
  await Deno.rename(pair.conf, `${pair.home}/real`);
  await Deno.symlink("real", pair.conf);
  await pair.upgrade();
  equal(await Deno.readLink(pair.conf), "real");
  match(text(`${pair.home}/real`), /^#MAX_DELETE_PERCENT=50$/m);
});
