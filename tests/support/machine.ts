/** What a test does to the machine: mounts, owners, flags. Everything is undone on disposal. */

const decoder = new TextDecoder();

/** Whether this process runs as root, who in a container may still not mount. */
export const isRoot: boolean = Deno.uid() === 0;

/**
 * Runs a command to its end.
 *
 * @returns What it printed.
 * @throws {Error} If it fails.
 */
export function sh(command: string, ...args: string[]): string {
  const { success, stdout, stderr } = new Deno.Command(command, { args })
    .outputSync();
  if (!success) {
    throw new Error(`${command} ${args.join(" ")}: ${decoder.decode(stderr)}`);
  }
  return decoder.decode(stdout);
}

/** Whether a command is installed; it must know `--version`. */
export function has(command: string): boolean {
  try {
    return new Deno.Command(command, { args: ["--version"] }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** Something mounted somewhere, until disposed of. */
export class Mount implements Disposable {
  readonly #path: string;

  /** @param args For `mount`, before the place. */
  constructor(path: string, ...args: string[]) {
    Deno.mkdirSync(path, { recursive: true });
    sh("mount", ...args, path);
    this.#path = path;
  }

  /** A filesystem in memory. */
  static memory(path: string, size: string): Mount {
    return new Mount(path, "-t", "tmpfs", "-o", `size=${size}`, "tmpfs");
  }

  /** An ext4 in a file beside the place. */
  static ext4(path: string, size: string): Mount {
    const image = `${path}.image`;
    sh("truncate", "-s", size, image);
    sh("mkfs.ext4", "-q", "-m", "0", image);
    const mount = Mount.again(path);
    Deno.removeSync(`${path}/lost+found`);
    return mount;
  }

  /** A btrfs of which so much may be used. */
  static quota(path: string, size: string): Mount {
    const image = `${path}.image`;
    sh("truncate", "-s", "200M", image);
    sh("mkfs.btrfs", "-q", image);
    const mount = Mount.again(path);
    try {
      sh("btrfs", "quota", "enable", path);
      sh("btrfs", "qgroup", "limit", size, path);
    } catch (error) {
      mount[Symbol.dispose]();
      throw error;
    }
    return mount;
  }

  /** An ext4 in which names that differ in case only are the same. */
  static casefold(path: string): Mount {
    const image = `${path}.image`;
    sh("truncate", "-s", "32M", image);
    sh("mkfs.ext4", "-q", "-m", "0", "-O", "casefold", image);
    const mount = Mount.again(path);
    Deno.removeSync(`${path}/lost+found`);
    sh("chattr", "+F", path);
    return mount;
  }

  /** A vfat in a file beside the place. */
  static vfat(path: string): Mount {
    const image = `${path}.image`;
    sh("truncate", "-s", "32M", image);
    sh("mkfs.vfat", image);
    return Mount.again(path);
  }

  /** Mounts what is in the file beside the place once more. */
  static again(path: string): Mount {
    return new Mount(path, "-o", "loop", `${path}.image`);
  }

  /** Unmounts. */
  [Symbol.dispose](): void {
    sh("umount", this.#path);
  }
}

/** A file or directory with a flag of `chattr`, until disposed of. */
export class Flagged implements Disposable {
  readonly #path: string;
  readonly #flag: string;

  /** @param flag `i` for immutable, `a` for append-only. */
  constructor(path: string, flag: "i" | "a") {
    sh("chattr", `+${flag}`, path);
    this.#path = path;
    this.#flag = flag;
  }

  /** Takes the flag away. */
  [Symbol.dispose](): void {
    sh("chattr", `-${this.#flag}`, this.#path);
  }
}

/** A file that not even root can change, until disposed of. */
export class Immutable extends Flagged {
  /** @param path Of a file or directory. */
  constructor(path: string) {
    super(path, "i");
  }
}

/** Whether files here can be made immutable. */
export function canBeImmutable(): boolean {
  return works((path) => {
    Deno.writeTextFileSync(path, "");
    return new Immutable(path);
  });
}

/** Whether this process may mount. */
export function canMount(): boolean {
  return mounts ??= works((path) => Mount.memory(path, "64k"));
}

/** Whether it may mount an ext4 in a file, and there is a tool that makes one. */
export function canMountExt4(): boolean {
  return mountsExt4 ??= works((path) => Mount.ext4(path, "8M"));
}

/** Whether it may make devices. */
export function canMakeDevices(): boolean {
  return works((path) => {
    sh("mknod", path, "c", "1", "5");
    return { [Symbol.dispose]() {} };
  });
}

/** Whether it may mount one with a quota. */
export function canMountQuota(): boolean {
  return works((path) => Mount.quota(path, "8M"));
}

/** Whether it may mount one that is blind to case. */
export function canMountBlind(kind: "casefold" | "vfat"): boolean {
  return works((path) => Mount[kind](path));
}

let mounts: boolean | undefined;
let mountsExt4: boolean | undefined;

/** Tries it with a path at which there is nothing. */
function works(attempt: (path: string) => Disposable): boolean {
  if (!isRoot) return false;
  const directory = Deno.makeTempDirSync();
  try {
    using _ = attempt(`${directory}/it`);
    return true;
  } catch {
    return false;
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}
