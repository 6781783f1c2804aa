import { strictEqual as equal } from "node:assert/strict";
import type { Time } from "@/core/entry.ts";
import { type Area, fails, openArea, put, type Subject } from "./area.ts";

const SECOND = 1_000_000_000n;

/** Within what every filesystem here can hold, unless it says otherwise. */
const TIMES: readonly Time[] = [
  0n,
  -1n,
  -2n * 365n * 86_400n * SECOND + 999_999_999n,
  1_700_000_000n * SECOND + 123_456_789n,
  4_102_444_800n * SECOND + 987_654_321n,
  9_000_000_000n * SECOND + 1n,
];

/** Modes, owners, times. */
export function contractOfAttributes(subject: Subject): void {
  const { fs, label } = subject;
  const step = BigInt(fs.abilities.timeStep);
  const isRoot = fs.uid === 0;
  function test(
    name: string,
    act: (area: Area) => void,
    { ignore = false }: { readonly ignore?: boolean } = {},
  ): void {
    Deno.test({
      name: `${label}: ${name}`,
      ignore: ignore || !!subject.ignore,
      fn() {
        using area = openArea(subject);
        act(area);
      },
    });
  }

  /** What is left of a time that this implementation has set. */
  function kept(time: Time): Time {
    return time - ((time % step) + step) % step;
  }

  test("setMode() and setModeOpen() set all 12 bits", (area) => {
    const { dir } = area;
    put(area, "file", "");
    fs.makeDirectory(dir, "directory", 0o700);
    for (const mode of [0o4755, 0o2711, 0, 0o640, 0o1777]) {
      fs.setMode(dir, "file", mode);
      fs.setMode(dir, "directory", mode);
      equal(fs.stat(dir, "file")?.mode, mode);
      equal(fs.stat(dir, "directory")?.mode, mode);
    }
    const file = fs.createFile(dir, "open");
    fs.setModeOpen(file, 0o4750);
    equal(fs.statOpen(file).mode, 0o4750);
    fs.setModeOpen(dir, 0o711);
    equal(fs.statOpen(dir).mode, 0o711);
    fs.close(file);
  });

  test("setMode() leaves what a link points to alone", (area) => {
    const { dir } = area;
    put(area, "file", "");
    fs.makeLink(dir, "link", "file");
    fails(() => fs.setMode(dir, "link", 0o777), "EOPNOTSUPP", "link");
    equal(fs.stat(dir, "file")?.mode, 0o600);
    fails(() => fs.setMode(dir, "nothing", 0o777), "ENOENT", "nothing");
  });

  test("setOwner() and setOwnerOpen() set both ids", (area) => {
    const { dir } = area;
    put(area, "file", "");
    fs.setOwner(dir, "file", { uid: 1234, gid: 4_000_000_000 });
    equal(fs.stat(dir, "file")?.uid, 1234);
    equal(fs.stat(dir, "file")?.gid, 4_000_000_000);
    const file = fs.openFile(dir, "file");
    fs.setOwnerOpen(file, { uid: 4_000_000_001, gid: 5 });
    equal(fs.statOpen(file).uid, 4_000_000_001);
    equal(fs.statOpen(file).gid, 5);
    equal(fs.list(dir).batch.uid[0], 4_000_000_001);
    fs.setOwner(dir, "file", { uid: -1, gid: 6 });
    fs.setOwnerOpen(file, { uid: 7, gid: -1 });
    equal(fs.stat(dir, "file")?.uid, 7);
    equal(fs.stat(dir, "file")?.gid, 6);
    fs.close(file);
    fails(() => fs.setOwner(dir, "x", { uid: 1, gid: 1 }), "ENOENT", "x");
  }, { ignore: !isRoot });

  test("setOwner() and setOwnerOpen() leave an id of -1 as it is", (area) => {
    const { dir } = area;
    put(area, "file", "");
    const was = fs.stat(dir, "file");
    fs.setOwner(dir, "file", { uid: -1, gid: -1 });
    const file = fs.openFile(dir, "file");
    fs.setOwnerOpen(file, { uid: -1, gid: -1 });
    fs.close(file);
    equal(fs.stat(dir, "file")?.uid, was?.uid);
    equal(fs.stat(dir, "file")?.gid, was?.gid);
  });

  test("setOwner() of a link leaves what it points to alone", (area) => {
    const { dir } = area;
    put(area, "file", "");
    fs.makeLink(dir, "link", "file");
    const owner = { uid: 1234, gid: 1235 };
    if (fs.name === "linux") {
      fs.setOwner(dir, "link", owner);
      equal(fs.stat(dir, "link")?.uid, 1234);
      equal(fs.stat(dir, "link")?.gid, 1235);
    } else {
      fails(() => fs.setOwner(dir, "link", owner), "EOPNOTSUPP", "link");
    }
    equal(fs.stat(dir, "file")?.uid, 0);
  }, { ignore: !isRoot });

  test("setTime() and setTimeOpen() keep times near and far", (area) => {
    const { dir } = area;
    fs.makeDirectory(dir, "directory", 0o700);
    put(area, "file", "");
    for (const time of TIMES) {
      for (const name of ["directory", "file"]) {
        fs.setTime(dir, name, time);
        equal(fs.stat(dir, name)?.mtime, kept(time));
      }
      const { batch } = fs.list(dir);
      equal(
        BigInt(batch.mtimeSeconds[1] ?? 0) * SECOND +
          BigInt(batch.mtimeNanos[1] ?? 0),
        kept(time),
      );
      const file = fs.openFile(dir, "file");
      for (const handle of [file, dir]) {
        fs.setTimeOpen(handle, time + SECOND);
        equal(fs.statOpen(handle).mtime, kept(time + SECOND));
      }
      fs.close(file);
    }
    fails(() => fs.setTime(dir, "nothing", 0n), "ENOENT", "nothing");
  });

  test("setTime() of a link leaves what it points to alone", (area) => {
    const { dir } = area;
    put(area, "file", "");
    fs.makeLink(dir, "link", "file");
    const before = fs.stat(dir, "file")?.mtime;
    if (fs.abilities.linkTimes) {
      fs.setTime(dir, "link", 5n * SECOND + 7n);
      equal(fs.stat(dir, "link")?.mtime, 5n * SECOND + 7n);
    } else {
      fails(() => fs.setTime(dir, "link", 0n), "EOPNOTSUPP", "link");
    }
    equal(fs.stat(dir, "file")?.mtime, before);
  });

  test("setTime() leaves atime alone", (area) => {
    put(area, "file", "");
    const path = `${area.path}/file`;
    Deno.utimeSync(path, 1000, 2000);
    fs.setTime(area.dir, "file", 3000n * SECOND);
    equal(Deno.statSync(path).atime?.getTime(), 1_000_000);
  });

  test("reading leaves atime alone", (area) => {
    put(area, "file", "abc");
    fs.makeDirectory(area.dir, "directory", 0o700);
    const paths = ["file", "directory"].map((name) => `${area.path}/${name}`);
    for (const path of paths) Deno.utimeSync(path, 1000, 2000);
    const file = fs.openFile(area.dir, "file");
    equal(fs.read(file, new Uint8Array(100)), 3);
    fs.close(file);
    const directory = fs.openDirectory(area.dir, "directory");
    fs.list(directory);
    fs.close(directory);
    for (const path of paths) {
      equal(Deno.statSync(path).atime?.getTime(), 1_000_000, path);
    }
  }, { ignore: fs.name === "portable" });
}
