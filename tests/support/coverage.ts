/** Judges which lines the tests run; reads what `deno coverage --lcov` writes. */

import { relative } from "node:path";
import { filesBelow } from "./files.ts";

/** Lines of one file. */
export interface Lines {
  /** Lines with code. */
  readonly found: number;
  /** Lines that ran. */
  readonly hit: number;
}

/** What is expected of the files below a folder. */
export interface Threshold {
  /** Folder, with a slash at its end. */
  readonly folder: string;
  /** Least share of its lines that must run. */
  readonly percent: number;
}

const THRESHOLDS: readonly Threshold[] = [
  { folder: "src/core/", percent: 95 },
  { folder: "src/", percent: 85 },
];

/** Reads an lcov report: lines by file, paths as the report has them. */
export function parseLcov(text: string): Map<string, Lines> {
  const files = new Map<string, Lines>();
  let [path, found, hit] = ["", 0, 0];
  for (const line of text.split("\n")) {
    const [key, value = ""] = line.split(":", 2);
    if (key === "SF") [path, found, hit] = [line.slice(3), 0, 0];
    else if (key === "DA") {
      found++;
      if (!value.endsWith(",0")) hit++;
    } else if (key === "end_of_record") files.set(path, { found, hit });
  }
  return files;
}

/** Share of the lines below a folder that ran, in percent. */
export function share(
  files: ReadonlyMap<string, Lines>,
  folder: string,
): number {
  let [found, hit] = [0, 0];
  for (const [path, lines] of files) {
    if (!path.startsWith(folder)) continue;
    found += lines.found;
    hit += lines.hit;
  }
  return found === 0 ? 0 : 100 * hit / found;
}

/** Files with code that no test has loaded; those with types alone have none. */
export async function unseenFiles(
  root: string,
  files: ReadonlyMap<string, Lines>,
): Promise<string[]> {
  const unseen: string[] = [];
  for (const path of filesBelow(root, "src")) {
    if (files.has(path)) continue;
    const module = await import(`${root}/${path}`);
    if (Object.keys(module).length > 0) unseen.push(path);
  }
  return unseen;
}

function judge(
  files: ReadonlyMap<string, Lines>,
  { folder, percent }: Threshold,
): boolean {
  const covered = share(files, folder);
  const text = `${folder} ${
    covered.toFixed(1)
  } % of lines, at least ${percent}`;
  print(covered < percent ? `too low: ${text}` : text);
  return covered >= percent;
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) {
  const root = Deno.cwd();
  const files = new Map<string, Lines>();
  const text = await new Response(Deno.stdin.readable).text();
  for (const [path, lines] of parseLcov(text)) {
    files.set(relative(root, path), lines);
  }
  const unseen = await unseenFiles(root, files);
  for (const path of unseen) print(`never loaded by a test: ${path}`);
  const enough = THRESHOLDS.map((threshold) => judge(files, threshold));
  if (unseen.length > 0 || enough.includes(false)) Deno.exit(1);
}
