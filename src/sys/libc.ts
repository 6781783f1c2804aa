/** libc through Deno's FFI: the calls, their flags and what they left in errno. */

import { errnoName } from "./errno.ts";
import { SysError } from "./fs.ts";

const ARM = Deno.build.arch === "aarch64";

/** Numbers of the calls that some libc has no function for. */
export const SYSCALL = ARM
  ? { getdents64: 61, statx: 291, renameat2: 276 } as const
  : { getdents64: 217, statx: 332, renameat2: 316 } as const;

/** Flags of `openat`; two of them differ between architectures. */
export const O = {
  read: 0,
  readWrite: 0o2,
  create: 0o100,
  exclusive: 0o200,
  nonBlocking: 0o4000,
  directory: ARM ? 0o40000 : 0o200000,
  noFollow: ARM ? 0o100000 : 0o400000,
  noAtime: 0o1000000,
  closeOnExec: 0o2000000,
} as const;

/** Flags of the calls that end in `at`. */
export const AT = {
  currentDirectory: -100,
  noFollow: 0x100,
  removeDirectory: 0x200,
  noAutomount: 0x800,
  emptyPath: 0x1000,
} as const;

/** Signatures, as `Deno.dlopen` takes them. */
export const SIGNATURES = {
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  getdents64: {
    name: "syscall",
    parameters: ["i32", "i32", "buffer", "u32"],
    result: "i32",
  },
  statx: {
    name: "syscall",
    parameters: ["i32", "i32", "buffer", "i32", "u32", "buffer"],
    result: "i32",
  },
  renameat2: {
    name: "syscall",
    parameters: ["i32", "i32", "buffer", "i32", "buffer", "u32"],
    result: "i32",
  },
  readlinkat: { parameters: ["i32", "buffer", "buffer", "u32"], result: "i32" },
  mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  mkfifoat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  symlinkat: { parameters: ["buffer", "i32", "buffer"], result: "i32" },
  linkat: {
    parameters: ["i32", "buffer", "i32", "buffer", "i32"],
    result: "i32",
  },
  unlinkat: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  copy_file_range: {
    parameters: ["i32", "pointer", "i32", "pointer", "u32", "u32"],
    result: "i32",
  },
  ioctl: { parameters: ["i32", "u32", "i32"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  fchmodat: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
  fchownat: {
    parameters: ["i32", "buffer", "u32", "u32", "i32"],
    result: "i32",
  },
  futimens: { parameters: ["i32", "buffer"], result: "i32" },
  utimensat: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  fsync: { parameters: ["i32"], result: "i32" },
  syncfs: { parameters: ["i32"], result: "i32", nonblocking: true },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  fstatfs: { parameters: ["i32", "buffer"], result: "i32" },
  geteuid: { parameters: [], result: "u32" },
  __errno_location: { parameters: [], result: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The loaded library. */
export interface Libc {
  /** The calls; results are as in C. */
  readonly call: Deno.DynamicLibrary<typeof SIGNATURES>["symbols"];
  /** Name of the error of the last failed call; no other call may stand between. */
  readonly errno: () => string;
  /** The last failed call's error, of a handle or of a name in it. */
  readonly failure: (
    operation: string,
    handle: { readonly path: string },
    name?: string,
  ) => SysError;
}

const LIBRARIES = ["libc.so.6", `libc.musl-${Deno.build.arch}.so.1`];

/**
 * Loads libc, glibc or musl.
 *
 * @throws {AggregateError} If there is none, or the permission `ffi` is missing.
 */
export function loadLibc(): Libc {
  const call = openFirst(LIBRARIES);
  const location = call.__errno_location();
  if (location === null) throw new TypeError("Cannot find errno");
  const view = new Deno.UnsafePointerView(location);
  const errno = () => errnoName(view.getInt32());
  return {
    call,
    errno,
    failure(operation, { path }, name) {
      const code = errno();
      return new SysError(
        code,
        operation,
        name === undefined ? path : joinPath(path, name),
      );
    },
  };
}

/** The path of a name in a directory. */
export function joinPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

function openFirst(libraries: readonly string[]): Libc["call"] {
  const failures: unknown[] = [];
  for (const library of libraries) {
    try {
      return Deno.dlopen(library, SIGNATURES).symbols;
    } catch (failure) {
      failures.push(failure);
    }
  }
  throw new AggregateError(failures, "Cannot load libc");
}
