/** What people do to two replicas between runs, at random. */

import { decodeName, encodeName } from "@/core/name.ts";
import { opposite, type PerSide, perSide, type Side } from "@/core/side.ts";
import { SysError } from "@/sys/fs.ts";
import type { Piece } from "./disk_tree.ts";
import type { Random } from "./random.ts";
import { dir, fifo, file, link, type Replicas } from "./replicas.ts";

/** Names that break tools. */
export const ODD_NAMES: readonly string[] = [
  " leading and trailing ",
  "line\nbreak",
  "carriage\rreturn",
  "tab\there",
  "-rf",
  "--delete",
  "#comment",
  "; semicolon",
  "- rule",
  "!",
  "*",
  "[ab]?",
  "(paren",
  "back\\slash\\#012",
  "a -> b",
  "$HOME `id` \"'",
  "__proto__",
  "not utf-8 \udcff\udcc3",
  "caf\u00e9",
  "cafe\u0301",
  "\u{1f600}",
  "\u0001control",
  "~",
  "%41",
  "x".repeat(255),
];

/** One edit; leaves a path alone that is gone or of another kind. */
type Edit = (at: Spot) => void;

interface Spot {
  readonly pair: Replicas;
  readonly random: Random;
  readonly side: Side;
  readonly path: string;
  /** Paths of its side. */
  readonly others: readonly string[];
}

/**
 * Edits both replicas, sometimes the same path.
 *
 * @returns What was done, in order, for whoever looks for a mistake.
 */
export function upheave(
  pair: Replicas,
  random: Random,
  options: { readonly edits: number },
): string[] {
  const paths = perSide((side) => pathsOf(pair, side));
  const done: string[] = [];
  for (let count = 0; count < options.edits; count++) {
    const side = random.pick(["initiator", "target"] as const);
    const path = random.pick(paths[side]);
    attempt({ pair, random, side, path, others: paths[side] }, done);
    if (random.below(5) > 0) continue;
    // Trouble comes from what is near.
    const near = random.pick(nearby(path, paths));
    const other = opposite(side);
    const others = paths[other];
    attempt({ pair, random, side: other, path: near, others }, done);
  }
  return done;
}

function pathsOf(pair: Replicas, side: Side): string[] {
  return Object.keys(pair.snapshot()).filter((line) =>
    line.startsWith(`${side}/`) && line !== `${side}/`
  ).map((line) => line.slice(side.length + 1));
}

function nearby(path: string, paths: PerSide<readonly string[]>): string[] {
  const inside = paths.initiator.filter((each) => each.startsWith(`${path}/`));
  const slash = path.lastIndexOf("/");
  const above = slash < 0 ? [] : [path.slice(0, slash)];
  return [path, path, ...above, ...inside.slice(0, 2)];
}

function attempt(spot: Spot, done: string[]): void {
  const [name, edit] = spot.random.pick(Object.entries(EDITS));
  try {
    edit(spot);
    done.push(`${spot.side} ${name} ${JSON.stringify(spot.path)}`);
  } catch (error) {
    // An earlier edit took the path, or what is above it, away.
    if (!(error instanceof SysError) && !(error instanceof Gone)) throw error;
  }
}

/** The path is not what the edit needs. */
class Gone extends Error {}

const EDITS: Readonly<Record<string, Edit>> = {
  rewrite: (at) => put(at, file(text(at)), ["file"]),
  shrink: (at) => put(at, file(""), ["file"]),
  append(at) {
    const was = content(at);
    put(at, file(was + text(at)), ["file"]);
  },
  scramble: (at) => put(at, file(scrambled(content(at))), ["file"]),
  "scramble, mtime put back"(at) {
    const stat = need(at, ["file"]);
    const look = { at: stat.mtime };
    put(at, file(scrambled(content(at)), look), ["file"]);
  },
  "restore an old version"(at) {
    const age = BigInt(1 + at.random.below(1e6)) * 1_000_000_001n;
    const look = { at: need(at, ["file"]).mtime - age };
    put(at, file(text(at), look), ["file"]);
  },
  "replace by rename"(at) {
    need(at, ["file"]);
    const temporary = `${at.path.slice(0, 200)}~`;
    at.pair.put(at.side, { [temporary]: text(at) });
    at.pair.move(at.side, temporary, at.path);
  },
  touch(at) {
    need(at, ["file", "directory", "symlink", "fifo"]);
    at.pair.set(at.side, at.path, { at: 1_600_000_000 + at.random.below(1e8) });
  },
  "touch, nanoseconds"(at) {
    const { mtime } = need(at, ["file", "directory"]);
    at.pair.set(at.side, at.path, { at: mtime + 1n });
  },
  chmod(at) {
    const { kind } = need(at, ["file", "directory", "fifo"]);
    const mode = at.random.pick([0o600, 0o644, 0o755, 0o700, 0o4711, 0o1777]);
    // A directory must stay one that its owner, who may not be root, can enter.
    const lent = kind === "directory" ? 0o700 : 0;
    at.pair.set(at.side, at.path, { mode: mode | lent });
  },
  chown(at) {
    if (Deno.uid() !== 0) throw new Gone();
    need(at, ["file", "directory", "fifo", "symlink"]);
    const uid = at.random.below(3);
    const gid = at.random.below(3);
    at.pair.set(at.side, at.path, at.random.below(2) ? { uid } : { uid, gid });
  },
  delete(at) {
    need(at, ["file", "symlink", "fifo"]);
    at.pair.remove(at.side, at.path);
  },
  "delete anything"(at) {
    need(at, ["file", "symlink", "fifo", "directory"]);
    at.pair.remove(at.side, at.path);
  },
  create: (at) => put(beside(at), file(text(at)), []),
  "create a link": (at) => put(beside(at), link(target(at)), []),
  "create a pipe": (at) => put(beside(at), fifo(), []),
  "create a tree": (at) => put(beside(at), tree(at), []),
  "create inside"(at) {
    need(at, ["directory"]);
    put(beside({ ...at, path: `${at.path}/x` }), file(text(at)), []);
  },
  "become a file": (at) => {
    put(at, file(text(at)), ["directory", "symlink", "fifo"]);
  },
  "become a directory": (at) => {
    put(at, tree(at), ["file", "symlink", "fifo"]);
  },
  "become a link": (at) => {
    put(at, link(target(at)), ["file", "directory", "fifo"]);
  },
  "become a pipe": (at) => put(at, fifo(), ["file", "directory", "symlink"]),
  "point elsewhere": (at) => put(at, link(target(at)), ["symlink"]),
  rename(at) {
    need(at, ["file", "directory", "symlink", "fifo"]);
    at.pair.move(at.side, at.path, beside(at).path);
  },
  "move over"(at) {
    need(at, ["file", "symlink", "fifo"]);
    const over = at.random.pick(at.others);
    need({ ...at, path: over }, ["file", "symlink"]);
    at.pair.move(at.side, at.path, over);
  },
  "the same on both"(at) {
    const same = text(at);
    const piece = file(same, at.random.below(2) ? { at: 1e9 } : {});
    for (const side of ["initiator", "target"] as const) {
      put({ ...at, side }, piece, ["file"]);
    }
  },
  "other content, same time on both"(at) {
    for (const side of ["initiator", "target"] as const) {
      put({ ...at, side }, file(text(at), { at: 1e9 }), ["file"]);
    }
  },
  "new on both"(at) {
    const { path } = beside(at);
    for (const side of ["initiator", "target"] as const) {
      const piece = at.random.pick([
        // Without this, both may be made in one tick of the clock.
        file(text(at), { at: 1_600_000_000 + at.random.below(1e8) }),
        tree(at),
        link(target(at)),
        fifo(),
      ]);
      put({ ...at, side, path }, piece, []);
    }
  },
};

/** What is at a path, if it is of one of the kinds. */
function need({ pair, side, path }: Spot, kinds: readonly string[]) {
  const stat = pair.stat(side, path);
  if (stat === undefined || !kinds.includes(stat.kind)) throw new Gone();
  return stat;
}

/** Puts a piece in place of one of the kinds; of none, where nothing is. */
function put(at: Spot, piece: Piece, kinds: readonly string[]): void {
  const { pair, side, path } = at;
  if (kinds.length > 0) need(at, kinds);
  else if (pair.stat(side, path) !== undefined) throw new Gone();
  pair.put(side, { [path]: piece });
}

function beside(at: Spot): Spot {
  const { random, path } = at;
  const name = random.below(3) === 0
    ? random.pick(ODD_NAMES)
    : `new ${random.below(1e4)}`;
  return { ...at, path: path.slice(0, path.lastIndexOf("/") + 1) + name };
}

/** Content of a file that is not too large to be made a string. */
function content(at: Spot): string {
  if (need(at, ["file"]).size > 1e6) throw new Gone();
  return decodeName(at.pair.read(at.side, at.path));
}

/** Another content of the same length. */
function scrambled(was: string): string {
  const bytes = encodeName(was);
  const half = bytes.length >> 1;
  bytes[half] = (bytes[half] ?? 0) ^ 1;
  return decodeName(bytes);
}

function text({ random }: Spot): string {
  const length = random.pick([0, 1, 7, 7, 40, 40, 300, 5000, 200_000]);
  const word = random.below(2 ** 32).toString(36).padStart(7, "-");
  return word.repeat(Math.ceil(length / 7)).slice(0, length);
}

function target({ random }: Spot): string {
  return random.pick([
    ".",
    "..",
    "nowhere",
    "/etc/hostname",
    "../../..",
    "not utf-8 \udcff",
    `x${random.below(1000)}`,
  ]);
}

function tree(at: Spot): Piece {
  const { random } = at;
  const odd = random.pick(ODD_NAMES);
  return dir({
    empty: {},
    [odd]: text(at),
    deep: { er: { and: { deeper: text(at), [odd]: link(target(at)) } } },
  }, { mode: random.pick([0o755, 0o700, 0o2775]) });
}
