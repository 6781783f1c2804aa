/** Begins a new log where the old one has become large. */

/** How many older logs stay. */
const KEPT = 5;

/**
 * Renames a log that is too large to `.1`, the one before to `.2`, and so on.
 * Runs of several tasks may write to one log and come here at the same time:
 * one of them does it. What a run has open it goes on writing to.
 *
 * @throws {Error} If it cannot be renamed.
 */
export function rotateLog(path: string, maxBytes: number): void {
  if (!isLarge(path, maxBytes)) return;
  using file = Deno.openSync(path, { append: true });
  file.lockSync(true);
  // Whoever waited for the lock finds another log at the path, or none yet.
  if (!isAt(file, path)) return;
  for (let number = KEPT - 1; number > 0; number--) {
    rename(`${path}.${number}`, `${path}.${number + 1}`);
  }
  Deno.renameSync(path, `${path}.1`);
}

function isLarge(path: string, maxBytes: number): boolean {
  const found = lookAt(path);
  return found !== undefined && found.isFile && found.size > maxBytes;
}

function isAt(file: Deno.FsFile, path: string): boolean {
  const [open, found] = [file.statSync(), lookAt(path)];
  return open.ino === found?.ino && open.dev === found.dev;
}

function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Renames what may not be there. */
function rename(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
