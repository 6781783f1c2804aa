/** What somebody does to a replica, as data, so that a history can be shrunk and told. */

import { decodeName, encodeName } from "@/core/name.ts";
import type { Side } from "@/core/side.ts";
import { type Stat, SysError } from "@/sys/fs.ts";
import { dir, fifo, file, link, type Replicas } from "../support/replicas.ts";
import { ODD_NAMES } from "../support/upheaval.ts";
import { above } from "./tree.ts";

/** One edit; all numbers are taken modulo what there is. */
export interface Edit {
  /** What is done. */
  readonly deed: Deed;
  /** Which of the paths that are there, in order. */
  readonly at: number;
  /** Another path, for what needs two. */
  readonly to: number;
  /** Which name something new gets. */
  readonly name: number;
  /** Which content or attribute. */
  readonly text: number;
  /** Which time. */
  readonly time: number;
}

/** Where it is done. */
export interface Place {
  /** The replicas. */
  readonly pair: Replicas;
  /** On which side. */
  readonly side: Side;
  /** All paths of that side, in order. */
  readonly paths: readonly string[];
  /** The path that is edited. */
  readonly path: string;
  /** New content, told by the number in the edit. */
  readonly write: (text: number) => string;
}

/** Names that are often taken, and then the odd ones. */
export const NAMES: readonly string[] = ["a", "b", "c", "d", ...ODD_NAMES];

/** Times that people and programs set; `undefined` is now. */
export const TIMES: readonly (((was: bigint) => bigint) | undefined)[] = [
  undefined,
  (was) => was,
  () => 1_000_000_000_000_000_000n,
  () => 1_000_000_000_000_000_001n,
  (was) => was - 1n,
  (was) => was + 1n,
  (was) => was - 3_600_000_000_000n,
  () => 2_000_000_000_000_000_000n,
  () => 4_500_000_000_123_456_789n,
  () => -1n,
];

const MODES = [0o600, 0o644, 0o755, 0o700, 0o640, 0o4711, 0o1777];
const OWNERS = [0, 1, 2];
const LINKS = ["a", "nowhere", "..", "/etc/hostname", "not utf-8 \udcff"];

/**
 * Does one edit.
 *
 * @returns What was done; `undefined` if the path is not what that needs.
 */
export function act(place: Place, edit: Edit): string | undefined {
  try {
    const done = DEEDS[edit.deed](spotOf(place, edit));
    if (done === undefined) return undefined;
    return `${place.side}: ${edit.deed} ${JSON.stringify(done)}`;
  } catch (error) {
    // A name too long, a directory moved into itself.
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

interface Spot extends Place {
  readonly edit: Edit;
  /** What is at the path. */
  readonly stat: Stat | undefined;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
}

function spotOf(place: Place, edit: Edit): Spot {
  const stat = statAt(place, place.path);
  return {
    ...place,
    edit,
    stat,
    isFile: stat?.kind === "file",
    isDirectory: stat?.kind === "directory",
  };
}

function statAt({ pair, side }: Place, path: string): Stat | undefined {
  try {
    return pair.stat(side, path);
  } catch (error) {
    // What is above it is gone.
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

/** Each gives the path that was edited, or nothing. */
const DEEDS = {
  put: (at: Spot) => {
    if (at.stat !== undefined && !at.isFile) return;
    return rewritten(at, at.write(at.edit.text));
  },
  append: (at: Spot) => {
    return at.isFile ? rewritten(at, content(at) + at.write(0)) : undefined;
  },
  truncate: (at: Spot) => {
    const was = at.isFile ? content(at) : "";
    return was === "" ? undefined : rewritten(at, was.slice(0, was.length / 2));
  },
  scramble: (at: Spot) => {
    const was = at.isFile ? content(at) : "";
    return was === "" ? undefined : rewritten(at, scrambled(was));
  },
  "replace by rename": (at: Spot) => {
    if (!at.isFile) return;
    const temporary = `${at.path.slice(0, 200)}~`;
    if (statAt(at, temporary) !== undefined) return;
    at.pair.put(at.side, {
      [temporary]: file(at.write(at.edit.text), when(at)),
    });
    at.pair.move(at.side, temporary, at.path);
    return at.path;
  },
  touch: (at: Spot) =>
    dressed(at, { at: 1_234_567_890_000_000_001n, ...when(at) }),
  chmod: (at: Spot) => {
    if (at.stat?.kind === "symlink") return;
    // The owner, who may not be root, must be able to go on.
    const lent = at.isDirectory ? 0o700 : 0o400;
    return dressed(at, { mode: pick(MODES, at.edit.text) | lent });
  },
  chown: (at: Spot) => {
    if (Deno.uid() !== 0) return;
    const uid = pick(OWNERS, at.edit.text);
    const gid = pick(OWNERS, at.edit.name);
    return dressed(at, at.edit.to % 2 ? { uid } : { uid, gid });
  },
  delete: (at: Spot) => {
    if (at.stat === undefined || at.path === "") return;
    at.pair.remove(at.side, at.path);
    return at.path;
  },
  "create a file": (at: Spot) => {
    return created(at, file(at.write(at.edit.text), when(at)));
  },
  "create a link": (at: Spot) => created(at, link(pick(LINKS, at.edit.text))),
  "create a pipe": (at: Spot) => created(at, fifo()),
  "create a directory": (at: Spot) => created(at, dir({})),
  "create a tree": (at: Spot) => created(at, tree(at)),
  "become a file": (at: Spot) => {
    return become(at, "file", file(at.write(at.edit.text), when(at)));
  },
  "become a link": (at: Spot) => {
    return become(at, "symlink", link(pick(LINKS, at.edit.text)));
  },
  "become a pipe": (at: Spot) => become(at, "fifo", fifo()),
  "become a directory": (at: Spot) =>
    become(at, "directory", dir({}, when(at))),
  "become a tree": (at: Spot) => become(at, "directory", tree(at)),
  "point elsewhere": (at: Spot) => {
    if (at.stat?.kind !== "symlink") return;
    const text = pick(LINKS, at.edit.text);
    at.pair.put(at.side, { [at.path]: link(text, when(at)) });
    return at.path;
  },
  move: (at: Spot) => {
    if (at.stat === undefined || at.path === "") return;
    const to = newPath(at, pick(at.paths, at.edit.to));
    return to === undefined ? undefined : moved(at, to);
  },
  "move over": (at: Spot) => {
    const to = pick(at.paths, at.edit.to);
    const over = statAt(at, to);
    if (to === at.path || to === "" || over === undefined) return;
    if (at.stat === undefined || at.isDirectory) return;
    return over.kind === "directory" ? undefined : moved(at, to);
  },
} as const satisfies Record<string, (at: Spot) => unknown>;

/** Something that can be done. */
export type Deed = keyof typeof DEEDS;

/** All that can be done. */
export const ALL_DEEDS = Object.keys(DEEDS) as readonly Deed[];

function rewritten(at: Spot, text: string): string {
  at.pair.put(at.side, { [at.path]: file(text, when(at)) });
  return at.path;
}

function dressed(at: Spot, look: Parameters<Replicas["set"]>[2]) {
  if (at.stat === undefined) return;
  at.pair.set(at.side, at.path, look);
  return at.path;
}

function created(at: Spot, piece: ReturnType<typeof file>) {
  const path = newPath(at, at.path);
  if (path !== undefined) at.pair.put(at.side, { [path]: piece });
  return path;
}

function become(at: Spot, kind: string, piece: ReturnType<typeof file>) {
  if (at.stat === undefined || at.stat.kind === kind || at.path === "") return;
  at.pair.put(at.side, { [at.path]: piece });
  return at.path;
}

function moved(at: Spot, to: string): string {
  at.pair.move(at.side, at.path, to);
  return `${at.path} => ${to}`;
}

/** A free path in or beside another one. */
function newPath(at: Spot, near: string): string | undefined {
  const isDirectory = statAt(at, near)?.kind === "directory";
  const directory = isDirectory ? near : above(near) ?? "";
  if (statAt(at, directory)?.kind !== "directory") return undefined;
  const name = pick(NAMES, at.edit.name);
  const path = directory === "" ? name : `${directory}/${name}`;
  return statAt(at, path) === undefined ? path : undefined;
}

function tree(at: Spot) {
  const text = at.write(at.edit.text);
  return dir({ a: text, b: {}, c: { a: link("b"), d: `${text}, too` } });
}

function when({ stat, edit }: Spot): { readonly at?: bigint } {
  const time = pick(TIMES, edit.time);
  return time === undefined ? {} : { at: time(stat?.mtime ?? 0n) };
}

function content(at: Spot): string {
  return decodeName(at.pair.read(at.side, at.path));
}

/** Another content of the same length. */
function scrambled(was: string): string {
  const bytes = encodeName(was);
  const half = bytes.length >> 1;
  bytes[half] = (bytes[half] ?? 0) ^ 1;
  return decodeName(bytes);
}

/** One of several, which must not be none; any number will do. */
export function pick<T>(from: readonly T[], number: number): T {
  return from[number % from.length] as T;
}
