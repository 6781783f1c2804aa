/** The contract on filesystems made for it, where this system lets one make them. */

import { ok, strictEqual as equal } from "node:assert/strict";
import { createLinux } from "@/sys/linux.ts";
import { fails, openArea, put } from "./area.ts";
import { contract } from "./contract.ts";

/** A filesystem to mount; the first one needs no image. */
interface Made {
  readonly type: string;
  /** Its maker, which gets the image's path. */
  readonly make?: readonly string[];
  readonly bytes?: number;
  readonly clones?: boolean;
}

const MEBIBYTE = 2 ** 20;

const MADE: readonly Made[] = [
  { type: "tmpfs" },
  { type: "ext4", make: ["mkfs.ext4", "-q"], bytes: 64 * MEBIBYTE },
  {
    type: "xfs",
    make: ["mkfs.xfs", "-q", "-m", "reflink=1,bigtime=1"],
    bytes: 400 * MEBIBYTE,
    clones: true,
  },
  {
    type: "btrfs",
    make: ["mkfs.btrfs", "-q"],
    bytes: 200 * MEBIBYTE,
    clones: true,
  },
];

const fs = createLinux();
const home = Deno.makeTempDirSync();
const mounted: string[] = [];

for (const made of MADE) {
  const { type, clones = false } = made;
  const base = `${home}/${type}`;
  const ignore = mount(made, base);
  const label = `linux on ${type}`;
  const subject = { label, fs, base, ignore };
  contract(subject);

  Deno.test(`${label}: volume() knows it`, { ignore: !!ignore }, () => {
    using area = openArea(subject);
    const volume = fs.volume(area.dir);
    equal(volume.type, type);
    equal(volume.timeStep, 1);
    equal(volume.nameLimit, 255);
    ok(volume.ownership);
    ok(volume.total >= 30 * MEBIBYTE, `${volume.total}`);
  });

  Deno.test(`${label}: cloneFile() is ${clones}`, { ignore: !!ignore }, () => {
    using area = openArea(subject);
    put(area, "from", "content");
    const from = fs.openFile(area.dir, "from");
    const to = fs.createFile(area.dir, "to");
    equal(fs.cloneFile(from, to), clones);
    fs.close(from);
    fs.close(to);
  });
}

const vfat: Made = {
  type: "vfat",
  make: ["mkfs.vfat"],
  bytes: 32 * MEBIBYTE,
};
const vfatSubject = {
  label: "linux on vfat",
  fs,
  base: `${home}/vfat`,
  ignore: mount(vfat, `${home}/vfat`),
};

Deno.test("linux on vfat: volume() says what it cannot keep", {
  ignore: !!vfatSubject.ignore,
}, () => {
  using area = openArea(vfatSubject);
  const { dir } = area;
  const volume = fs.volume(dir);
  equal(volume.type, "vfat");
  equal(volume.ownership, false);
  equal(volume.freeFiles, Infinity);
  put(area, "file", "x");
  const step = BigInt(volume.timeStep);
  fs.setTime(dir, "file", 800_000_000n * step);
  equal(fs.stat(dir, "file")?.mtime, 800_000_000n * step);
});

Deno.test({
  name: "linux: between two filesystems, callers have to copy by themselves",
  ignore: mounted.length === 0,
  fn() {
    using here = openArea({ label: "", fs, base: home });
    using there = openArea({ label: "", fs, base: mounted[0] ?? "" });
    put(here, "from", "content");
    const from = fs.openFile(here.dir, "from");
    const to = fs.createFile(there.dir, "to");
    equal(fs.cloneFile(from, to), false);
    ok([-1, 7].includes(fs.copyRange(from, to, 100)));
    const places = [
      { dir: here.dir, name: "from" },
      { dir: there.dir, name: "from" },
    ] as const;
    fails(() => fs.rename(...places, "no-replace"), "EXDEV");
    fails(() => fs.hardLink(...places), "EXDEV");
    ok(fs.volume(here.dir).id !== fs.volume(there.dir).id);
    ok(fs.statOpen(from).device !== fs.statOpen(to).device);
    fs.close(from);
    fs.close(to);
  },
});

Deno.test.afterAll(() => {
  // A failed test may have left something open.
  for (const path of mounted) run("umount", "--lazy", path);
  Deno.removeSync(home, { recursive: true });
});

/** Mounts a new filesystem; says why that is not possible, if so. */
function mount(made: Made, path: string): string | undefined {
  if (fs.uid !== 0) return "only root mounts";
  Deno.mkdirSync(path);
  const image = `${path}.image`;
  const { type, make: [maker, ...options] = [], bytes = 0 } = made;
  if (maker !== undefined) {
    Deno.createSync(image).close();
    Deno.truncateSync(image, bytes);
    if (!run(maker, ...options, image)) return `no ${maker}`;
  }
  const source = maker === undefined ? [type] : ["-o", "loop", image];
  if (!run("mount", "-t", type, ...source, path)) return `no ${type}`;
  mounted.push(path);
  return undefined;
}

function run(command: string, ...args: readonly string[]): boolean {
  try {
    return new Deno.Command(command, { args: [...args] }).outputSync().success;
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return false;
    throw failure;
  }
}
