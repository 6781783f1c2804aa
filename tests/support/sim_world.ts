/** Two replicas on a disk in memory: edited, synchronised, cut off, looked at. */

import type { Dir, FileSystem } from "@/sys/fs.ts";
import { openFileSystem } from "@/sys/open.ts";
import { type Ran, runHere } from "./osync.ts";
import { bootId } from "@/sys/host.ts";
import { type Inodes, SimDisk } from "./sim_disk.ts";

/** What to put at a path; `undefined` removes what is there. */
export type Spec =
  | { readonly file: string; readonly at?: number; readonly mode?: number }
  | { readonly link: string }
  | { readonly dir: number }
  | undefined;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Edits a disk as its user does: `/i/path`. */
export function put(disk: SimDisk, path: string, spec: Spec): void {
  const { fs } = disk;
  const slash = path.lastIndexOf("/");
  const dir = fs.openRoot(path.slice(0, slash) || "/");
  const name = path.slice(slash + 1);
  if (spec !== undefined && "dir" in spec) {
    if (fs.stat(dir, name) === undefined) {
      fs.makeDirectory(dir, name, spec.dir);
    } else fs.setMode(dir, name, spec.dir);
    return;
  }
  remove(fs, dir, name);
  if (spec === undefined) return;
  if ("link" in spec) return fs.makeLink(dir, name, spec.link);
  const bytes = encoder.encode(spec.file);
  const file = fs.createFile(dir, name, spec.mode ?? 0o644);
  fs.write(file, bytes, bytes.length);
  fs.setTimeOpen(file, BigInt(spec.at ?? 1000) * 1_000_000_000n);
}

function remove(
  fs: Omit<FileSystem, "uid">,
  dir: Dir,
  name: string,
): void {
  const kind = fs.stat(dir, name)?.kind;
  if (kind === undefined) return;
  if (kind !== "directory") return fs.removeFile(dir, name);
  const inside = fs.openDirectory(dir, name);
  for (const each of fs.names(inside)) remove(fs, inside, each);
  fs.removeDirectory(dir, name);
}

/** What is left after a cut, on a machine that has started again: nothing of the boot before is alive. */
export function reboot(inodes: Inodes, clock: bigint): SimDisk {
  const boot = bootId();
  for (const inode of inodes.values()) {
    const text = decoder.decode(inode.data);
    if (boot === "" || !text.includes(boot)) continue;
    inode.data = encoder.encode(text.replaceAll(boot, "the boot before"));
  }
  return new SimDisk({ inodes, clock });
}

/** Puts a disk in place of the system's while it is used. */
function useDisk(disk: SimDisk): Disposable {
  const real = openFileSystem();
  const { fs } = disk;
  const own = Object.fromEntries(
    Object.keys(fs).map((name) => [name, real[name as keyof FileSystem]]),
  );
  Object.assign(real, fs);
  return {
    [Symbol.dispose]() {
      Object.assign(real, own);
    },
  };
}

/** Options of a run. */
export interface Setup {
  /** On the command line. */
  readonly args?: readonly string[];
  /** In the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gets between osync and the disk while it runs. */
  readonly meddle?: () => Disposable;
}

/** Synchronises `/i` and `/t` of a disk, ten seconds after what happened last. */
export async function syncDisk(
  disk: SimDisk,
  { args = [], env = {}, meddle }: Setup = {},
): Promise<Ran> {
  disk.clock += 10_000_000_000n;
  using _disk = useDisk(disk);
  using _meddler = meddle?.();
  return await runHere(["--initiator=/i", "--target=/t", ...args], {
    env: { LOGFILE: "/dev/null", INSTANCE_ID: "sim", ...env },
    now: () => new Date(Number(disk.clock / 1_000_000n)),
  });
}

/** What is at and below a path of a disk, but for times of directories. */
export function sketch(disk: SimDisk, root: string): Record<string, string> {
  const lines: Record<string, string> = {};
  const { fs } = disk;
  const visit = (dir: Dir, above: string): void => {
    for (const name of fs.names(dir).sort()) {
      const path = above + name;
      if (path === ".osync_workdir") continue;
      const stat = fs.stat(dir, name);
      const mode = (stat?.mode ?? 0).toString(8);
      if (stat?.kind === "directory") {
        lines[path] = `directory ${mode}`;
        visit(fs.openDirectory(dir, name), `${path}/`);
      } else if (stat?.kind === "file") {
        lines[path] = `file ${mode} ${stat.mtime} ${textAt(disk, dir, name)}`;
      } else lines[path] = `${stat?.kind} ${fs.readLink(dir, name)}`;
    }
  };
  visit(fs.openRoot(root), "");
  return lines;
}

function textAt({ fs }: SimDisk, dir: Dir, name: string): string {
  const file = fs.openFile(dir, name);
  const buffer = new Uint8Array(fs.statOpen(file).size);
  fs.read(file, buffer);
  return decoder.decode(buffer);
}

/** Contents of all files of the replicas and of what is kept; with `stage` of what is on its way, too. */
export function standing(
  disk: SimDisk,
  options: { readonly stage: boolean },
): Set<string> {
  const found = new Set<string>();
  const { fs } = disk;
  const visit = (dir: Dir, path: string): void => {
    for (const name of fs.names(dir)) {
      const own = path.endsWith("/.osync_workdir");
      const counts = !own || name === "backup" || name === "deleted" ||
        options.stage && name === "stage";
      if (!counts) continue;
      const kind = fs.stat(dir, name)?.kind;
      if (kind === "file") found.add(textAt(disk, dir, name));
      if (kind === "directory") {
        visit(fs.openDirectory(dir, name), `${path}/${name}`);
      }
    }
  };
  for (const root of ["/i", "/t"]) visit(fs.openRoot(root), root);
  return found;
}

/** Names in a work directory that no run may leave behind. */
export function litter(disk: SimDisk): string[] {
  const { fs } = disk;
  const known = ["backup", "catalogue", "deleted", "state"];
  return ["/i", "/t"].flatMap((root) => {
    const work = fs.openDirectory(fs.openRoot(root), ".osync_workdir");
    const names = fs.names(work).filter((name) => !known.includes(name));
    const states = fs.stat(work, "state") === undefined
      ? []
      : fs.names(fs.openDirectory(work, "state"))
        .filter((name) => !/^(initiator|target)-ancestor-sim\.\d+$/.test(name));
    return [...names, ...states].map((name) => `${root}/${name}`);
  });
}
