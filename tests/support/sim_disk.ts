/**
 * A disk in memory that can lose its power: it knows which of its changes are
 * durable, and makes up what a filesystem may have kept of the others.
 */

import { appendEntry, createBatch } from "@/core/batch.ts";
import { compareNames } from "@/core/name.ts";
import { entryOfStat } from "@/replica/scan.ts";
import {
  type Dir,
  type File,
  type FileSystem,
  type Stat,
  SysError,
} from "@/sys/fs.ts";
import { type Change, Journal } from "./sim_journal.ts";

/** What has a number. */
export interface Inode {
  readonly id: number;
  readonly kind: Stat["kind"];
  readonly volume: number;
  mode: number;
  uid: number;
  gid: number;
  mtime: bigint;
  ctime: bigint;
  data: Uint8Array;
  readonly target: string;
  readonly entries: Map<string, number>;
}

/** All of them. */
export type Inodes = Map<number, Inode>;

/** A copy that shares only contents, which never change. */
export function cloneInodes(inodes: Inodes): Inodes {
  return new Map(
    [...inodes].map(([id, inode]) => [
      id,
      { ...inode, entries: new Map(inode.entries) },
    ]),
  );
}

interface Handle extends Dir, File {
  readonly id: number;
  at: number;
}

const ROOT = 1;

/** The disk, with two volumes: `/i` and `/t`. */
export class SimDisk {
  /** What has happened since everything was durable. */
  readonly journal: Journal;
  #inodes: Inodes;
  #next: number;
  /** Nanoseconds since 1970; every call takes a microsecond. */
  clock: bigint;
  readonly #locked = new Set<number>();

  /** An empty one, or what is left after a cut. */
  constructor(rest?: { readonly inodes: Inodes; readonly clock: bigint }) {
    this.clock = rest?.clock ?? 1_700_000_000_000_000_000n;
    this.#inodes = rest?.inodes ?? new Map();
    this.#next = 1 + Math.max(0, ...this.#inodes.keys());
    if (rest === undefined) {
      const root = this.#inode("directory", 0, 0o755);
      this.#inodes.set(root.id, root);
      for (const [at, name] of ["i", "t"].entries()) {
        const volume = this.#inode("directory", at + 1, 0o755);
        this.#inodes.set(volume.id, volume);
        root.entries.set(name, volume.id);
      }
    }
    this.journal = new Journal(this.#inodes);
  }

  #inode(
    kind: Inode["kind"],
    volume: number,
    mode: number,
    target = "",
  ): Inode {
    const now = this.#tick();
    return {
      id: this.#next++,
      kind,
      volume,
      mode,
      uid: 0,
      gid: 0,
      mtime: now,
      ctime: now,
      data: new Uint8Array(0),
      target,
      entries: new Map(),
    };
  }

  #tick(): bigint {
    return this.clock += 1000n;
  }

  /** Everything is durable from now on. */
  settle(): void {
    this.journal.settle(this.#inodes);
  }

  #change(change: Change): void {
    change.apply(this.#inodes);
    this.journal.add(change);
  }

  #get(id: number): Inode {
    const inode = this.#inodes.get(id);
    if (inode === undefined) throw new Error(`No inode ${id}`);
    return inode;
  }

  #find(dir: Dir, name: string): Inode | undefined {
    const id = this.#get((dir as Handle).id).entries.get(name);
    return id === undefined ? undefined : this.#get(id);
  }

  #need(operation: string, dir: Dir, name: string): Inode {
    const inode = this.#find(dir, name);
    if (inode !== undefined) return inode;
    throw new SysError("ENOENT", operation, `${dir.path}/${name}`);
  }

  #absent(operation: string, dir: Dir, name: string): void {
    if (this.#find(dir, name) === undefined) return;
    throw new SysError("EEXIST", operation, `${dir.path}/${name}`);
  }

  /** Names that come to be, go, or change what they name, in one step. */
  #link(names: readonly (readonly [Dir, string, Inode | undefined])[]): void {
    const now = this.#tick();
    const edits = names.map(([dir, name, inode]) => ({
      dir: (dir as Handle).id,
      name,
      inode,
    }));
    const { volume } = this.#get(edits[0]?.dir ?? ROOT);
    // A directory goes after what was in it: what is no longer named takes part too.
    const touches = edits.flatMap(({ dir, name, inode }) => {
      const named = inode?.id ?? this.#get(dir).entries.get(name);
      return named === undefined ? [dir] : [dir, named];
    });
    this.#change({
      kind: "names",
      volume,
      touches,
      apply(inodes) {
        for (const { dir, name, inode } of edits) {
          const parent = inodes.get(dir);
          if (parent === undefined) throw new Error("A directory is missing");
          if (inode === undefined) parent.entries.delete(name);
          else {
            if (!inodes.has(inode.id)) {
              inodes.set(inode.id, { ...inode, entries: new Map() });
            }
            parent.entries.set(name, inode.id);
            (inodes.get(inode.id) as Inode).ctime = now;
          }
          parent.mtime = parent.ctime = now;
        }
      },
    });
  }

  #set(
    id: number,
    values: Partial<Pick<Inode, "mode" | "uid" | "gid" | "mtime">>,
  ): void {
    const now = this.#tick();
    const { volume } = this.#get(id);
    this.#change({
      kind: "attributes",
      volume,
      touches: [id],
      apply(inodes) {
        const inode = inodes.get(id);
        if (inode !== undefined) Object.assign(inode, values, { ctime: now });
      },
    });
  }

  #fill(id: number, data: Uint8Array): void {
    const { volume } = this.#get(id);
    this.#change({
      kind: "data",
      volume,
      touches: [id],
      data,
      apply(inodes) {
        (inodes.get(id) as Inode).data = data;
      },
    });
    this.#set(id, { mtime: this.#tick() });
  }

  #stat({ id, kind, mode, uid, gid, data, mtime, ctime, volume }: Inode): Stat {
    const size = kind === "file" ? data.length : 0;
    const [inode, device] = [BigInt(id), volume];
    return {
      kind,
      mode,
      uid,
      gid,
      size,
      mtime,
      ctime,
      inode,
      device,
      links: 1,
    };
  }

  #open(inode: Inode, path: string): Handle {
    return { id: inode.id, path, at: 0 };
  }

  #make(
    dir: Dir,
    name: string,
    options: { kind: Inode["kind"]; mode: number; target?: string },
  ): Inode {
    const { kind, mode, target = "" } = options;
    this.#absent("openat", dir, name);
    const { volume } = this.#get((dir as Handle).id);
    const inode = this.#inode(kind, volume, mode, target);
    this.#link([[dir, name, inode]]);
    return inode;
  }

  #owner({ uid, gid }: { readonly uid: number; readonly gid: number }) {
    return { ...(uid < 0 ? {} : { uid }), ...(gid < 0 ? {} : { gid }) };
  }

  #resolve(path: string): Inode {
    const way = [this.#get(ROOT)];
    for (const name of path.split("/")) {
      if (name === "" || name === ".") continue;
      if (name === "..") {
        if (way.length > 1) way.pop();
        continue;
      }
      const id = way.at(-1)?.entries.get(name);
      if (id === undefined) throw new SysError("ENOENT", "openat", path);
      way.push(this.#get(id));
    }
    return way.at(-1) as Inode;
  }

  #rename(
    from: { readonly dir: Dir; readonly name: string },
    to: { readonly dir: Dir; readonly name: string },
    mode: "no-replace" | "exchange" | "replace",
  ): void {
    const moved = this.#need("renameat2", from.dir, from.name);
    if (mode === "no-replace") this.#absent("renameat2", to.dir, to.name);
    if (mode === "exchange") {
      const other = this.#need("renameat2", to.dir, to.name);
      return this.#link([
        [from.dir, from.name, other],
        [to.dir, to.name, moved],
      ]);
    }
    this.#link([[from.dir, from.name, undefined], [to.dir, to.name, moved]]);
  }

  #removeDirectory(dir: Dir, name: string): void {
    if (this.#need("rmdir", dir, name).entries.size > 0) {
      throw new SysError("ENOTEMPTY", "rmdir", `${dir.path}/${name}`);
    }
    this.#link([[dir, name, undefined]]);
  }

  /** Everything osync calls. */
  get fs(): Omit<FileSystem, "uid"> {
    const idOf = (handle: Dir | File): number => (handle as Handle).id;
    const openAs = (kind: string, code: string) => (dir: Dir, name: string) => {
      const inode = this.#need("openat", dir, name);
      const path = `${dir.path}/${name}`;
      if (inode.kind !== kind) throw new SysError(code, "openat", path);
      return this.#open(inode, path);
    };
    const openFile = openAs("file", "EISDIR");
    const create = (dir: Dir, name: string, mode = 0o600) =>
      this.#open(
        this.#make(dir, name, { kind: "file", mode }),
        `${dir.path}/${name}`,
      );
    return {
      name: "linux",
      abilities: {
        timeStep: 1,
        rawNames: true,
        atomicRename: true,
        linkTimes: true,
      },
      openRoot: (path) => this.#open(this.#resolve(path), path),
      openDirectory: openAs("directory", "ENOTDIR"),
      close: (handle) => void this.#locked.delete(idOf(handle)),
      list: (dir) => {
        const { entries } = this.#get(idOf(dir));
        const batch = createBatch(entries.size);
        for (const name of [...entries.keys()].sort(compareNames)) {
          const inode = this.#need("statx", dir, name);
          const entry = entryOfStat(this.#stat(inode), inode.target);
          appendEntry(batch, { depth: 0, name }, entry);
        }
        return { batch };
      },
      names: (dir) => [...this.#get(idOf(dir)).entries.keys()],
      stat: (dir, name) => {
        const inode = this.#find(dir, name);
        return inode && this.#stat(inode);
      },
      statOpen: (handle) => this.#stat(this.#get(idOf(handle))),
      readLink: (dir, name) => this.#need("readlinkat", dir, name).target,
      makeDirectory: (dir, name, mode) =>
        void this.#make(dir, name, { kind: "directory", mode }),
      makeLink: (dir, name, target) =>
        void this.#make(dir, name, { kind: "symlink", mode: 0o777, target }),
      makeFifo: (dir, name, mode) =>
        void this.#make(dir, name, { kind: "fifo", mode }),
      createFile: create,
      openFile,
      openShared: (dir, name) =>
        this.#find(dir, name) === undefined
          ? create(dir, name)
          : openFile(dir, name),
      read: (file, buffer) => {
        const handle = file as Handle;
        const { data } = this.#get(handle.id);
        const piece = data.subarray(handle.at, handle.at + buffer.length);
        buffer.set(piece);
        handle.at += piece.length;
        return piece.length;
      },
      write: (file, buffer, length) => {
        const handle = file as Handle;
        const { data } = this.#get(handle.id);
        const end = handle.at + length;
        const grown = new Uint8Array(Math.max(data.length, end));
        grown.set(data);
        grown.set(buffer.subarray(0, length), handle.at);
        handle.at = end;
        this.#fill(handle.id, grown);
      },
      truncate: (file, size) => {
        const handle = file as Handle;
        const data = new Uint8Array(size);
        data.set(this.#get(handle.id).data.subarray(0, size));
        handle.at = size;
        this.#fill(handle.id, data);
      },
      cloneFile: () => false,
      copyRange: () => -1,
      setModeOpen: (handle, mode) => this.#set(idOf(handle), { mode }),
      setOwnerOpen: (handle, owner) =>
        this.#set(idOf(handle), this.#owner(owner)),
      setTimeOpen: (handle, mtime) => this.#set(idOf(handle), { mtime }),
      setMode: (dir, name, mode) =>
        this.#set(this.#need("fchmodat", dir, name).id, { mode }),
      setOwner: (dir, name, owner) =>
        this.#set(this.#need("fchownat", dir, name).id, this.#owner(owner)),
      setTime: (dir, name, mtime) =>
        this.#set(this.#need("utimensat", dir, name).id, { mtime }),
      rename: (from, to, mode) => this.#rename(from, to, mode),
      hardLink: (from, to) =>
        this.#link([[
          to.dir,
          to.name,
          this.#need("linkat", from.dir, from.name),
        ]]),
      removeFile: (dir, name) => {
        this.#need("unlinkat", dir, name);
        this.#link([[dir, name, undefined]]);
      },
      removeDirectory: (dir, name) => this.#removeDirectory(dir, name),
      sync: (handle) => {
        const { id, kind, volume } = this.#get(idOf(handle));
        this.journal.barrier({ id, volume, isDirectory: kind === "directory" });
      },
      syncVolume: (dir) => {
        const { volume } = this.#get(idOf(dir));
        this.journal.barrier({ volume });
        return Promise.resolve();
      },
      lock: (file) => {
        const id = idOf(file);
        if (this.#locked.has(id)) return false;
        this.#locked.add(id);
        return true;
      },
      volume: (dir) => ({
        type: "sim",
        id: `sim-${this.#get(idOf(dir)).volume}`,
        free: 2 ** 40,
        total: 2 ** 41,
        freeFiles: Infinity,
        nameLimit: 255,
        timeStep: 1,
        ownership: true,
      }),
    };
  }
}
