/** Runs configuration files, each as a process of its own, and those again that fail. */

import { batchHelpText } from "@/config/batch_help.ts";
import { parseBatch } from "@/config/batch_options.ts";
import type { Batch } from "@/config/batch_options.ts";
import { reasonOf } from "@/config/reason.ts";
import { EXIT, InterruptedError } from "@/core/errors.ts";
import type { ExitCode } from "@/core/errors.ts";
import { printableName } from "@/core/name.ts";
import { batchPrinter } from "@/report/batch_printer.ts";
import type { BatchScreen } from "@/report/batch_printer.ts";
import {
  levelOf,
  resultText,
  tableLines,
  totalText,
} from "@/report/batch_text.ts";
import type { RunEnd, TaskRow } from "@/report/batch_text.ts";
import type { Line, Printer } from "@/report/line.ts";
import { count, stoppedText } from "@/report/wording.ts";
import { VERSION } from "@/version.ts";

/** What a process printed, a piece. */
export interface Piece {
  /** Where to. */
  readonly stream: "stdout" | "stderr";
  /** What. */
  readonly text: string;
}

/** An osync of its own. */
export interface Process {
  /** How it ended and what it printed, if that was kept; never rejects. */
  readonly ended: Promise<RunEnd & { readonly pieces: readonly Piece[] }>;
  /** Asks it to end cleanly; may be asked again, and too late. */
  readonly stop: () => void;
}

/** What becomes of what a process prints. */
export interface Showing {
  /** Printed as it comes, or kept until the end. */
  readonly when: "now" | "later";
  /** Whether its notices are printed too, not only warnings and errors. */
  readonly notices: boolean;
}

/** Where configuration files are found and run. */
export interface TaskSystem {
  /** The names in a directory; `undefined` for anything else. Throws if it cannot be read. */
  readonly namesIn: (path: string) => readonly string[] | undefined;
  /** Starts osync as a process of its own. */
  readonly start: (argv: readonly string[], showing: Showing) => Process;
}

/** What a batch needs around it. */
export interface BatchWorld extends BatchScreen {
  /** Aborted when a signal arrives. */
  readonly signal: AbortSignal;
  /** Where configuration files are found and run. */
  readonly tasks: TaskSystem;
}

/** Does what the arguments after `batch` say; never fails. */
export async function batchCommand(
  argv: readonly string[],
  world: BatchWorld,
): Promise<ExitCode> {
  const line = parseBatch(argv);
  switch (line.kind) {
    case "help":
      world.stdout(batchHelpText());
      return EXIT.ok;
    case "version":
      world.stdout(`osync ${VERSION}\n`);
      return EXIT.ok;
    case "invalid":
      for (const error of line.errors) world.stderr(`osync: ${error}\n`);
      return EXIT.usage;
    case "batch":
      return await runBatch(line.batch, world);
    default:
      return line satisfies never;
  }
}

async function runBatch(batch: Batch, world: BatchWorld): Promise<ExitCode> {
  const print = batchPrinter(batch.options, world);
  const { tasks, unusable } = find(batch, world, print);
  const say = (level: Line["level"], text: string) => print({ level, text });
  if (tasks.length > 0) {
    const how = batch.parallel > 1 ? `, ${batch.parallel} at a time` : "";
    say("notice", `Running ${count(tasks.length, "file")}${how}.`);
  }
  await runAll(tasks, batch, { ...world, say });
  const code = codeOf(tasks, unusable, world.signal);
  if (tasks.length === 0) return code;
  // A night without trouble is no news where only trouble is wanted.
  const level = code === EXIT.ok ? "notice" : "always";
  for (const text of tableLines(tasks)) print({ level, text, bare: true });
  if (!world.signal.aborted) say(levelOf({ code }), totalText(tasks));
  else {
    say("warning", totalText(tasks));
    say("warning", stoppedText(world.signal.reason));
  }
  return code;
}

/** A configuration file on its way. */
type Task = { -readonly [K in keyof TaskRow]: TaskRow[K] };

/** The configuration files, each of them once; `unusable` if some cannot be found. */
function find(
  { paths }: Batch,
  { tasks }: BatchWorld,
  print: Printer,
): { tasks: Task[]; unusable: boolean } {
  const found = new Set<string>();
  let unusable = false;
  for (const path of paths) {
    const shown = printableName(path);
    try {
      const names = tasks.namesIn(path);
      const files = names === undefined ? [path] : confNames(names)
        .map((name) => `${path.replace(/\/+$/, "")}/${name}`);
      files.forEach((file) => found.add(file));
      if (files.length > 0) continue;
      print({ level: "error", text: `There is no *.conf in ${shown}` });
    } catch (error) {
      const text = `Cannot read the directory ${shown}: ${reasonOf(error)}`;
      print({ level: "error", text });
    }
    unusable = true;
  }
  return {
    tasks: [...found].map((path) => ({
      path,
      runs: 0,
      seconds: 0,
      end: undefined,
    })),
    unusable,
  };
}

/** Configuration files by name; hidden ones are what editors leave. */
function confNames(names: readonly string[]): string[] {
  return names.filter((name) => /^[^.].*\.conf$/i.test(name)).sort();
}

/** What the workers share. */
type WorkTools =
  & Pick<BatchWorld, "signal" | "now" | "tasks" | "stdout" | "stderr">
  & { readonly say: (level: Line["level"], text: string) => void };

/** Runs all files until each is done, or has failed often enough. */
async function runAll(
  tasks: readonly Task[],
  batch: Batch,
  tools: WorkTools,
): Promise<void> {
  const { signal, now, say } = tools;
  const started = now().getTime();
  const queue = [...tasks];
  let isLate = false;
  function next(): Task | undefined {
    if (signal.aborted || queue.length === 0) return undefined;
    const seconds = (now().getTime() - started) / 1000;
    if (batch.maxSeconds === 0 || seconds < batch.maxSeconds) {
      return queue.shift();
    }
    if (!isLate) {
      say("error", `${batch.maxSeconds} seconds are over: no more runs.`);
    }
    isLate = true;
    return undefined;
  }
  async function work(): Promise<void> {
    for (let task = next(); task !== undefined; task = next()) {
      await runOnce(task, batch, tools);
      if (isWorthAnother(task, batch)) queue.push(task);
    }
  }
  await Promise.all(Array.from({ length: batch.parallel }, work));
}

function isWorthAnother({ end, runs }: Task, { maxRuns }: Batch): boolean {
  // A command line that is wrong stays wrong.
  const settled: readonly number[] = [EXIT.ok, EXIT.warned, EXIT.usage];
  return runs < maxRuns && !settled.includes(end?.code ?? EXIT.failed);
}

async function runOnce(
  task: Task,
  batch: Batch,
  tools: WorkTools,
): Promise<void> {
  const { signal, now, say } = tools;
  const path = printableName(task.path);
  task.runs++;
  const again = task.runs > 1 ? `, run ${task.runs} of ${batch.maxRuns}` : "";
  say("notice", `Running ${path}${again}.`);
  const started = now().getTime();
  const process = tools.tasks.start([...batch.options, "--", task.path], {
    when: batch.parallel > 1 ? "later" : "now",
    notices: batch.options.some((option) => ASKING.includes(option)),
  });
  signal.addEventListener("abort", process.stop);
  const { pieces, ...end } = await process.ended;
  signal.removeEventListener("abort", process.stop);
  task.seconds += (now().getTime() - started) / 1000;
  task.end = end;
  if (pieces.length > 0) say("notice", `Output of ${path}:`);
  for (const { stream, text } of pieces) tools[stream](text);
  const willFollow = isWorthAnother(task, batch) && !signal.aborted;
  const more = willFollow ? "; it is to be run again" : "";
  say(
    willFollow ? "warning" : levelOf(end),
    `${path}: ${resultText(end)}${more}.`,
  );
}

/** Who gives these wants to see more of a run than its warnings and errors. */
const ASKING: readonly string[] = [
  "--dry",
  "--json",
  "--log-conflicts",
  "--stats",
  "--summary",
  "--verbose",
];

/** The worst of all, by how much it needs somebody to look. */
function codeOf(
  tasks: readonly Task[],
  unusable: boolean,
  { aborted, reason }: AbortSignal,
): ExitCode {
  if (aborted) {
    return reason instanceof InterruptedError
      ? reason.exitCode
      : EXIT.interrupted;
  }
  const codes = tasks.map(({ end }) => end?.code ?? EXIT.failed);
  if (codes.includes(EXIT.usage)) return EXIT.usage;
  if (unusable || tasks.some(({ end }) => levelOf(end) === "error")) {
    return EXIT.failed;
  }
  return codes.includes(EXIT.warned) ? EXIT.warned : EXIT.ok;
}
