/** Renders what was measured as a page. */

import { median, type Result } from "./contest.ts";
import { versionOf } from "./peers.ts";

/** One line of the table. */
export interface Row {
  /** What was done. */
  readonly name: string;
  /** How often. */
  readonly rounds: number;
  /** By whom; osync first. */
  readonly results: readonly Result[];
}

const CAVEATS = [
  "Made by `deno task bench`. Seconds hold for one machine and one day; ratios are what to look at:",
  "below 1, osync needs less time. Everybody runs in turn, in fresh directories and with warm caches;",
  "figures are medians. Memory is that of the largest process.",
  "",
  "rsync goes one way only and remembers nothing: with no change to find it has half of the work.",
  "find only looks at every file of both trees; the floor does nothing else either, and is a C",
  "program with a process for each tree (`tests/bench/floor.c`): nobody can be faster. Neither",
  "rsync nor cp keeps what it overwrites or deletes; osync does. osync waits until everything it",
  "wrote is on the disk before it is put in place; cp is made to wait by `sync -f`, rsync and",
  "unison do not wait. Each run begins when nobody else is busy, as far as that can be had.",
];

/** The page. */
export function renderReport(
  rows: readonly Row[],
  machine: readonly string[],
): string {
  const lines = [
    "# Benchmarks",
    "",
    ...CAVEATS,
    "",
    ...machine.map((line) => `- ${line}`),
    "",
    "| What | Who | Seconds | osync to it | MiB | Rounds |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
    ...rows.flatMap(renderRow),
    "",
  ];
  return lines.join("\n");
}

function renderRow({ name, rounds, results }: Row): string[] {
  const ours = median(results[0]?.seconds ?? []);
  return results.map((result, index) => {
    const seconds = median(result.seconds);
    const cells = [
      index === 0 ? name : "",
      result.name,
      seconds.toPrecision(2),
      index === 0 ? "" : (ours / seconds).toFixed(2),
      result.peak.toFixed(0),
      index === 0 ? String(rounds) : "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
}

/** What it was measured on; names no host. */
export async function describeMachine(
  area: string,
  version: string,
): Promise<string[]> {
  const cpu = /^model name\s*:\s*(.*)$/m
    .exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  const { stdout } = await new Deno.Command("df", {
    args: ["--output=fstype", area],
  }).output();
  const programs = await Promise.all(
    ["rsync", "unison", "cp"].map((program) => versionOf(program)),
  );
  return [
    `${cpu}, ${navigator.hardwareConcurrency} cores`,
    `Linux ${Deno.osRelease()}, ${
      new TextDecoder().decode(stdout).split("\n")[1]
    }`,
    `osync ${version} on Deno ${Deno.version.deno}, ${
      programs.filter((text) => text !== "").join(", ")
    }`,
    `${new Date().toISOString().slice(0, 10)}, load average ${
      Deno.loadavg()[1]?.toFixed(1)
    } at the end`,
  ];
}
