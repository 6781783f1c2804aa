/** Which machine this is, since when it runs, and which processes live on it. */

/** Identifies this machine, across reboots. */
export function hostId(): string {
  return readText("/etc/machine-id")?.trim() || Deno.hostname();
}

/** Identifies the time since the last boot; empty where the system does not tell. */
export function bootId(): string {
  return readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}

/**
 * When a process started, in clock ticks since boot.
 *
 * @returns `undefined` if there is no such process, or the system does not tell.
 */
export function processStart(pid: number): number | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command's name comes second, in parentheses, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const start = Number(fields[19]);
  return Number.isFinite(start) ? start : undefined;
}

/** Ticks of {@linkcode processStart} in a second, on every Linux. */
const TICKS = 100;

/** When a process started, milliseconds since 1970; accurate to a second or two. */
export function processStartTime(pid: number): number | undefined {
  const start = processStart(pid);
  const boot = /^btime (\d+)$/m.exec(readText("/proc/stat") ?? "")?.[1];
  if (start === undefined || boot === undefined) return undefined;
  return Number(boot) * 1000 + start * 1000 / TICKS;
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
