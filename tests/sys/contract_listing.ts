import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { entryOf, nameOf } from "@/core/batch.ts";
import type { Entry } from "@/core/entry.ts";
import { compareNames, decodeName } from "@/core/name.ts";
import type { Listing } from "@/sys/fs.ts";
import {
  type Area,
  fails,
  makeSocket,
  noise,
  openArea,
  put,
  type Subject,
} from "./area.ts";

/** Looking: `list`, `names`, `stat`, `readLink`, `volume`. */
export function contractOfListing(subject: Subject): void {
  const { fs, label } = subject;
  const raw = fs.abilities.rawNames;
  function test(name: string, act: (area: Area) => void): void {
    Deno.test(`${label}: ${name}`, { ignore: !!subject.ignore }, () => {
      using area = openArea(subject);
      act(area);
    });
  }

  test("list() shows every kind as stat() does", (area) => {
    const { dir } = area;
    put(area, "file", "12345");
    fs.makeDirectory(dir, "directory", 0o751);
    fs.makeLink(dir, "link", "some/where");
    if (fs.name === "linux") fs.makeFifo(dir, "pipe", 0o640);
    const entries = entriesOf(fs.list(dir));
    const kinds = Object.values(entries).map(({ kind }) => kind);
    const expected = ["directory", "file", "symlink", "fifo"];
    deepEqual(kinds, fs.name === "linux" ? expected : expected.slice(0, 3));
    for (const [name, entry] of Object.entries(entries)) {
      const stat = fs.stat(dir, name);
      ok(stat !== undefined && entry.kind !== "unknown");
      const { mode, uid, gid } = stat;
      const { device, inode, ctime, mtime } = stat;
      deepEqual(entry.meta, { mode, uid, gid });
      deepEqual(entry.stamp, { device, inode, ctime });
      equal(entry.mtime, mtime);
      equal(entry.kind, stat.kind);
      if (entry.kind === "file") equal(entry.size, 5);
      if (entry.kind === "symlink") equal(entry.target, "some/where");
    }
  });

  test("list() leaves depth at 0 and sizes to files", ({ dir }) => {
    fs.makeDirectory(dir, "directory", 0o700);
    const { batch } = fs.list(dir);
    equal(batch.depth[0], 0);
    equal(batch.size[0], 0);
  });

  test("list() and names() begin again every time", (area) => {
    for (const name of ["b", "a", "c"]) put(area, name, "");
    for (const _ of [1, 2]) {
      deepEqual(namesIn(fs.list(area.dir)), ["a", "b", "c"]);
      deepEqual(fs.names(area.dir).sort(), ["a", "b", "c"]);
    }
  });

  test("list() of an empty directory is empty", ({ dir }) => {
    equal(fs.list(dir).batch.length, 0);
    deepEqual(fs.names(dir), []);
  });

  test("list() sorts 5,000 odd names by their bytes", ({ dir }) => {
    const names = oddNames(raw);
    for (const name of names) fs.makeLink(dir, name, "x");
    const listed = namesIn(fs.list(dir));
    deepEqual(listed.toSorted(), names.toSorted());
    deepEqual(fs.names(dir).sort(), names.toSorted());
    for (let at = 1; at < listed.length; at++) {
      const [before, after] = listed.slice(at - 1, at + 1) as [string, string];
      ok(compareNames(before, after) < 0, `${before} before ${after}`);
    }
  });

  test("list() says socket", (area) => {
    makeSocket(`${area.path}/socket`);
    const reason = { kind: "unknown", reason: "socket" };
    deepEqual(entriesOf(fs.list(area.dir)), { socket: reason });
    equal(fs.stat(area.dir, "socket")?.kind, "socket");
  });

  test("stat() of nothing is undefined", ({ dir }) => {
    equal(fs.stat(dir, "nothing"), undefined);
  });

  test("stat() of a dangling link is the link", ({ dir }) => {
    fs.makeLink(dir, "link", "nowhere");
    equal(fs.stat(dir, "link")?.kind, "symlink");
  });

  test("stat() counts links and finds the same inode", (area) => {
    const { dir } = area;
    put(area, "one", "abc");
    fs.hardLink({ dir, name: "one" }, { dir, name: "two" });
    const one = fs.stat(dir, "one");
    equal(one?.links, 2);
    equal(one.size, 3);
    deepEqual(fs.stat(dir, "two"), one);
    const { ino } = Deno.statSync(`${area.path}/one`);
    equal(one.inode, BigInt(ino ?? -1));
  });

  test("stat() sees sizes beyond 32 bits", (area) => {
    const file = fs.createFile(area.dir, "sparse");
    fs.truncate(file, 5_000_000_001);
    equal(fs.statOpen(file).size, 5_000_000_001);
    fs.close(file);
    equal(fs.stat(area.dir, "sparse")?.size, 5_000_000_001);
    equal(fs.list(area.dir).batch.size[0], 5_000_000_001);
  });

  test("statOpen() of a directory and a file is their stat()", (area) => {
    const { dir } = area;
    put(area, "file", "abc");
    fs.makeDirectory(dir, "directory", 0o700);
    const directory = fs.openDirectory(dir, "directory");
    const file = fs.openFile(dir, "file");
    deepEqual(fs.statOpen(directory), fs.stat(dir, "directory"));
    deepEqual(fs.statOpen(file), fs.stat(dir, "file"));
    fs.close(directory);
    fs.close(file);
  });

  test("readLink() gives back every target", ({ dir }) => {
    const targets = ["x", "/", "../..", "ä/ö", "nö".repeat(300)];
    if (raw) targets.push("\udcff/\udc80");
    for (const [at, target] of targets.entries()) {
      fs.makeLink(dir, `${at}`, target);
      equal(fs.readLink(dir, `${at}`), target);
    }
    const entries = Object.values(entriesOf(fs.list(dir)));
    deepEqual(
      entries.map((entry) => entry.kind === "symlink" && entry.target),
      targets,
    );
  });

  test("readLink() of something else fails", (area) => {
    put(area, "file", "");
    fails(() => fs.readLink(area.dir, "file"), "EINVAL", "file");
    fails(() => fs.readLink(area.dir, "nothing"), "ENOENT", "nothing");
  });

  test("volume() is the same in a directory below", ({ dir }) => {
    fs.makeDirectory(dir, "below", 0o700);
    const below = fs.openDirectory(dir, "below");
    const volume = fs.volume(dir);
    equal(fs.volume(below).id, volume.id);
    ok(volume.free > 0 && volume.free <= volume.total);
    ok(volume.freeFiles > 0);
    ok(volume.nameLimit >= 255);
    ok(volume.timeStep >= fs.abilities.timeStep);
    fs.close(below);
  });

  Deno.test({
    name: `${label}: names that are not UTF-8 make the round trip`,
    ignore: !!subject.ignore || !raw,
    fn() {
      using area = openArea(subject);
      const { dir } = area;
      const [odd, other] = ["\udcffa\udc80", "b\udcc3("];
      put(area, odd, "content");
      deepEqual(fs.names(dir), [odd]);
      deepEqual(namesIn(fs.list(dir)), [odd]);
      equal(fs.stat(dir, odd)?.size, 7);
      fs.rename({ dir, name: odd }, { dir, name: other }, "no-replace");
      equal(fs.stat(dir, odd), undefined);
      deepEqual(fs.names(dir), [other]);
      fs.removeFile(dir, other);
      deepEqual(fs.names(dir), []);
    },
  });
}

function entriesOf({ batch }: Listing): Record<string, Entry> {
  return Object.fromEntries(
    Array.from(
      { length: batch.length },
      (_, at) => [nameOf(batch, at), entryOf(batch, at)],
    ),
  );
}

function namesIn({ batch }: Listing): string[] {
  return Array.from({ length: batch.length }, (_, at) => nameOf(batch, at));
}

/** Short and long ones, many with the same beginning, of all bytes where that works. */
function oddNames(raw: boolean): string[] {
  const bytes = noise(64 * 1024);
  const names = new Set<string>();
  for (let at = 0; names.size < 5000; at = (at + 7) % 60_000) {
    const length = 1 + (bytes[at] ?? 0) % 12;
    const letters = bytes.slice(at + 1, at + 1 + length)
      .map((byte) => byte === 0 || byte === 0x2f ? 0x61 : byte);
    const text = raw
      ? decodeName(letters)
      : String.fromCharCode(...Array.from(letters, (byte) => byte * 216 + 1));
    const prefix = (bytes[at + 1] ?? 0) % 2 === 0 ? "" : "long common prefix ";
    const name = (prefix + text).replaceAll("/", "_");
    if (name !== "." && name !== "..") names.add(name);
  }
  return [...names];
}
