/** Edits while a run is on, between any two of its system calls. */

import fc from "fast-check";
import { WORK_DIRECTORY } from "@/core/path.ts";
import { opposite, type Side, SIDES } from "@/core/side.ts";
import {
  type Call,
  EVERY,
  FaultyFileSystem,
  type WatchedCall,
} from "../support/faulty_fs.ts";
import type { Replicas } from "../support/replicas.ts";
import { act, type Edit, pick } from "./edit.ts";
import { arbEdit } from "./history.ts";
import { treesOf } from "./tree.ts";
import type { Witness } from "./witness.ts";

/** An edit while a run is on. */
export interface Intrusion {
  /** While the run looks, or while it makes its changes and records them. */
  readonly phase: "looking" | "acting";
  /** Before which call of that phase, or before any. */
  readonly call: WatchedCall | "any";
  /** Before which of them, counted from 0. */
  readonly nth: number;
  /** At the path of that call, at this path on the other side, or anywhere on a side. */
  readonly where: "there" | "across" | Side;
  /** What is done. */
  readonly edit: Edit;
}

/** Calls around which most can go wrong. */
const CALLS = [
  "rename",
  "stat",
  "statOpen",
  "createFile",
  "setTimeOpen",
  "setModeOpen",
  "openDirectory",
  "openFile",
  "read",
  "removeFile",
  "removeDirectory",
  "makeDirectory",
  "sync",
] as const satisfies readonly WatchedCall[];

/** Intrusions of all sorts, most of them while changes are made. */
export const arbIntrusion: fc.Arbitrary<Intrusion> = fc.record({
  phase: fc.constantFrom("acting", "acting", "acting", "looking"),
  call: fc.oneof(
    fc.constantFrom("any" as const, "rename" as const),
    fc.constantFrom(...CALLS),
  ),
  nth: fc.oneof(fc.nat(3), fc.nat(30), fc.nat(120)),
  where: fc.constantFrom("there", "there", "there", "across", ...SIDES),
  // An edit of the same size that puts the time back cannot be seen any more
  // once a rename has changed the ctime.
  edit: arbEdit.filter(({ deed, time }) => deed !== "scramble" || time !== 1),
}, { noNullPrototype: true });

/** What an intruder works with. */
export interface Scene {
  /** The replicas. */
  readonly pair: Replicas;
  /** Remembers what is done. */
  readonly witness: Witness;
  /** New content, told by the number in the edit. */
  readonly write: (text: number) => string;
  /** Whether the run makes its changes by now. */
  readonly isLate: () => boolean;
  /** Told of each moment that comes. */
  readonly onMoment: () => void;
  /** Told of each edit that is done then. */
  readonly onEdit: (line: string) => void;
}

/** Edits at the given moments until disposed of. */
export function intruder(
  scene: Scene,
  intrusions: readonly Intrusion[],
): FaultyFileSystem {
  const counts = new Map<string, number>();
  let isBusy = false;
  const before = (call: Call) => {
    // The edits make calls as well.
    if (isBusy) return;
    isBusy = true;
    try {
      const phase = scene.isLate() ? "acting" : "looking";
      for (const name of [call.name, "any"]) {
        const moment = `${phase}, ${name}`;
        const nth = counts.get(moment) ?? 0;
        counts.set(moment, nth + 1);
        for (const intrusion of intrusions) {
          if (`${intrusion.phase}, ${intrusion.call}` !== moment) continue;
          if (intrusion.nth !== nth) continue;
          scene.onMoment();
          intrude(scene, intrusion, call);
        }
      }
    } finally {
      isBusy = false;
    }
  };
  return new FaultyFileSystem({ before }, EVERY);
}

function intrude(
  { pair, witness, write, isLate, onEdit }: Scene,
  { where, edit }: Intrusion,
  call: Call,
): void {
  const spot = where === "there" || where === "across"
    ? spotOf(pair, call)
    : undefined;
  const side = sideOf(where, spot?.side);
  const paths = [...treesOf(pair)[side].keys()];
  const path = spot?.path ?? pick(paths, edit.at);
  const place = { pair, side, path, paths, write };
  const line = witness.watch(isLate(), () => {
    return act(place, edit) ?? act(place, { ...edit, deed: "put" }) ??
      act(place, { ...edit, deed: "create a file" });
  });
  if (line !== undefined) {
    onEdit(`  before ${call.name} ${pathsOf(call).join(" ")} ${line}`);
  }
}

function sideOf(where: Intrusion["where"], there: Side | undefined): Side {
  if (where === "initiator" || where === "target") return where;
  if (there === undefined) return "initiator";
  return where === "across" ? opposite(there) : there;
}

/** An open directory or file, or a name in one. */
interface Handle {
  readonly path?: string;
  readonly dir?: { readonly path: string };
  readonly name?: string;
}

/** Absolute paths a call is about. */
function pathsOf({ args }: Call): string[] {
  const [first, second] = args as [Handle, unknown];
  if (first.dir !== undefined) {
    const spots = args.slice(0, 2) as Handle[];
    return spots.map(({ dir, name }) => `${dir?.path}/${name}`);
  }
  const path = typeof second === "string"
    ? `${first.path}/${second}`
    : `${first.path}`;
  return [path];
}

/** The place in a replica that a call is about. */
function spotOf(
  pair: Replicas,
  call: Call,
): { readonly side: Side; readonly path: string } | undefined {
  for (const each of pathsOf(call)) {
    for (const side of SIDES) {
      const root = `${pair.path(side)}/`;
      const path = each.slice(root.length);
      if (!each.startsWith(root) || path.startsWith(WORK_DIRECTORY)) continue;
      return { side, path };
    }
  }
  return undefined;
}
