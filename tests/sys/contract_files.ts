import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import type { File } from "@/sys/fs.ts";
import {
  type Area,
  content,
  fails,
  makeSocket,
  noise,
  openArea,
  put,
  type Subject,
} from "./area.ts";

/** Opening, reading, writing, copying, locking. */
export function contractOfFiles(subject: Subject): void {
  const { fs, label } = subject;
  function test(name: string, act: (area: Area) => void | Promise<void>): void {
    Deno.test(`${label}: ${name}`, { ignore: !!subject.ignore }, async () => {
      using area = openArea(subject);
      await act(area);
    });
  }

  function readAll(file: File): Uint8Array {
    const all = new Uint8Array(fs.statOpen(file).size);
    const buffer = new Uint8Array(1000);
    let end = 0;
    for (let count; (count = fs.read(file, buffer)) > 0; end += count) {
      all.set(buffer.subarray(0, count), end);
    }
    equal(end, all.length);
    return all;
  }

  test("write() and read() carry every byte", ({ dir }) => {
    for (const size of [0, 1, 64, 65, 4096, 300_001]) {
      const bytes = noise(size + 10, size);
      const written = fs.createFile(dir, `${size}`);
      fs.write(written, bytes, size);
      fs.close(written);
      const file = fs.openFile(dir, `${size}`);
      deepEqual(readAll(file), bytes.slice(0, size));
      equal(fs.read(file, new Uint8Array(100)), 0);
      fs.close(file);
    }
  });

  test("read() fills small buffers and parts of buffers", (area) => {
    put(area, "file", "abcdefgh");
    const file = fs.openFile(area.dir, "file");
    const small = new Uint8Array(3);
    equal(fs.read(file, small), 3);
    equal(new TextDecoder().decode(small), "abc");
    const whole = new Uint8Array(200);
    equal(fs.read(file, whole.subarray(100, 102)), 2);
    equal(new TextDecoder().decode(whole.subarray(99, 103)), "\0de\0");
    fs.close(file);
  });

  test("createFile() makes a file for its owner only", ({ dir }) => {
    const file = fs.createFile(dir, "file");
    equal(fs.statOpen(file).mode, 0o600);
    equal(fs.statOpen(file).kind, "file");
    ok(file.path.endsWith("/file"));
    fs.close(file);
  });

  test("openFile() opens nothing but files", (area) => {
    const { dir } = area;
    put(area, "file", "");
    fs.makeDirectory(dir, "directory", 0o700);
    fs.makeLink(dir, "link", "file");
    fails(() => fs.openFile(dir, "directory"), "EISDIR", "directory");
    fails(() => fs.openFile(dir, "link"), "ELOOP", "link");
    fails(() => fs.openFile(dir, "nothing"), "ENOENT", "nothing");
    makeSocket(`${area.path}/socket`);
    fails(() => fs.openFile(dir, "socket"), "ENXIO", "socket");
  });

  Deno.test({
    name: `${label}: openFile() and openShared() do not wait for a pipe`,
    ignore: !!subject.ignore || fs.name === "portable",
    fn() {
      using area = openArea(subject);
      fs.makeFifo(area.dir, "pipe", 0o600);
      fails(() => fs.openFile(area.dir, "pipe"), "ENXIO", "pipe");
      fails(() => fs.openShared(area.dir, "pipe"), "ENXIO", "pipe");
    },
  });

  test("openShared() creates, and opens again what it created", (area) => {
    const { dir } = area;
    const first = fs.openShared(dir, "log");
    equal(fs.statOpen(first).mode, 0o600);
    fs.write(first, new TextEncoder().encode("first"), 5);
    const second = fs.openShared(dir, "log");
    equal(fs.read(second, new Uint8Array(100)), 5);
    fs.write(second, new TextEncoder().encode(" second"), 7);
    fs.close(first);
    fs.close(second);
    equal(content(area, "log"), "first second");
  });

  test("openShared() opens nothing but files", (area) => {
    const { dir } = area;
    put(area, "file", "");
    fs.makeLink(dir, "link", "file");
    fs.makeLink(dir, "dangling", "nowhere");
    fs.makeDirectory(dir, "directory", 0o700);
    fails(() => fs.openShared(dir, "link"), "ELOOP", "link");
    fails(() => fs.openShared(dir, "dangling"), "ELOOP", "dangling");
    fails(() => fs.openShared(dir, "directory"), "EISDIR", "directory");
    equal(fs.stat(dir, "nowhere"), undefined);
  });

  test("truncate() cuts and goes to the end", (area) => {
    const file = fs.createFile(area.dir, "file");
    const text = new TextEncoder().encode("0123456789");
    fs.write(file, text, 10);
    fs.truncate(file, 4);
    fs.write(file, text, 2);
    fs.truncate(file, 6);
    equal(fs.read(file, new Uint8Array(100)), 0);
    fs.close(file);
    equal(content(area, "file"), "012301");
  });

  test("cloneFile() shares everything, or does nothing", (area) => {
    const { dir } = area;
    const bytes = noise(200_000);
    const written = fs.createFile(dir, "from");
    fs.write(written, bytes, bytes.length);
    fs.close(written);
    const [from, to] = [fs.openFile(dir, "from"), fs.createFile(dir, "to")];
    if (fs.cloneFile(from, to)) deepEqual(readAll(to), bytes);
    else equal(fs.statOpen(to).size, 0);
    fs.close(from);
    fs.close(to);
  });

  test("copyRange() copies from position to position, or says -1", (area) => {
    const { dir } = area;
    put(area, "from", "abcdefgh");
    const [from, to] = [fs.openFile(dir, "from"), fs.createFile(dir, "to")];
    const copied = fs.copyRange(from, to, 5);
    if (copied === -1) {
      equal(fs.name, "portable");
      equal(fs.statOpen(to).size, 0);
    } else {
      equal(copied, 5);
      equal(fs.copyRange(from, to, 2 ** 40), 3);
      equal(fs.copyRange(from, to, 10), 0);
      equal(content(area, "to"), "abcdefgh");
    }
    fs.close(from);
    fs.close(to);
  });

  test("sync() and syncVolume() return", async (area) => {
    const file = fs.createFile(area.dir, "file");
    fs.write(file, noise(100), 100);
    fs.sync(file);
    fs.sync(area.dir);
    await fs.syncVolume(area.dir);
    fs.close(file);
    equal(fs.stat(area.dir, "file")?.size, 100);
  });

  test("lock() excludes a second handle until the first is closed", (area) => {
    const first = fs.openShared(area.dir, "lock");
    const second = fs.openShared(area.dir, "lock");
    ok(fs.lock(first));
    equal(fs.lock(second), false);
    fs.close(first);
    ok(fs.lock(second));
    fs.close(second);
  });

  Deno.test({
    name: `${label}: lock() holds against another process until that one dies`,
    ignore: !!subject.ignore,
    async fn() {
      using area = openArea(subject);
      const holder = new URL("./lock_holder.ts", import.meta.url).pathname;
      await using child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-lock", "-A", holder, fs.name, area.path, "lock"],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const reader = child.stdout.getReader();
      const { value } = await reader.read();
      equal(new TextDecoder().decode(value), "locked");
      const file = fs.openShared(area.dir, "lock");
      equal(fs.lock(file), false);
      child.kill("SIGKILL");
      await child.status;
      await child.stdin.close();
      await reader.cancel();
      ok(fs.lock(file));
      fs.close(file);
    },
  });
}
