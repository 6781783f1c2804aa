/** Where versions go that must not be lost: `backup` and `deleted` in the work directory. */

import type { KnownEntry } from "@/core/entry.ts";
import {
  type Kept,
  type KeptArea,
  numberedName,
  suffixedPath,
} from "@/core/kept.ts";
import { childPath, parentPath, type RelPath } from "@/core/path.ts";
import { type Dir, type FileSystem, SysError } from "@/sys/fs.ts";
import { aliasOf } from "./alias.ts";
import { Catalogue } from "./catalogue.ts";
import { type Place, Tree } from "./tree.ts";

/** What a keeper needs to know of the run. */
export interface KeepOptions {
  /** Names the run in the catalogue. */
  readonly run: string;
  /** The clock, milliseconds since 1970. */
  readonly now: () => number;
  /** Appended to the name of each backup; empty for plain names. */
  readonly backupSuffix: string;
}

/** Finds free names for kept versions and records them. */
export class Keeper {
  /** The list of everything kept. */
  readonly catalogue: Catalogue;
  /** What the clock said when the run began. */
  readonly started: number;
  readonly #fs: FileSystem;
  readonly #work: Dir;
  readonly #options: KeepOptions;
  readonly #areas = new Map<KeptArea, Tree>();

  /** Uses a work directory, which must stay open. */
  constructor(fs: FileSystem, work: Dir, options: KeepOptions) {
    this.#fs = fs;
    this.#work = work;
    this.#options = options;
    this.catalogue = new Catalogue(fs, work);
    this.started = options.now();
  }

  /**
   * A free place for the version of `path` that leaves the replica now. A
   * version kept earlier gives way to a numbered name.
   */
  slot(area: KeptArea, path: RelPath): { place: Place; kept: RelPath } {
    const tree = this.area(area);
    const kept = area === "backup" && this.#options.backupSuffix !== ""
      ? suffixedPath(path, this.#options.backupSuffix)
      : path;
    tree.ensure(parentPath(kept), this.#roomIn(area));
    const place = tree.place(kept);
    if (this.#fs.stat(place.dir, place.name) !== undefined) {
      this.#giveWay(area, place, kept);
    }
    return { place, kept };
  }

  /** Records what was moved into a slot. */
  record(item: Pick<Kept, "area" | "kept" | "path">): void {
    const { run } = this.#options;
    const reason = item.area === "backup" ? "overwritten" : "deleted";
    this.catalogue.add({ time: this.#time(), run, reason, ...item });
  }

  /** A clock that is set back while a run is on makes nothing older. */
  #time(): number {
    return Math.max(this.started, this.#options.now());
  }

  /** Keeps a directory that is about to be removed, with its attributes but empty. */
  keepDirectory(area: KeptArea, path: RelPath, entry: KnownEntry): void {
    const tree = this.area(area);
    const dir = tree.ensure(path, this.#roomIn(area));
    const { meta, mtime } = entry;
    try {
      this.#fs.setOwnerOpen(dir, { uid: meta.uid, gid: meta.gid });
      this.#fs.setModeOpen(dir, meta.mode | 0o700);
    } catch (error) {
      // Not every user may give files away; the directory itself is kept.
      if (!(error instanceof SysError)) throw error;
    }
    this.#fs.setTimeOpen(dir, mtime);
    this.record({ area, kept: path, path });
  }

  /** The open tree of an area, created if missing. */
  area(area: KeptArea): Tree {
    const known = this.#areas.get(area);
    if (known !== undefined) return known;
    if (this.#fs.stat(this.#work, area) === undefined) {
      this.#fs.makeDirectory(this.#work, area, 0o700);
    }
    const tree = new Tree(this.#fs, this.#fs.openDirectory(this.#work, area));
    this.#areas.set(area, tree);
    return tree;
  }

  #roomIn(area: KeptArea): (place: Place, kept: RelPath) => void {
    return (place, kept) => this.#giveWay(area, place, kept);
  }

  /** Moves an earlier version to the first free numbered name beside it. */
  #giveWay(area: KeptArea, place: Place, kept: RelPath): void {
    const { dir } = place;
    const there = aliasOf(this.#fs, place) ?? place.name;
    for (let number = 1;; number++) {
      const name = numberedName(there, number);
      if (this.#fs.stat(dir, name) !== undefined) continue;
      const from = childPath(parentPath(kept), there);
      const to = childPath(parentPath(kept), name);
      // On the disk before the move: a line too many is found out, a line
      // too few would let the newer version expire with the older one's time.
      const time = this.#time();
      const tree = this.#fs.stat(dir, there)?.kind === "directory";
      this.catalogue.add({ time, area, from, to, tree });
      this.catalogue.flush();
      this.#fs.rename({ dir, name: there }, { dir, name }, "no-replace");
      return;
    }
  }

  /** Writes the catalogue and closes everything. */
  [Symbol.dispose](): void {
    this.catalogue.flush();
    for (const tree of this.#areas.values()) tree[Symbol.dispose]();
    this.#areas.clear();
  }
}
