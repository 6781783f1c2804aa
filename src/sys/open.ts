/** Which implementation of the system calls serves this process. */

import type { FileSystem } from "./fs.ts";
import { createLinux } from "./linux.ts";
import { createPortable } from "./portable.ts";

const opened = new Map<FileSystem["name"], FileSystem>();

/**
 * The system calls: libc's on Linux where FFI is granted, else Deno's. The same
 * object every time; never asks the user for a permission.
 *
 * @param prefer Takes this one if it can be had.
 */
export function openFileSystem(
  prefer: FileSystem["name"] = "linux",
): FileSystem {
  const known = opened.get(prefer);
  if (known !== undefined) return known;
  const linux = prefer === "linux" ? tryLinux() : undefined;
  const fs = linux ?? opened.get("portable") ?? createPortable();
  opened.set(prefer, fs).set(fs.name, fs);
  return fs;
}

function tryLinux(): FileSystem | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const { state } = Deno.permissions.querySync({ name: "ffi" });
  if (state !== "granted") return undefined;
  try {
    return createLinux();
  } catch (failure) {
    if (failure instanceof AggregateError) return undefined;
    throw failure;
  }
}
