/** Watches a run over two replicas for what must never happen. */

import { deepStrictEqual as equal, match } from "node:assert/strict";
import { printableName } from "@/core/name.ts";
import { opposite, type PerSide, perSide, SIDES } from "@/core/side.ts";
import type { Ran } from "./osync.ts";
import { differencesOf, type Replicas } from "./replicas.ts";
import { rsyncDifferences } from "./rsync.ts";

type Lines = Readonly<Record<string, string>>;

/** How two replicas look. */
export interface Look {
  /** Inodes and times. */
  readonly snapshot: Lines;
  /** Contents and attributes. */
  readonly sketch: PerSide<Lines>;
}

/** Takes down how two replicas look. */
export function lookOf(pair: Replicas): Look {
  return {
    snapshot: pair.snapshot(),
    sketch: perSide((side) => pair.sketch(side)),
  };
}

/**
 * Synchronises two edited replicas and checks everything that is promised
 * whatever the edits were: the exit code, equality, that nothing is lost, that
 * what only one side did is done, and that a second run has nothing to do.
 *
 * @param agreed How they looked after the last run; both were equal then.
 * @returns How they look now.
 */
export async function auditedSync(
  pair: Replicas,
  agreed: Look,
): Promise<{ readonly ran: Ran; readonly after: Look }> {
  const before = lookOf(pair);
  const ran = await pair.sync(["--allow-mass-deletion"]);
  const after = lookOf(pair);
  equal(differencesOf(after.sketch), []);
  equal(await rsyncDifferences(pair.roots), []);
  equal(lostContents(pair, before, after), []);
  equal(undoneEdits(agreed, before, after), []);
  const { stdout } = await pair.mustBeQuiet();
  match(stdout, /Nothing to do: both replicas are equal/);
  return { ran, after };
}

/** Contents that stood in a replica before and are nowhere now. */
export function lostContents(
  pair: Replicas,
  before: Look,
  after: Look,
): string[] {
  const there = new Set(SIDES.flatMap((side) => [
    ...contentsOf(after.sketch[side]),
    ...contentsOf(pair.keptSketch(side, "backup")),
    ...contentsOf(pair.keptSketch(side, "deleted")),
  ]));
  return SIDES.flatMap((side) => [...contentsOf(before.sketch[side])])
    .filter((content) => !there.has(content));
}

/** The last words of a sketch's line name the content. */
function* contentsOf(sketch: Lines): Generator<string> {
  const pattern = /^(?:file \S+ \S+ \S+|symlink \S+) ([^]*)$/;
  for (const line of Object.values(sketch)) {
    const content = pattern.exec(line)?.[1];
    if (content !== undefined) yield content;
  }
}

/** Paths at which one side was edited, the other not, and the edit is not what both have now. */
export function undoneEdits(
  agreed: Look,
  before: Look,
  after: Look,
): string[] {
  const paths = new Set(
    [agreed, before].flatMap(({ sketch }) =>
      SIDES.flatMap((side) => Object.keys(sketch[side]))
    ),
  );
  const undone: string[] = [];
  for (const path of paths) {
    for (const side of SIDES) {
      if (!isDecidedBy(side, path, { agreed, before })) continue;
      const [wanted, got] = [before, after].map((look) =>
        look.sketch[side][path]
      );
      if (wanted !== got) {
        undone.push(
          `${side} ${printableName(path)}: ${wanted ?? "nothing"}, not ${
            got ?? "nothing"
          }`,
        );
      }
    }
  }
  return undone;
}

/** Whether only this side touched a path that is no directory, and nothing above it is in the way. */
function isDecidedBy(
  side: "initiator" | "target",
  path: string,
  { agreed, before }: { readonly agreed: Look; readonly before: Look },
): boolean {
  const [mine, other] = [side, opposite(side)].map((each) => {
    const key = `${each}/${path === "." ? "" : path}`;
    return agreed.snapshot[key] === before.snapshot[key];
  });
  if (mine || !other) return false;
  const lines = [agreed, before].flatMap(({ sketch }) =>
    SIDES.map((each) => sketch[each][path])
  );
  if (lines.some((line) => line?.startsWith("directory"))) return false;
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    const above = SIDES.map((each) => before.sketch[each][path.slice(0, at)]);
    if (above.some((line) => line && !line.startsWith("directory"))) {
      return false;
    }
  }
  return true;
}
