/**
 * Two replicas on a real disk, and osync run over them.
 *
 * ```ts
 * using pair = new Replicas();
 * pair.put("initiator", { "a.txt": "one", sub: { b: "two@5" }, l: link("a.txt") });
 * await pair.sync();
 * pair.put("target", { "a.txt": "changed" });
 * await pair.sync(["--summary"]);
 * equal(pair.tree("initiator"), pair.tree("target"));
 * equal(pair.kept("initiator", "backup"), { "a.txt": "one" });
 * ```
 */

import { deepStrictEqual as equal } from "node:assert/strict";
import { printableName } from "@/core/name.ts";
import { WORK_DIRECTORY } from "@/core/path.ts";
import { type PerSide, perSide, type Side, SIDES } from "@/core/side.ts";
import type { Stat } from "@/sys/fs.ts";
import { openFileSystem } from "@/sys/open.ts";
import {
  type Found,
  readBytes,
  readTree,
  seconds,
  sketchTree,
  walk,
} from "./disk_read.ts";
import {
  dress,
  type Literal,
  type Look,
  removeAt,
  type Spot,
  withSpot,
  writeTree,
} from "./disk_tree.ts";
import {
  type Ran,
  runHere,
  type RunOptions,
  type Started,
  startProcess,
} from "./osync.ts";
import { rsyncDifferences } from "./rsync.ts";

export { dir, fifo, file, link, type Literal } from "./disk_tree.ts";

const fs = openFileSystem();

/**
 * What changed so shortly before a run, in milliseconds, the run does not take
 * for settled; people are slower than tests.
 */
const SETTLED = 25;

/** A place for two replicas; both exist and are empty. */
export class Replicas {
  /** A temporary directory of this test alone. */
  readonly home: string;
  /** Absolute paths of the two. */
  readonly roots: PerSide<string>;

  /**
   * Makes both replicas.
   *
   * @param roots Where a replica shall be instead of in `home`; not removed in the end.
   */
  constructor(roots: Partial<PerSide<string>> = {}) {
    this.home = Deno.makeTempDirSync({ prefix: "osync-test-" });
    this.roots = perSide((side) => roots[side] ?? `${this.home}/${side}`);
    for (const side of SIDES) {
      Deno.mkdirSync(this.roots[side], { recursive: true });
    }
  }

  /** Removes everything. */
  [Symbol.dispose](): void {
    withSpot(fs, { root: "/", path: this.home.slice(1) }, (spot) => {
      removeAt(fs, spot);
    });
  }

  /** Absolute path of something in a replica. */
  path(side: Side, path = ""): string {
    return path === "" ? this.roots[side] : `${this.roots[side]}/${path}`;
  }

  /** Writes a literal over what a replica has; a file that exists keeps its inode. */
  put(side: Side | "both", tree: Literal): void {
    for (const each of side === "both" ? SIDES : [side]) {
      writeTree(fs, this.roots[each], tree);
    }
  }

  /** Removes paths with all that is in them. */
  remove(side: Side, ...paths: readonly string[]): void {
    for (const path of paths) {
      this.#at(side, path, (spot) => removeAt(fs, spot));
    }
  }

  /** Moves a path within a replica, over what is there. */
  move(side: Side, from: string, to: string): void {
    const root = this.roots[side];
    this.#at(side, from, (old) => {
      withSpot(fs, { root, path: to, make: true }, (place) => {
        fs.rename(old, place, "replace");
      });
    });
  }

  /** Gives a file a second name. */
  hardLink(side: Side, from: string, to: string): void {
    const root = this.roots[side];
    this.#at(side, from, (old) => {
      withSpot(fs, { root, path: to, make: true }, (place) => {
        fs.hardLink(old, place);
      });
    });
  }

  /** Changes attributes only; `""` is the root. */
  set(side: Side, path: string, look: Look): void {
    this.#at(side, path, (spot) => dress(fs, spot, look));
  }

  /** What stat tells; `undefined` if nothing is there. */
  stat(side: Side, path: string): Stat | undefined {
    return this.#at(
      side,
      path,
      ({ dir, name }) => name === "" ? fs.statOpen(dir) : fs.stat(dir, name),
    );
  }

  /** Content of a file. */
  read(side: Side, path: string): Uint8Array<ArrayBuffer> {
    return this.#at(side, path, (spot) => readBytes(fs, spot));
  }

  /** A replica as the literal that would write it, without attributes and without osync's own folder. */
  tree(side: Side): Literal {
    return readTree(fs, this.roots[side], { skip: WORK_DIRECTORY });
  }

  /** A replica with the attributes that travel, one line for each path; the root is `"."`. */
  sketch(side: Side): Record<string, string> {
    return sketchTree(fs, this.roots[side], { skip: WORK_DIRECTORY });
  }

  /** What was set aside, as a literal. */
  kept(side: Side, area: "backup" | "deleted"): Literal {
    const path = `${WORK_DIRECTORY}/${area}`;
    if (!this.#has(side, path)) return {};
    return readTree(fs, this.path(side, path));
  }

  /** {@linkcode Replicas.sketch} of what was set aside. */
  keptSketch(side: Side, area: "backup" | "deleted"): Record<string, string> {
    const path = `${WORK_DIRECTORY}/${area}`;
    return this.#has(side, path) ? sketchTree(fs, this.path(side, path)) : {};
  }

  /** Inode, mtime and ctime of everything in both replicas, roots included, osync's own folders not. */
  snapshot(): Record<string, string> {
    const lines = SIDES.flatMap((side) => [
      ...this.#walk(side).map(({ path, stat }) => {
        const times = `${seconds(stat.mtime)} ${seconds(stat.ctime)}`;
        return [`${side}/${path}`, `${stat.inode} ${times}`] as const;
      }),
    ]);
    return Object.fromEntries(lines);
  }

  /** Synchronises in this process; fails unless the exit code is 0. */
  async sync(
    options: readonly string[] = [],
    around: RunOptions = {},
  ): Promise<Ran> {
    const ran = await this.run(options, around);
    equal(ran.code, 0, `exit code ${ran.code}\n${ran.stdout}${ran.stderr}`);
    return ran;
  }

  /** Synchronises in this process, to whatever end. */
  async run(
    options: readonly string[] = [],
    around: RunOptions = {},
  ): Promise<Ran> {
    await new Promise((done) => setTimeout(done, SETTLED));
    return await runHere(this.#line(options), this.#around(around));
  }

  /** Starts osync as a process of its own. */
  start(
    options: readonly string[] = [],
    around: Pick<RunOptions, "env" | "cwd"> = {},
  ): Started {
    return startProcess(this.#line(options), this.#around(around));
  }

  /** What differs between the replicas, by our own walk and, where it is installed, by rsync. */
  async differences(): Promise<string[]> {
    const sketches = perSide((side) => this.sketch(side));
    return [
      ...differencesOf(sketches),
      ...await rsyncDifferences(this.roots),
    ];
  }

  /** Fails unless both replicas are equal. */
  async mustBeEqual(): Promise<void> {
    equal(await this.differences(), []);
  }

  /** Synchronises once more; fails unless there is nothing to do and nothing in the replicas is written. */
  async mustBeQuiet(options: readonly string[] = []): Promise<Ran> {
    const before = this.snapshot();
    const ran = await this.sync(options);
    equal(ran.events.filter(({ kind }) => kind === "changed"), []);
    equal(this.snapshot(), before);
    return ran;
  }

  #line(options: readonly string[]): string[] {
    const { initiator, target } = this.roots;
    return [`--initiator=${initiator}`, `--target=${target}`, ...options];
  }

  #around(around: RunOptions): RunOptions {
    const env = { LOGFILE: `${this.home}/log`, ...around.env };
    return { cwd: this.home, ...around, env };
  }

  #walk(side: Side): Generator<Found> {
    return walk(fs, this.roots[side], { skip: WORK_DIRECTORY });
  }

  #has(side: Side, path: string): boolean {
    try {
      return this.stat(side, path) !== undefined;
    } catch {
      return false;
    }
  }

  #at<T>(side: Side, path: string, act: (spot: Spot) => T): T {
    return withSpot(fs, { root: this.roots[side], path }, act);
  }
}

/** What differs between two sketches, one line for each path. */
export function differencesOf(
  { initiator, target }: PerSide<Readonly<Record<string, string>>>,
): string[] {
  const paths = new Set([...Object.keys(initiator), ...Object.keys(target)]);
  return [...paths].filter((path) => initiator[path] !== target[path]).map(
    (path) => {
      const [ours = "nothing", theirs = "nothing"] = [
        initiator[path],
        target[path],
      ];
      return `${printableName(path)}: ${ours} | ${theirs}`;
    },
  );
}
