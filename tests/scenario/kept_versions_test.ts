import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { agreed, settle } from "../support/agreed.ts";
import { dir, file, link, Replicas } from "../support/replicas.ts";

const MULTIPLE = {
  CONFLICT_BACKUP_MULTIPLE: "true",
  CONFLICT_BACKUP_DAYS: "0",
};
const START = Date.now();

/** The clock so many days from now. */
function day(days: number): () => Date {
  return () => new Date(START + days * 86_400_000);
}

for (const side of SIDES) {
  const other = opposite(side);

  Deno.test(`each version overwritten from the ${side} is kept, the latest under its own name`, async () => {
    using pair = await agreed({ "d/f.txt": "1" });
    for (const text of ["2", "3", "4"]) {
      pair.put(side, { "d/f.txt": `${text}, changed` });
      await settle(pair);
    }
    deepEqual(pair.kept(other, "backup"), {
      d: {
        "f.txt": "3, changed",
        "f.txt.~1~": "1",
        "f.txt.~2~": "2, changed",
      },
    });
  });

  Deno.test(`a name deleted on the ${side} again and again keeps every version`, async () => {
    using pair = await agreed({ k: "" });
    for (const text of ["1", "2", "3"]) {
      pair.put(side, { "d/f": text });
      await pair.sync();
      pair.remove(side, "d");
      await settle(pair);
    }
    deepEqual(pair.kept(other, "deleted"), {
      d: { f: "3", "f.~1~": "1", "f.~2~": "2" },
    });
  });

  Deno.test(`a file deleted on the ${side}, then its directory: both are kept`, async () => {
    using pair = await agreed({ d: { x: "1", y: "2" }, k: "" });
    pair.remove(side, "d/x");
    await settle(pair);
    deepEqual(pair.kept(other, "deleted"), { d: { x: "1" } });
    pair.remove(side, "d");
    await settle(pair);
    deepEqual(pair.kept(other, "deleted"), { d: { x: "1", y: "2" } });
  });

  Deno.test(`a file deleted on the ${side}, later one in a directory of its name: both are kept`, async () => {
    using pair = await agreed({ p: "file", k: "" });
    pair.remove(side, "p");
    await settle(pair);
    pair.put(side, { "p/x": "inside" });
    await settle(pair);
    pair.remove(side, "p");
    await settle(pair);
    deepEqual(pair.kept(other, "deleted"), {
      p: { x: "inside" },
      "p.~1~": "file",
    });
  });

  Deno.test(`a directory deleted on the ${side}, later a file of its name: both are kept`, async () => {
    using pair = await agreed({ p: { x: "inside" }, k: "" });
    pair.remove(side, "p");
    await settle(pair);
    pair.put(side, { p: "file" });
    await settle(pair);
    pair.remove(side, "p");
    await settle(pair);
    deepEqual(pair.kept(other, "deleted"), {
      p: "file",
      "p.~1~": { x: "inside" },
    });
  });

  Deno.test(`with CONFLICT_BACKUP_MULTIPLE what the ${side} overwrites gets the time of the run`, async () => {
    using pair = await agreed({ "d/f.txt": "1", l: link("a"), g: "x" });
    const runs = [
      new Date(2026, 10, 22, 6, 46, 53),
      new Date(2027, 0, 2, 3, 4),
    ];
    for (const [at, now] of runs.entries()) {
      pair.put(side, { "d/f.txt": `changed ${at}`, l: link(`to ${at}`) });
      await pair.sync([], { env: MULTIPLE, now: () => now });
    }
    pair.remove(side, "g");
    await settle(pair, { env: MULTIPLE });
    deepEqual(pair.kept(other, "backup"), {
      d: {
        "f.txt.2026.11.22-06.46.53": "1",
        "f.txt.2027.01.02-03.04.00": "changed 0",
      },
      "l.2026.11.22-06.46.53": link("a"),
      "l.2027.01.02-03.04.00": link("to 0"),
    });
    deepEqual(pair.kept(other, "deleted"), { g: "x" });
  });
}

Deno.test("two runs within a second keep both versions in spite of the same suffix", async () => {
  using pair = await agreed({ f: "1" });
  const now = new Date(2026, 10, 22, 6, 46, 53);
  for (const text of ["2!", "3!!"]) {
    pair.put("initiator", { f: text });
    await pair.sync([], { env: MULTIPLE, now: () => now });
  }
  deepEqual(pair.kept("target", "backup"), {
    "f.2026.11.22-06.46.53": "2!",
    "f.2026.11.22-06.46.53.~1~": "1",
  });
});

Deno.test("kept files, links and directories keep mode and time", async () => {
  using pair = await agreed({
    f: file("1", { mode: 0o750, at: 1000 }),
    d: dir({ x: "2" }, { mode: 0o2770 }),
    k: "",
  });
  pair.put("initiator", { f: "22" });
  pair.remove("initiator", "d");
  await settle(pair);
  const work = ".osync_workdir";
  equal(pair.stat("target", `${work}/backup/f`)?.mode, 0o750);
  equal(pair.stat("target", `${work}/backup/f`)?.mtime, 1_000_000_000_000n);
  equal(pair.stat("target", `${work}/deleted/d`)?.mode, 0o2770);
  equal(pair.stat("target", `${work}/deleted`)?.mode, 0o700);
});

Deno.test("old files deleted today stay for SOFT_DELETE_DAYS from today, links and directories with them", async () => {
  using pair = await agreed({
    d: dir({
      f: file("old", { at: 1000 }),
      l: link("f", { at: 1000 }),
      e: dir({}, { at: 1000 }),
    }, { at: 1000 }),
    k: "",
  });
  pair.remove("initiator", "d");
  await settle(pair, { now: day(0) });
  const kept = { d: { e: {}, f: "old", l: link("f") } };
  deepEqual(pair.kept("target", "deleted"), kept);
  await settle(pair, { now: day(29.9) });
  deepEqual(pair.kept("target", "deleted"), kept);
  await settle(pair, { now: day(30.1) });
  deepEqual(pair.kept("target", "deleted"), {});
});

Deno.test("each kept version goes in its own time, whatever its name is by then", async () => {
  using pair = await agreed({ k: "" });
  for (const [on, text] of [[0, "1"], [20, "2"]] as const) {
    pair.put("target", { "d/f": text });
    await pair.sync([], { now: day(on) });
    pair.remove("target", "d");
    await pair.sync([], { now: day(on) });
  }
  await pair.sync([], { now: day(35) });
  deepEqual(pair.kept("initiator", "deleted"), { d: { f: "2" } });
  await pair.sync([], { now: day(51) });
  deepEqual(pair.kept("initiator", "deleted"), {});
});

Deno.test("backups and deletions have days of their own, and 0 keeps for ever", async () => {
  using pair = await agreed({ f: "1", g: "2" });
  pair.put("initiator", { f: "edited" });
  pair.remove("initiator", "g");
  await pair.sync([], { now: day(0) });
  const env = { CONFLICT_BACKUP_DAYS: "5", SOFT_DELETE_DAYS: "0" };
  await pair.sync([], { env, now: day(4) });
  deepEqual(pair.kept("target", "backup"), { f: "1" });
  await pair.sync([], { env, now: day(6) });
  deepEqual(pair.kept("target", "backup"), {});
  await pair.sync([], { env, now: day(9000) });
  deepEqual(pair.kept("target", "deleted"), { g: "2" });
});

Deno.test("what the old tool kept, without a catalogue, is found and stays its days from then", async () => {
  using pair = new Replicas();
  pair.put("target", {
    k: "",
    ".osync_workdir/deleted/d/f": "deleted@1000",
    ".osync_workdir/deleted/l": link("f", { at: 1000 }),
    ".osync_workdir/backup/f.2020.01.01-00.00.00": "backup@1000",
  });
  await settle(pair, { now: day(0) });
  await settle(pair, { now: day(29) });
  deepEqual(pair.kept("target", "deleted"), {
    d: { f: "deleted" },
    l: link("f"),
  });
  deepEqual(pair.kept("target", "backup"), {
    "f.2020.01.01-00.00.00": "backup",
  });
  await settle(pair, { now: day(31) });
  deepEqual(pair.kept("target", "deleted"), {});
  deepEqual(pair.kept("target", "backup"), {});
});

Deno.test("a deletion does not overwrite what the old tool kept", async () => {
  using pair = await agreed({ d: { x: "new" }, k: "" });
  pair.put("target", {
    ".osync_workdir/deleted/d/x": "of the old tool",
    ".osync_workdir/backup/k": { "a directory": "where a file will come" },
  });
  pair.remove("initiator", "d");
  pair.put("initiator", { k: "edited" });
  await settle(pair);
  deepEqual(pair.kept("target", "deleted"), {
    d: { x: "new", "x.~1~": "of the old tool" },
  });
  deepEqual(pair.kept("target", "backup"), {
    k: "",
    "k.~1~": { "a directory": "where a file will come" },
  });
});

Deno.test("kept versions the user removed or changed are no problem", async () => {
  using pair = await agreed({ a: "1", b: "2", d: { x: "3" }, k: "" });
  pair.remove("initiator", "a", "b", "d");
  await pair.sync([], { now: day(0) });
  const kept = ".osync_workdir/deleted";
  pair.remove("target", `${kept}/a`, `${kept}/d/x`);
  pair.put("target", { [`${kept}/d/of the user`]: "stays" });
  await settle(pair, { now: day(31) });
  deepEqual(pair.kept("target", "deleted"), { d: { "of the user": "stays" } });
});

Deno.test("a damaged catalogue costs no kept version", async () => {
  using pair = await agreed({ a: "1", b: "2", k: "" });
  pair.remove("initiator", "a");
  await pair.sync([], { now: day(0) });
  pair.put("target", { ".osync_workdir/catalogue": "{ not json\n\udcff\n" });
  pair.remove("initiator", "b");
  await settle(pair, { now: day(1) });
  deepEqual(pair.kept("target", "deleted"), { a: "1", b: "2" });
});

Deno.test("a catalogue that names what is outside removes nothing there", async () => {
  using pair = await agreed({ a: "1", b: "2", k: "" });
  pair.remove("initiator", "a");
  await pair.sync([], { now: day(0) });
  const line = (kept: string): string =>
    JSON.stringify({
      time: 1,
      run: "r",
      reason: "deleted",
      area: "deleted",
      kept,
      path: "a",
    }) + "\n";
  pair.put("target", {
    ".osync_workdir/catalogue": line("../../b") + line("l/b") + line("/b"),
    ".osync_workdir/deleted/l": link("../.."),
  });
  await settle(pair, { now: day(1) });
  deepEqual(pair.tree("target"), { b: "2", k: "" });
});
