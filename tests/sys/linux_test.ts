import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { type EntryBatch, entryOf, nameOf } from "@/core/batch.ts";
import type { FileSystem } from "@/sys/fs.ts";
import { type Libc, loadLibc, O } from "@/sys/libc.ts";
import { createLinux } from "@/sys/linux.ts";
import { createFiles } from "@/sys/linux_files.ts";
import { DirectoryReader } from "@/sys/linux_list.ts";
import { createNaming } from "@/sys/linux_names.ts";
import { createOpening, fdOf } from "@/sys/linux_open.ts";
import { openArea, put } from "./area.ts";
import { contract } from "./contract.ts";
import { contractOfNames } from "./contract_names.ts";

type Calls = Partial<Libc["call"]>;

const NO_SUCH_CALL = 9999;
const NO_SUCH_FLAG = 1 << 10;
const DOT = new TextEncoder().encode(".".padEnd(100, "\0"));

const fs = createLinux();
const libc = loadLibc();
const base = Deno.makeTempDirSync();
const subject = { label: "linux", fs, base };
const { getdents64, renameat2, linkat, statx, readlinkat } = libc.call;

/** What filesystems that know no flags do. */
const withoutFlags: Libc["call"]["renameat2"] = (...args) => {
  const [number, from, name, to, newName, flags] = args;
  const changed = flags === 0 ? 0 : NO_SUCH_FLAG;
  return renameat2(number, from, name, to, newName, changed);
};

contract(subject);
contractOfNames({
  label: "linux where renameat2 has no flags",
  fs: renamingBy({ renameat2: withoutFlags }),
  base,
});
contractOfNames({
  label: "linux where renameat2 is unknown",
  fs: renamingBy({
    renameat2: (number, from, name, ...rest) =>
      renameat2(rest[2] === 0 ? number : NO_SUCH_CALL, from, name, ...rest),
  }),
  base,
});
contractOfNames({
  label: "linux where nothing can be linked",
  fs: renamingBy({
    renameat2: withoutFlags,
    // No directory can be linked either.
    linkat: (from, _, ...rest) => linkat(from, DOT, ...rest),
  }),
  base,
});

Deno.test("linux: list() leaves out a name that vanishes meanwhile", () => {
  using area = openArea(subject);
  for (const name of ["a", "b", "c"]) put(area, name, "");
  const batch = listBy({
    statx: (...args) => {
      if (fs.stat(area.dir, "b") !== undefined) fs.removeFile(area.dir, "b");
      return statx(...args);
    },
  }, fdOf(area.dir));
  deepEqual(namesIn(batch), ["a", "c"]);
  deepEqual([...batch.names.subarray(0, 2)], [0x61, 0x63]);
});

Deno.test("linux: list() says what cannot be examined", () => {
  using area = openArea(subject);
  put(area, "file", "");
  const batch = listBy({
    statx: (number, fd, name, _, ...rest) =>
      statx(number, fd, name, NO_SUCH_FLAG << 12, ...rest),
  }, fdOf(area.dir));
  deepEqual(entryOf(batch, 0), {
    kind: "unknown",
    reason: "unreadable",
    detail: "the system does not accept this value (EINVAL)",
  });
});

Deno.test("linux: list() keeps a link that became something else meanwhile", () => {
  using area = openArea(subject);
  fs.makeLink(area.dir, "link", "x");
  const batch = listBy({
    readlinkat: (...args) => {
      fs.removeFile(area.dir, "link");
      put(area, "link", "");
      return readlinkat(...args);
    },
  }, fdOf(area.dir));
  deepEqual(namesIn(batch), ["link"]);
  equal(entryOf(batch, 0).kind, "unknown");
});

Deno.test("linux: list() shows a name once that was read twice", () => {
  using area = openArea(subject);
  for (const name of ["b", "a", "ab"]) put(area, name, "");
  const lengths: number[] = [];
  const batch = listBy({
    getdents64: (...args) => {
      // The second time the first records are still there.
      const again = lengths.length === 1 ? lengths[0] : undefined;
      lengths.push(again ?? getdents64(...args));
      return lengths.at(-1) ?? 0;
    },
  }, fdOf(area.dir));
  deepEqual(lengths.slice(2), [0]);
  deepEqual(namesIn(batch), ["a", "ab", "b"]);
});

Deno.test("linux: write() and read() go on after they were interrupted", () => {
  using area = openArea(subject);
  let turn = 0;
  let code: string | undefined;
  function interrupt(act: () => number): number {
    code = turn++ % 2 === 0 ? "EINTR" : undefined;
    return code === undefined ? act() : -1;
  }
  const call: Libc["call"] = {
    ...libc.call,
    write: (fd, bytes, length) =>
      interrupt(() => libc.call.write(fd, bytes, Math.min(length, 3))),
    read: (...args) => interrupt(() => libc.call.read(...args)),
    fsync: (fd) => interrupt(() => libc.call.fsync(fd)),
  };
  const errno = () => code ?? libc.errno();
  const { read, write, sync } = createFiles({ ...libc, call, errno });
  const file = fs.createFile(area.dir, "file");
  write(file, new TextEncoder().encode("0123456789xx"), 10);
  sync(file);
  fs.close(file);
  const again = fs.openFile(area.dir, "file");
  const buffer = new Uint8Array(100);
  equal(read(again, buffer), 10);
  equal(new TextDecoder().decode(buffer.subarray(0, 10)), "0123456789");
  equal(turn, 12);
  fs.close(again);
});

Deno.test("linux: list() and names() read 100,000 names", () => {
  using area = openArea(subject);
  const { dir } = area;
  const expected = Array.from({ length: 100_000 }, (_, at) => `${at}`);
  for (const [at, name] of expected.entries()) {
    // No inode has as many names.
    const source = { dir, name: `${at - at % 50_000}` };
    if (name === source.name) put(area, name, "");
    else fs.hardLink(source, { dir, name });
  }
  deepEqual(namesIn(fs.list(dir).batch), expected.toSorted());
  deepEqual(fs.names(dir).sort(), expected.toSorted());
});

Deno.test("linux: list() says device", () => {
  const dir = fs.openRoot("/dev");
  const { batch } = fs.list(dir);
  const entry = entryOf(batch, namesIn(batch).indexOf("null"));
  deepEqual(entry, { kind: "unknown", reason: "device" });
  equal(fs.stat(dir, "null")?.kind, "device");
  fs.close(dir);
});

Deno.test("linux: O_NOATIME is not tried again once it was refused", () => {
  using area = openArea(subject);
  put(area, "file", "");
  let refused = 0;
  let code: string | undefined;
  const openat: Libc["call"]["openat"] = (fd, name, flags, mode) => {
    code = (flags & O.noAtime) === 0 ? undefined : "EPERM";
    if (code === undefined) return libc.call.openat(fd, name, flags, mode);
    refused++;
    return -1;
  };
  const { openFile, openRoot, close } = createOpening({
    ...libc,
    call: { ...libc.call, openat },
    errno: () => code ?? libc.errno(),
  });
  const dir = openRoot(area.path);
  close(openFile(dir, "file"));
  close(dir);
  equal(refused, 1);
});

Deno.test.afterAll(() => Deno.removeSync(base));

/** Renames by changed calls, to be like filesystems that can do less. */
function renamingBy(calls: Calls): FileSystem {
  const call = { ...libc.call, ...calls };
  const { rename } = createNaming({ ...libc, call }, fs.stat);
  return { ...fs, rename, abilities: { ...fs.abilities, atomicRename: false } };
}

function listBy(calls: Calls, fd: number): EntryBatch {
  const call = { ...libc.call, ...calls };
  const batch = new DirectoryReader({ ...libc, call }).list(fd);
  ok(batch !== undefined);
  return batch;
}

function namesIn(batch: EntryBatch): string[] {
  return Array.from({ length: batch.length }, (_, at) => nameOf(batch, at));
}
