/** Replaces a text file and keeps the one it replaces. */

import { encodeName } from "@/core/name.ts";

/**
 * Gives a file a new text; at no moment is there half of it, or none.
 *
 * @param path Absolute; a link to the file stays one.
 * @returns Where the file as it was is kept: a name that nothing had.
 */
export function replaceFile(path: string, text: string): string {
  const real = Deno.realPathSync(path);
  const kept = keep(real, path);
  const { mode, uid, gid } = Deno.statSync(real);
  const incoming = `${real}.${Deno.pid}.new`;
  const file = Deno.openSync(incoming, {
    createNew: true,
    write: true,
    mode: 0o600,
  });
  try {
    let rest = encodeName(text);
    while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
    if (uid !== null && gid !== null) giveTo(incoming, uid, gid);
    if (mode !== null) Deno.chmodSync(incoming, mode & 0o7777);
    file.syncDataSync();
    Deno.renameSync(incoming, real);
  } catch (error) {
    Deno.removeSync(incoming);
    throw error;
  } finally {
    file.close();
  }
  return kept;
}

/** The old file under a second name, or its copy where that cannot be. */
function keep(real: string, path: string): string {
  for (let number = 0;; number++) {
    const name = `${path}.save${number === 0 ? "" : `.${number}`}`;
    try {
      Deno.linkSync(real, name);
      return name;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) continue;
      if (exists(name)) continue;
    }
    Deno.copyFileSync(real, name);
    return name;
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Who may write a file need not own it. */
function giveTo(path: string, uid: number, gid: number): void {
  try {
    Deno.chownSync(path, uid, gid);
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
  }
}
