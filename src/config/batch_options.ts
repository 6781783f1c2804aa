/** The command line of `osync batch`, and the table of its options. */

import { printableName } from "@/core/name.ts";
import { OPTIONS, parseCommandLine } from "./options.ts";
import { LONGEST, parseValue, SECONDS } from "./setting.ts";
import type { IntegerType } from "./setting.ts";

/** One option that only `osync batch` has. */
export interface BatchOption {
  /** With its dashes. */
  readonly name: string;
  /** How its help calls the value. */
  readonly value: string;
  /** What it does, in one line. */
  readonly doc: string;
  /** What it counts, and the value where it is not given; absent for paths. */
  readonly number?: { readonly type: IntegerType; readonly default: number };
}

/** What a batch shall do. */
export interface Batch {
  /** Directories with configuration files, and such files. */
  readonly paths: readonly string[];
  /** How often a file is run that fails: at least once. */
  readonly maxRuns: number;
  /** Seconds after which nothing more is started; 0 for never. */
  readonly maxSeconds: number;
  /** How many run at the same time. */
  readonly parallel: number;
  /** Options of osync for every run. */
  readonly options: readonly string[];
}

/** What the command line of a batch asks for. */
export type BatchLine =
  | {
    /** What to print. */
    readonly kind: "help" | "version";
  }
  | {
    /** Discriminates the union. */
    readonly kind: "batch";
    /** What to do. */
    readonly batch: Batch;
  }
  | {
    /** Discriminates the union. */
    readonly kind: "invalid";
    /** Everything wrong, one line each. */
    readonly errors: readonly string[];
  };

const PATH: BatchOption = {
  name: "--path",
  value: "DIR|FILE",
  doc:
    "Configuration files: all *.conf of a directory, or one; may be repeated",
};

const MAX_RUNS: BatchOption = {
  name: "--max-runs",
  value: "NUMBER",
  doc: "How often a file is run that fails",
  number: {
    type: { kind: "integer", unit: "runs", least: 1, most: LONGEST },
    default: 3,
  },
};

const MAX_EXEC_TIME: BatchOption = {
  name: "--max-exec-time",
  value: "SECONDS",
  doc: "Start nothing more after so many seconds; 0 = any",
  number: { type: SECONDS, default: 36000 },
};

const PARALLEL: BatchOption = {
  name: "--parallel",
  value: "NUMBER",
  doc: "How many files are run at the same time",
  number: {
    type: { kind: "integer", unit: "runs", least: 1, most: 1000 },
    default: 1,
  },
};

/** The options that only `osync batch` has. */
export const BATCH_OPTIONS: readonly BatchOption[] = [
  PATH,
  MAX_RUNS,
  MAX_EXEC_TIME,
  PARALLEL,
];

/** Each file has these itself, so all runs would be the same one. */
export const OF_ONE_RUN: readonly string[] = [
  "--initiator",
  "--target",
  "--instance-id",
];

/** Arguments by what they are for. */
interface Sorted {
  readonly own: Map<BatchOption, string[]>;
  readonly paths: string[];
  readonly options: string[];
}

/** Reads the arguments after `batch`; what it does not know is for osync. */
export function parseBatch(argv: readonly string[]): BatchLine {
  if (argv.length === 0 || argv.includes("-?")) return { kind: "help" };
  const { own, paths, options } = sort(argv);
  const errors: string[] = [];
  if (options.length > 0) {
    const line = parseCommandLine(options);
    const { kind } = line;
    if (kind === "help" || kind === "version") return { kind };
    if (line.kind === "invalid") errors.push(...line.errors);
    errors.push(...options.map(nameOf).filter(isOfOneRun).map(wrongPlace));
  }
  const numbers = [MAX_RUNS, MAX_EXEC_TIME, PARALLEL].map((option) =>
    numberOf(option, own.get(option) ?? [], errors)
  );
  const [maxRuns = 1, maxSeconds = 0, parallel = 1] = numbers;
  const all = [...own.get(PATH) ?? [], ...paths];
  if (all.includes("")) errors.push(needsValue(PATH));
  if (all.length === 0) {
    errors.push("Command batch needs --path=DIR or --path=FILE.conf");
  }
  return errors.length > 0 ? { kind: "invalid", errors } : {
    kind: "batch",
    batch: { paths: all, maxRuns, maxSeconds, parallel, options },
  };
}

function sort(argv: readonly string[]): Sorted {
  const own = new Map<BatchOption, string[]>();
  const paths: string[] = [];
  const options: string[] = [];
  const end = argv.indexOf("--");
  const optional = end < 0 ? argv : argv.slice(0, end);
  for (let at = 0; at < optional.length; at++) {
    const argument = optional[at] as string;
    if (!argument.startsWith("-")) {
      paths.push(argument);
      continue;
    }
    const name = nameOf(argument);
    const option = BATCH_OPTIONS.find((option) => option.name === name);
    const takesValue = option !== undefined ||
      OPTIONS.find((option) => option.name === name)?.value !== undefined;
    const next = optional[at + 1];
    const isSplit = takesValue && name === argument && next !== undefined &&
      !next.startsWith("-");
    if (isSplit) at++;
    if (option === undefined) {
      options.push(argument, ...isSplit ? [next] : []);
    } else {
      const value = isSplit ? next : argument.slice(name.length + 1);
      own.set(option, [...own.get(option) ?? [], value]);
    }
  }
  return {
    own,
    paths: [...paths, ...argv.slice(optional.length + 1)],
    options,
  };
}

function nameOf(argument: string): string {
  const equals = argument.indexOf("=");
  return equals < 0 ? argument : argument.slice(0, equals);
}

function isOfOneRun(name: string): boolean {
  return OF_ONE_RUN.includes(name);
}

function wrongPlace(name: string): string {
  return `Option ${name} is not for a batch: every configuration file has its own`;
}

function needsValue({ name, value }: BatchOption): string {
  return `Option ${name} needs a value: ${name}=${value}`;
}

/** The value; what is wrong with it goes to `errors`. */
function numberOf(
  option: BatchOption,
  given: readonly string[],
  errors: string[],
): number {
  const { name, number } = option;
  if (number === undefined) return 0;
  const [text = String(number.default), ...more] = given;
  const parsed = parseValue(number.type, text, "");
  if (text === "") errors.push(needsValue(option));
  else if (!parsed.ok) {
    const shown = `${name}=${printableName(text)}`;
    errors.push(`Cannot use ${shown}: it must be ${parsed.expected}`);
  } else if (more.some((other) => other !== text)) {
    errors.push(`Option ${name} is given twice, with different values`);
  }
  return parsed.ok ? Number(parsed.value) : number.default;
}
