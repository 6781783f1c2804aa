/**
 * The system calls over Deno's own APIs, for other systems and where FFI is denied.
 *
 * Directories are paths, so one that somebody moves meanwhile is not followed.
 * Times are cut to milliseconds, names that are not UTF-8 cannot be used, links
 * keep the time and the owner they get, pipes cannot be made, and free space is
 * not known. A file that was written is on the disk once it is closed.
 */

import type { FileSystem } from "./fs.ts";
import { createLooking } from "./portable_look.ts";
import { createNaming } from "./portable_names.ts";
import { createOpening } from "./portable_open.ts";

/** Nobody's: there are no user ids on this system. */
const NO_UID = 0xffff_ffff;

/** The implementation that runs everywhere. */
export function createPortable(): FileSystem {
  return {
    name: "portable",
    abilities: {
      timeStep: 1_000_000,
      rawNames: false,
      atomicRename: false,
      linkTimes: false,
    },
    uid: Deno.uid() ?? NO_UID,
    ...createLooking(),
    ...createOpening(),
    ...createNaming(),
  };
}
