/** What a replica tells about itself. */

import type { Dir, FileSystem } from "@/sys/fs.ts";
import { hostId } from "@/sys/host.ts";
import type { Description } from "./replica.ts";
import {
  identitiesOfMissing,
  identitiesUp,
  isEmptyRoot,
  openNearest,
} from "./root.ts";

/** Describes a root; one that is missing, by the directory it would be made in. */
export function describeRoot(
  fs: FileSystem,
  path: string,
  root: Dir | undefined,
): Description {
  const dir = root ?? openNearest(fs, path);
  try {
    const volume = fs.volume(dir);
    return {
      path,
      host: hostId(),
      identities: root === undefined
        ? identitiesOfMissing(fs, path)
        : identitiesUp(fs, root),
      volume: volume.id,
      holds: {
        mode: volume.ownership,
        owner: volume.ownership && fs.uid === 0,
        group: volume.ownership,
        timeStep: Math.max(volume.timeStep, fs.abilities.timeStep),
      },
      free: volume.free,
      empty: root === undefined || isEmptyRoot(fs, root),
    };
  } finally {
    if (root === undefined) fs.close(dir);
  }
}
