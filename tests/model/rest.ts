/** How a run is made, and that it has left nothing to do. */

import type { PerSide } from "@/core/side.ts";
import { type Ran, runHere } from "../support/osync.ts";
import { differencesOf, type Replicas } from "../support/replicas.ts";
import { hasTwins, type Tree } from "./tree.ts";

/** What a run is started with: without `--checksum`, some new files would be taken for the same. */
export function optionsFor(ancestor: Tree, trees: PerSide<Tree>): string[] {
  const checksum = hasTwins(ancestor, trees) ? ["--checksum"] : [];
  return ["--allow-mass-deletion", ...checksum];
}

/** What differs between both replicas. */
export function inequality(pair: Replicas): string[] {
  return differencesOf({
    initiator: pair.sketch("initiator"),
    target: pair.sketch("target"),
  });
}

/** A run that does not wait until what was just done has settled. */
export async function runAtOnce(
  pair: Replicas,
  options: readonly string[] = [],
): Promise<Ran> {
  const { initiator, target } = pair.roots;
  return await runHere(
    [`--initiator=${initiator}`, `--target=${target}`, ...options],
    { env: { LOGFILE: `${pair.home}/log` }, cwd: pair.home },
  );
}

/** What is wrong with another run, right after one without problems: it must do nothing, and say so. */
export async function unrest(pair: Replicas): Promise<string[]> {
  const before = JSON.stringify(pair.snapshot());
  const { code, events, stdout } = await runAtOnce(pair);
  const after = JSON.stringify(pair.snapshot());
  const wrong = {
    [`ends with ${code}`]: code !== 0,
    "changes something": events.some(({ kind }) => kind === "changed"),
    "does not say so": !stdout.includes("Nothing to do"),
    "writes to a replica": before !== after,
  };
  return Object.entries(wrong).filter(([, isSo]) => isSo)
    .map(([what]) => `The run that has nothing to do ${what}`);
}
