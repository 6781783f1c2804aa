import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import {
  type Area,
  content,
  expectNames,
  fails,
  openArea,
  put,
  type Subject,
} from "./area.ts";

const LINKED = ["ENOTDIR", "ELOOP"];
const NOT_EMPTY = ["ENOTEMPTY", "EEXIST"];
const A_DIRECTORY = ["EISDIR", "EPERM"];

/** Making, renaming, removing. */
export function contractOfNames(subject: Subject): void {
  const { fs, label } = subject;
  const canExchange = fs.abilities.atomicRename;
  function test(name: string, act: (area: Area) => void): void {
    Deno.test(`${label}: ${name}`, { ignore: !!subject.ignore }, () => {
      using area = openArea(subject);
      act(area);
    });
  }

  test("openRoot() follows a link and wants a directory", (area) => {
    put(area, "file", "");
    fs.makeDirectory(area.dir, "directory", 0o700);
    fs.makeLink(area.dir, "link", "directory");
    const root = fs.openRoot(`${area.path}/link`);
    equal(root.path, `${area.path}/link`);
    equal(fs.statOpen(root).kind, "directory");
    fs.close(root);
    fails(() => fs.openRoot(`${area.path}/file`), "ENOTDIR", "file");
    fails(() => fs.openRoot(`${area.path}/nothing`), "ENOENT", "nothing");
  });

  test("openDirectory() refuses what is no directory", (area) => {
    const { dir } = area;
    put(area, "file", "");
    fs.makeDirectory(dir, "directory", 0o700);
    fs.makeLink(dir, "link", "directory");
    fails(() => fs.openDirectory(dir, "file"), "ENOTDIR", "file");
    fails(() => fs.openDirectory(dir, "link"), LINKED, "link");
    fails(() => fs.openDirectory(dir, "nothing"), "ENOENT", "nothing");
  });

  test("close() twice is a no-op", (area) => {
    put(area, "file", "");
    const file = fs.openFile(area.dir, "file");
    const root = fs.openRoot(area.path);
    for (const handle of [file, file, root, root]) fs.close(handle);
    fails(() => fs.read(file, new Uint8Array(100)), "EBADF", "file");
  });

  test("no name leads out of its directory", (area) => {
    const { dir } = area;
    fs.makeDirectory(dir, "sub", 0o700);
    put(area, "file", "");
    const sub = fs.openDirectory(dir, "sub");
    for (const name of ["", ".", "..", "/", "../file", "a/b", "a\0b"]) {
      const [from, to] = [{ dir, name: "file" }, { dir: sub, name }];
      fails(() => fs.stat(sub, name), "EINVAL");
      fails(() => fs.openDirectory(sub, name), "EINVAL");
      fails(() => fs.openFile(sub, name), "EINVAL");
      fails(() => fs.openShared(sub, name), "EINVAL");
      fails(() => fs.createFile(sub, name), "EINVAL");
      fails(() => fs.makeDirectory(sub, name, 0o700), "EINVAL");
      fails(() => fs.makeLink(sub, name, "x"), "EINVAL");
      fails(() => fs.removeFile(sub, name), "EINVAL");
      fails(() => fs.removeDirectory(sub, name), "EINVAL");
      fails(() => fs.rename(from, to, "replace"), "EINVAL");
      fails(() => fs.rename(to, from, "replace"), "EINVAL");
      fails(() => fs.hardLink(from, to), "EINVAL");
      fails(() => fs.setMode(sub, name, 0o600), "EINVAL");
    }
    fs.close(sub);
    expectNames(area, ["file", "sub"]);
  });

  test("a name may have 255 bytes, not 256", (area) => {
    const { dir } = area;
    const [longest, longer] = ["n".repeat(255), "n".repeat(256)];
    put(area, longest, "x");
    equal(content(area, longest), "x");
    fs.makeLink(dir, `${"ä".repeat(127)}l`, "x");
    fails(() => fs.createFile(dir, longer), "ENAMETOOLONG", longer);
    fails(() => fs.makeDirectory(dir, longer, 0o700), "ENAMETOOLONG");
    fails(() => fs.makeLink(dir, "ä".repeat(128), "x"), "ENAMETOOLONG");
    fails(() => fs.makeLink(dir, "l", "t".repeat(9000)), "ENAMETOOLONG");
    fails(() => fs.stat(dir, "n".repeat(9000)), "ENAMETOOLONG");
  });

  test("makeDirectory() gives the mode exactly", ({ dir, path }) => {
    const mask = Deno.umask(0o077);
    try {
      for (const mode of [0o777, 0o755, 0o1777, 0o2770, 0o500, 0]) {
        fs.makeDirectory(dir, `${mode}`, mode);
        equal(fs.stat(dir, `${mode}`)?.mode, mode);
        fs.removeDirectory(dir, `${mode}`);
      }
      Deno.chmodSync(path, 0o2755);
      fs.makeDirectory(dir, "below setgid", 0o755);
      equal(fs.stat(dir, "below setgid")?.mode, 0o755);
    } finally {
      Deno.umask(mask);
    }
  });

  test("whatever is there, nothing is made in its place", (area) => {
    const { dir } = area;
    put(area, "file", "kept");
    fs.makeDirectory(dir, "directory", 0o700);
    fs.makeLink(dir, "dangling", "nowhere");
    const taken = ["file", "directory", "dangling"];
    for (const name of taken) {
      fails(() => fs.makeDirectory(dir, name, 0o700), "EEXIST", name);
      fails(() => fs.makeLink(dir, name, "x"), "EEXIST", name);
      fails(() => fs.createFile(dir, name), "EEXIST", name);
      const [from, to] = [{ dir, name: "file" }, { dir, name }];
      fails(() => fs.hardLink(from, to), "EEXIST", name);
    }
    expectNames(area, taken);
    equal(content(area, "file"), "kept");
    equal(fs.readLink(dir, "dangling"), "nowhere");
  });

  Deno.test({
    name: `${label}: makeFifo() makes a pipe, once`,
    ignore: !!subject.ignore || fs.name === "portable",
    fn() {
      using area = openArea(subject);
      const mask = Deno.umask(0o077);
      fs.makeFifo(area.dir, "pipe", 0o666);
      Deno.umask(mask);
      equal(fs.stat(area.dir, "pipe")?.kind, "fifo");
      equal(fs.stat(area.dir, "pipe")?.mode, 0o666);
      fails(() => fs.makeFifo(area.dir, "pipe", 0o600), "EEXIST", "pipe");
    },
  });

  test("rename() replaces files and empty directories", (area) => {
    const { dir } = area;
    put(area, "a", "new");
    put(area, "b", "old");
    fs.rename({ dir, name: "a" }, { dir, name: "b" }, "replace");
    expectNames(area, ["b"]);
    equal(content(area, "b"), "new");
    fs.makeDirectory(dir, "full", 0o700);
    fs.makeDirectory(dir, "empty", 0o700);
    const full = fs.openDirectory(dir, "full");
    fs.rename({ dir, name: "b" }, { dir: full, name: "c" }, "replace");
    deepEqual(fs.names(full), ["c"]);
    fs.close(full);
    const [from, to] = [{ dir, name: "empty" }, { dir, name: "full" }];
    fails(() => fs.rename(from, to, "replace"), NOT_EMPTY);
    fs.rename(to, from, "replace");
    expectNames(area, ["empty"]);
  });

  test("rename() replaces nothing when told so", (area) => {
    const { dir } = area;
    put(area, "file", "one");
    put(area, "other", "two");
    fs.makeDirectory(dir, "directory", 0o700);
    fs.makeDirectory(dir, "empty", 0o700);
    fs.makeLink(dir, "dangling", "nowhere");
    const names = ["file", "other", "directory", "empty", "dangling"];
    for (const from of names) {
      for (const to of names.filter((name) => name !== from)) {
        const places = [{ dir, name: from }, { dir, name: to }] as const;
        fails(() => fs.rename(...places, "no-replace"), "EEXIST", to);
      }
    }
    expectNames(area, names);
    equal(content(area, "file"), "one");
    equal(content(area, "other"), "two");
  });

  test("rename() moves every kind to a free name", (area) => {
    const { dir } = area;
    put(area, "file", "one");
    fs.makeDirectory(dir, "directory", 0o700);
    fs.makeLink(dir, "link", "nowhere");
    fs.makeDirectory(dir, "to", 0o700);
    const to = fs.openDirectory(dir, "to");
    for (const name of ["file", "directory", "link"]) {
      const inode = fs.stat(dir, name)?.inode;
      const place = { dir: to, name: `new ${name}` };
      fs.rename({ dir, name }, place, "no-replace");
      equal(fs.stat(dir, name), undefined);
      equal(fs.stat(to, `new ${name}`)?.inode, inode);
      if (name !== "directory") equal(fs.stat(to, `new ${name}`)?.links, 1);
    }
    equal(fs.readLink(to, "new link"), "nowhere");
    fs.close(to);
    expectNames(area, ["to"]);
  });

  test("rename() of nothing, or into itself, fails", (area) => {
    const { dir } = area;
    fs.makeDirectory(dir, "directory", 0o700);
    const inside = fs.openDirectory(dir, "directory");
    for (const mode of ["replace", "no-replace"] as const) {
      const [from, to] = [{ dir, name: "gone" }, { dir, name: "x" }];
      fails(() => fs.rename(from, to, mode), "ENOENT", "");
      const [self, below] = [
        { dir, name: "directory" },
        { dir: inside, name: "x" },
      ];
      fails(() => fs.rename(self, below, mode), "EINVAL");
    }
    fs.close(inside);
    expectNames(area, ["directory"]);
  });

  test("rename() exchanges, or says that it cannot", (area) => {
    const { dir } = area;
    put(area, "file", "content");
    fs.makeDirectory(dir, "directory", 0o700);
    const places = [
      { dir, name: "file" },
      { dir, name: "directory" },
    ] as const;
    if (canExchange) {
      fs.rename(...places, "exchange");
      equal(content(area, "directory"), "content");
      equal(fs.stat(dir, "file")?.kind, "directory");
      const gone = { dir, name: "gone" };
      fails(() => fs.rename(places[0], gone, "exchange"), "ENOENT");
      fails(() => fs.rename(gone, places[0], "exchange"), "ENOENT");
    } else {
      fails(() => fs.rename(...places, "exchange"), "EINVAL");
    }
    expectNames(area, ["directory", "file"]);
  });

  test("hardLink() of a link is the link itself", ({ dir }) => {
    fs.makeLink(dir, "link", "nowhere");
    fs.hardLink({ dir, name: "link" }, { dir, name: "second" });
    equal(fs.readLink(dir, "second"), "nowhere");
    equal(fs.stat(dir, "link")?.links, 2);
    const [from, to] = [{ dir, name: "gone" }, { dir, name: "third" }];
    fails(() => fs.hardLink(from, to), "ENOENT");
  });

  test("removeFile() removes a link, never a directory", (area) => {
    const { dir } = area;
    put(area, "file", "");
    fs.makeDirectory(dir, "directory", 0o700);
    fs.makeLink(dir, "link", "file");
    fs.makeLink(dir, "to directory", "directory");
    fs.removeFile(dir, "link");
    fs.removeFile(dir, "to directory");
    expectNames(area, ["directory", "file"]);
    fails(() => fs.removeFile(dir, "directory"), A_DIRECTORY, "directory");
    fails(() => fs.removeFile(dir, "link"), "ENOENT", "link");
    fs.removeFile(dir, "file");
    expectNames(area, ["directory"]);
  });

  test("removeDirectory() removes only empty directories", (area) => {
    const { dir } = area;
    fs.makeDirectory(dir, "directory", 0o700);
    fs.makeLink(dir, "link", "directory");
    put(area, "file", "");
    const sub = fs.openDirectory(dir, "directory");
    fs.makeLink(sub, "inside", "x");
    fails(() => fs.removeDirectory(dir, "directory"), NOT_EMPTY, "directory");
    fs.removeFile(sub, "inside");
    fs.close(sub);
    fails(() => fs.removeDirectory(dir, "link"), "ENOTDIR", "link");
    fails(() => fs.removeDirectory(dir, "file"), "ENOTDIR", "file");
    fs.removeDirectory(dir, "directory");
    fails(() => fs.removeDirectory(dir, "directory"), "ENOENT", "directory");
    expectNames(area, ["file", "link"]);
  });
}
