/** The same decision with its sides swapped, and what makes two decisions the same. */

import type { Node } from "@/core/entry.ts";
import type { RelPath } from "@/core/path.ts";
import type { Policy } from "@/core/policy.ts";
import { mapSides, opposite, type PerSide } from "@/core/side.ts";
import type { Row, Step } from "@/core/step.ts";

/** A pair with its sides swapped. */
export function mirrored<T>(pair: PerSide<T>): PerSide<T> {
  return { initiator: pair.target, target: pair.initiator };
}

/** The policy that treats each side as `policy` treats the other one. */
export function mirroredPolicy(policy: Policy): Policy {
  return {
    ...policy,
    prevalence: opposite(policy.prevalence),
    direction: policy.direction === "both"
      ? "both"
      : opposite(policy.direction),
    skipDeletion: mirrored(policy.skipDeletion),
    holds: mirrored(policy.holds),
  };
}

/** The steps by path, without words for people, and without stamps where they mean nothing. */
export function decisions(steps: Iterable<Step>): Map<RelPath, unknown[]> {
  const plain = [...steps].map(({ conflict, reason: _, ...step }) => ({
    ...step,
    result: stampless(step.result),
    actions: mapSides(
      step.actions,
      (action) =>
        action && "entry" in action
          ? { ...action, entry: stampless(action.entry) }
          : action,
    ),
    conflict: conflict && { ...conflict, reason: "" },
  }));
  return Map.groupBy(plain, ({ path }) => path);
}

function stampless(node: Node): unknown {
  if (node === undefined || node.kind === "unknown") return node;
  const { stamp: _, ...rest } = node;
  return rest;
}

/** A row with its sides swapped. */
export function mirroredRow(row: Row): Row {
  return { ...row, base: mirrored(row.base), now: mirrored(row.now) };
}

/** A step with its sides swapped. */
export function mirroredStep({ conflict, ...step }: Step): Step {
  return {
    ...step,
    actions: mirrored(step.actions),
    now: mirrored(step.now),
    ...conflict && {
      conflict: {
        ...conflict,
        winner: conflict.winner === "initiator" ? "target" : "initiator",
        nodes: mirrored(conflict.nodes),
      },
    },
  };
}
