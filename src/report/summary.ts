/** The list of changes that `--summary` prints. */

import { printableName } from "@/core/name.ts";
import { comparePaths } from "@/core/path.ts";
import type { RelPath } from "@/core/path.ts";
import { SIDES } from "@/core/side.ts";
import type { PerSide, Side } from "@/core/side.ts";
import type { Action } from "@/core/step.ts";
import type { ChangeVerb } from "@/core/plan.ts";
import type { SyncEvent } from "./events.ts";

/** One change, as much of it as the list needs. */
export interface Change {
  /** Which side changed. */
  readonly side: Side;
  /** How. */
  readonly verb: ChangeVerb;
  /** Where. */
  readonly path: RelPath;
  /** Whether it is, or was, a directory. */
  readonly isDirectory: boolean;
}

/** The change in an event; `undefined` if it did not happen. */
export function changeOf(
  event: SyncEvent & { readonly kind: "changed" },
): Change | undefined {
  if (event.outcome !== undefined && event.outcome.kind !== "done") {
    return undefined;
  }
  const { side, verb, action } = event;
  return { side, verb, path: action.path, isDirectory: isDirectory(action) };
}

function isDirectory(action: Action): boolean {
  const node = action.kind === "remove" ? action.expect : action.entry;
  return node.kind === "directory";
}

/** `UPDATE >> /target/path`; `<<` is a change on the initiator. */
export function changeText(change: Change, replicas: PerSide<string>): string {
  const direction = change.side === "target" ? ">>" : "<<";
  const path = fullPath(replicas[change.side], change.path);
  return `${change.verb.toUpperCase()} ${direction} ${path}${
    change.isDirectory && change.path !== "" ? "/" : ""
  }`;
}

/** A path in a replica as a person may read it. */
export function fullPath(replica: string, path: RelPath): string {
  const slash = path === "" || replica.endsWith("/") ? "" : "/";
  return printableName(`${replica}${slash}${path}`);
}

const BLOCKS: readonly (readonly [string, readonly ChangeVerb[]])[] = [
  ["Attributes", ["attributes", "timestamp"]],
  ["Transfers", ["create", "update"]],
  ["Deletions", ["delete"]],
];

/** Lines of the summary: a block for each sort of change there is, then four counters. */
export function summaryLines(
  changes: readonly Change[],
  replicas: PerSide<string>,
): string[] {
  const sorted = changes.toSorted((a, b) =>
    comparePaths(a.path, b.path) || a.side.localeCompare(b.side)
  );
  const blocks = BLOCKS.flatMap(([heading, verbs]) => {
    const lines = sorted.filter(({ verb }) => verbs.includes(verb))
      .map((change) => changeText(change, replicas));
    return lines.length === 0
      ? []
      : [`${heading}: INITIATOR << >> TARGET`, ...lines];
  });
  return [...blocks, ...counterLines(changes)];
}

function counterLines(changes: readonly Change[]): string[] {
  const counts = (side: Side, verbs: readonly ChangeVerb[]) =>
    changes.filter((change) =>
      change.side === side && verbs.includes(change.verb)
    ).length;
  return [
    ...SIDES.map((side) =>
      `Updates on ${side}: ${counts(side, ["create", "update", "attributes"])}`
    ),
    ...SIDES.map((side) => `Deletions on ${side}: ${counts(side, ["delete"])}`),
  ];
}
