/** Reads contents to tell whether they are the same. */

import type { Hash } from "node:crypto";
import type { Digest, FileEntry } from "@/core/entry.ts";
import type { RelPath } from "@/core/path.ts";
import { SysError } from "@/sys/fs.ts";
import type { Pause } from "./content.ts";
import { isSameFile } from "./expect.ts";
import { Turns } from "./pause.ts";
import { entryOfStat } from "./scan.ts";
import type { Tree } from "./tree.ts";

/** A file whose content is to be read. */
export interface DigestRequest {
  /** Where. */
  readonly path: RelPath;
  /** What the scan saw there. */
  readonly expect: FileEntry;
}

/** The digest, or why there is none. */
export type DigestResult =
  | { readonly digest: Digest }
  | {
    /** In words. */
    readonly problem: string;
    /** It changed meanwhile: the next run may have more luck. */
    readonly transient: boolean;
  };

const buffer = new Uint8Array(128 * 1024);

/**
 * Reads files of a local tree, in the order of the requests.
 *
 * @throws The signal's reason.
 */
export async function* digestFiles(
  tree: Tree,
  requests: readonly DigestRequest[],
  signal: AbortSignal,
): AsyncGenerator<DigestResult> {
  if (requests.length === 0) return;
  // Imported when needed: it costs as much start-up time as everything else.
  const { createHash } = await import("node:crypto");
  const start = () => createHash("sha256");
  const turns = new Turns();
  const pause = () => turns.take(signal);
  tree.forget();
  for (const request of requests) {
    await pause();
    yield await digestFile(tree, request, { start, pause });
  }
}

/** Reads a file of a local tree. A file that is not, or no longer, what was expected has no digest. */
async function digestFile(
  tree: Tree,
  request: DigestRequest,
  { start, pause }: { readonly start: () => Hash; readonly pause: Pause },
): Promise<DigestResult> {
  const { fs } = tree;
  try {
    const { dir, name } = tree.place(request.path);
    const file = fs.openFile(dir, name);
    try {
      const isExpected = (): boolean => {
        const stat = fs.statOpen(file);
        return isSameFile(entryOfStat(stat), request.expect, stat.links);
      };
      if (!isExpected()) return CHANGED;
      const hash = start();
      await update(hash, () => fs.read(file, buffer), pause);
      if (!isExpected()) return CHANGED;
      return { digest: `sha256:${hash.digest("hex")}` as Digest };
    } finally {
      fs.close(file);
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return error.code === "ENOENT" ? CHANGED : {
      problem: error.reason,
      transient: false,
    };
  }
}

const CHANGED: DigestResult = {
  problem: "it changed while it was read",
  transient: true,
};

async function update(
  hash: Hash,
  read: () => number,
  pause: Pause,
): Promise<void> {
  for (let pieces = 1;; pieces++) {
    const length = read();
    if (length === 0) return;
    hash.update(buffer.subarray(0, length));
    if (pieces % 128 === 0) await pause(0);
  }
}
