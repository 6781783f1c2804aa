import { deepStrictEqual as equal, match } from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { SIDES } from "@/core/side.ts";
import {
  exists,
  exits,
  photograph,
  photographs,
  synced,
} from "../support/evidence.ts";
import { sh } from "../support/machine.ts";
import { dir, fifo, file, link, Replicas } from "../support/replicas.ts";

/** The lines that `--summary` prints. */
function summary(stdout: string): string[] {
  const lines = stdout.split("\n");
  return lines.filter((line) =>
    /^(UPDATE|CREATE|DELETE|ATTRIBUTES|TIMESTAMP|Updates|Deletions) /.test(
      line,
    ) ||
    line.endsWith("INITIATOR << >> TARGET")
  );
}

/** A dry run writes nothing and foretells what the real one does. */
async function foretells(
  pair: Replicas,
  options: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const before = photographs(pair);
  const dry = exits(
    0,
    await pair.run(["--dry", "--summary", ...options], { env }),
  );
  equal(photographs(pair), before);
  match(dry.stdout, /Dry run: nothing was changed/);
  const real = await pair.sync(["--summary", ...options], { env });
  equal(summary(dry.stdout), summary(real.stdout));
  return summary(real.stdout);
}

/** Every sort of change, both ways. */
async function busyPair(): Promise<Replicas> {
  const pair = await synced({
    edit: "1",
    "edit-there": "2",
    gone: "3",
    "gone-there": "4",
    both: "5",
    mode: "6",
    dir: { a: "7", sub: { b: "8" } },
    "dir-there": { c: "9" },
    kind: "10",
    "kind-there": { d: "11" },
    link: link("edit"),
    name: "12",
  });
  pair.put("initiator", {
    edit: "changed",
    both: file("older", { at: 1000 }),
    new: "13",
    "new-dir": { x: { y: "14" } },
    kind: null,
    link: link("gone"),
    pipe: fifo(),
    touched: dir({}, { at: 12345 }),
  });
  pair.put("initiator", { kind: { now: "a directory" } });
  pair.remove("initiator", "gone", "dir");
  pair.move("initiator", "name", "renamed");
  pair.put("target", {
    "edit-there": "changed",
    both: file("newer", { at: 2000 }),
    "new-there": "15",
    "kind-there": null,
  });
  pair.put("target", { "kind-there": "a file" });
  pair.set("target", "mode", { mode: 0o600 });
  pair.remove("target", "gone-there", "dir-there");
  return pair;
}

Deno.test("a dry run of every sort of change writes nothing and lists what the real run does", async () => {
  using pair = await busyPair();
  const lines = await foretells(pair);
  for (const verb of ["CREATE", "UPDATE", "DELETE", "ATTRIBUTES"]) {
    equal(lines.some((line) => line.startsWith(verb)), true, verb);
  }
});

Deno.test.each([
  { name: "initiator2target", options: ["--sync-type=initiator2target"] },
  { name: "target2initiator", options: ["--sync-type=target2initiator"] },
  { name: "skipped deletions", options: ["--skip-deletion=initiator,target"] },
  { name: "checksums", options: ["--checksum"] },
])(
  "a dry run with $name writes nothing and lists what the real run does",
  async ({ options }) => {
    using pair = await busyPair();
    await foretells(pair, options);
  },
);

Deno.test("a dry run with filters writes nothing and lists what the real run does", async () => {
  using pair = await busyPair();
  await foretells(pair, [], { RSYNC_EXCLUDE_PATTERN: "new*;dir" });
});

function temporaries(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("osync-dry-"));
}

Deno.test("a first dry run makes not even a work directory", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1", both: file("old", { at: 1 }) });
  pair.put("target", { b: { c: "2" }, both: file("new", { at: 2 }) });
  await foretells(pair);
  equal(exists(pair.path("target", ".osync_workdir")), true);
});

Deno.test("a dry run with nothing to do says so and writes nothing", async () => {
  using pair = await synced({ a: "1" });
  const before = photographs(pair);
  const { stdout } = await pair.sync(["--dry"]);
  match(stdout, /Dry run: nothing was changed; 0 changes planned/);
  equal(photographs(pair), before);
});

for (const side of SIDES) {
  Deno.test(`a dry run with a missing ${side} and CREATE_DIRS=true makes nothing and lists what the real run does`, async () => {
    using pair = new Replicas();
    pair.put("both", { a: "1", d: { b: "2" } });
    sh("rm", "-r", pair.path(side));
    const temporary = temporaries();
    await foretells(pair, [], { CREATE_DIRS: "true" });
    equal(exists(pair.path(side, "d/b")), true);
    equal(
      temporaries(),
      temporary,
    );
  });
}

Deno.test("a dry run leaves what a killed run left, and custom state directories, alone", async () => {
  using pair = new Replicas();
  pair.put("initiator", { a: "1" });
  const options = [
    `--initiator-state-dir=${pair.home}/si`,
    `--target-state-dir=${pair.home}/st`,
  ];
  await pair.sync(["--dry", ...options]);
  equal(exists(`${pair.home}/si`), false);
  await pair.sync(options);
  pair.put("target", {
    b: "2",
    ".osync_workdir/stage/killed": { "in-1": "half", "old-2": "whole" },
    ".osync_workdir/lock": "4000000@quicksync_task\n",
  });
  const before = [...Object.values(photographs(pair)), photograph(pair.home)];
  exits(0, await pair.run(["--dry", ...options]));
  const after = [...Object.values(photographs(pair)), photograph(pair.home)];
  const withoutLog = (photos: string[][]) =>
    photos.map((photo) => photo.filter((line) => !line.startsWith("log ")));
  equal(withoutLog(after), withoutLog(before));
});

Deno.test("a dry run of --initialize records nothing", async () => {
  using pair = new Replicas();
  pair.put("both", { a: "1" });
  const before = photographs(pair);
  await pair.sync(["--dry", "--initialize"]);
  equal(photographs(pair), before);
});
