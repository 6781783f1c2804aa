/** rsync as a judge of what two trees have in common. */

import { WORK_DIRECTORY } from "@/core/path.ts";
import { type PerSide, SIDES } from "@/core/side.ts";
import { opposite } from "@/core/side.ts";

let installed: boolean | undefined;

/** Whether rsync is there. */
export function hasRsync(): boolean {
  installed ??= isThere();
  return installed;
}

function isThere(): boolean {
  try {
    return new Deno.Command("rsync", { args: ["--version"] }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** What `rsync -aic --delete` would do, each way; nothing where rsync is not installed. */
export async function rsyncDifferences(
  roots: PerSide<string>,
): Promise<string[]> {
  if (!hasRsync()) return [];
  const lines: string[] = [];
  for (const side of SIDES) {
    const { stdout, stderr } = await new Deno.Command("rsync", {
      args: [
        "-anicJ",
        "--delete",
        `--exclude=/${WORK_DIRECTORY}`,
        `${roots[side]}/`,
        `${roots[opposite(side)]}/`,
      ],
      env: { LC_ALL: "C" },
      // The project may be where only its owner may go, and this somebody else.
      cwd: "/",
    }).output();
    const decoder = new TextDecoder();
    const text = decoder.decode(stdout) + decoder.decode(stderr);
    lines.push(
      ...text.split("\n").filter((line) => line !== "")
        .map((line) => `rsync from ${side}: ${line}`),
    );
  }
  return lines;
}
