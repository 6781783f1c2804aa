/** Where a replica is. */

/** A directory of this machine, or one reached over ssh. */
export type Location =
  | {
    /** Discriminates the union. */
    readonly kind: "local";
    /** Absolute. */
    readonly path: string;
  }
  | {
    /** Discriminates the union. */
    readonly kind: "ssh";
    /** Absent where ssh decides. */
    readonly user?: string;
    /** Name or address, an IPv6 address without its brackets. */
    readonly host: string;
    /** Absent where ssh decides. */
    readonly port?: number;
    /** Absolute, or relative to the home directory there. */
    readonly path: string;
  };

/** What relative paths and `~` stand for. */
export interface Surroundings {
  /** The working directory, absolute. */
  readonly cwd: string;
  /** Absolute; absent where the environment names none. */
  readonly home?: string;
}

/**
 * Reads a replica as users write it: a path, or `ssh://[user@]host[:port]/path`.
 *
 * @throws {RangeError} If it is neither; the message completes "Cannot use X: ".
 */
export function parseLocation(text: string, around: Surroundings): Location {
  // As rsync and scp write it; taken for a path, CREATE_DIRS would make it.
  if (/^[^/@]+@[^/:]+:/.test(text)) {
    throw new RangeError(
      `another machine is ssh://user@host//path; a directory of that name is ./${text}`,
    );
  }
  return text.startsWith("ssh://")
    ? parseUri(text.slice("ssh://".length))
    : { kind: "local", path: absolutePath(text, around) };
}

function parseUri(rest: string): Location {
  const slash = rest.indexOf("/");
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? "" : tidyPath(rest.slice(slash + 1));
  const at = authority.lastIndexOf("@");
  const found = /^(?:\[([^\]\s]*:[^\]\s]*)\]|([^:[\]\s]+))(?::([0-9]{1,5}))?$/
    .exec(authority.slice(at + 1));
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3] ?? "22");
  // A host that begins with a dash would be an option of ssh.
  if (
    host === undefined || host.startsWith("-") || port < 1 || port > 65535 ||
    at === 0 || authority.startsWith("-") || path === ""
  ) {
    throw new RangeError("it must look like ssh://user@host:22//path");
  }
  return {
    kind: "ssh",
    ...(at > 0 ? { user: authority.slice(0, at) } : {}),
    host,
    ...(found?.[3] === undefined ? {} : { port }),
    path,
  };
}

/**
 * Makes a path absolute: `~` and `~/x` are below the home directory, other
 * relative ones below the working directory. `..` stays, because only the
 * filesystem knows what it means behind a link.
 *
 * @throws {RangeError} If it holds a NUL, or `~` and there is no home.
 */
export function absolutePath(text: string, around: Surroundings): string {
  if (text.includes("\0")) throw new RangeError("a path cannot hold a NUL");
  if (text !== "~" && !text.startsWith("~/")) {
    return tidyPath(text.startsWith("/") ? text : `${around.cwd}/${text}`);
  }
  if (around.home === undefined) {
    throw new RangeError("HOME is not set, so ~ means nothing");
  }
  return tidyPath(`${around.home}/${text.slice(1)}`);
}

/** Drops empty and `.` components and the last slash. */
function tidyPath(path: string): string {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  return `${path.startsWith("/") ? "/" : ""}${names.join("/")}`;
}

/** A location as it is printed: the path, or the URI. */
export function locationText(location: Location): string {
  if (location.kind === "local") return location.path;
  const { user, host, port, path } = location;
  const name = host.includes(":") ? `[${host}]` : host;
  return `ssh://${user === undefined ? "" : `${user}@`}${name}${
    port === undefined ? "" : `:${port}`
  }/${path}`;
}
