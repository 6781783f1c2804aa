/** The options of the command line, made from the settings table. */

import { printableName } from "@/core/name.ts";
import type { SettingOption } from "./setting.ts";
import { SETTING_KEYS, settingOf } from "./settings.ts";
import type { SettingKey } from "./settings.ts";
import { closest } from "./spelling.ts";
import type { Assignment } from "./values.ts";

/** One option. */
export interface Option {
  /** With its dashes. */
  readonly name: string;
  /** How `--help` calls its value; absent for a switch. */
  readonly value?: string;
  /** What a switch sets, as text. */
  readonly sets: string;
  /** What it sets. */
  readonly keys: readonly SettingKey[];
  /** What it does, in one line. */
  readonly doc: string;
  /** Where `--help` lists it. */
  readonly group: SettingOption["group"];
  /** Known, but refused by this version. */
  readonly later: boolean;
}

/** What a command line asks for. */
export type CommandLine =
  | {
    /** What to print: a few lines, everything, or the version. */
    readonly kind: "usage" | "help" | "version";
  }
  | {
    /** Discriminates the union. */
    readonly kind: "sync";
    /** What the options set. */
    readonly assignments: readonly Assignment[];
    /** The configuration file, if one is named. */
    readonly file?: string;
  }
  | {
    /** Discriminates the union. */
    readonly kind: "check";
    /** What the options set. */
    readonly assignments: readonly Assignment[];
    /** The configuration file. */
    readonly file: string;
  }
  | {
    /** Discriminates the union. */
    readonly kind: "invalid";
    /** Everything wrong, one line each. */
    readonly errors: readonly string[];
  };

/** All options that set something, in the order of the table. */
export const OPTIONS: readonly Option[] = [...optionsByName().values()];

const INFORMATION: ReadonlyMap<string, "help" | "version"> = new Map([
  ["--help", "help"],
  ["-h", "help"],
  ["--version", "version"],
  ["-v", "version"],
]);

function optionsByName(): Map<string, Option> {
  const options = new Map<string, Option>();
  for (const key of SETTING_KEYS) {
    const { option, doc, status } = settingOf(key);
    if (option === undefined) continue;
    const earlier = options.get(option.name);
    options.set(option.name, {
      name: option.name,
      ...(option.value === undefined ? {} : { value: option.value }),
      sets: option.sets ?? "",
      keys: [...earlier?.keys ?? [], key],
      doc: earlier?.doc ?? option.doc ?? doc,
      group: option.group,
      later: status === "later",
    });
  }
  return options;
}

/** Reads the arguments; `--key=value` is split at the first `=`. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  if (argv.length === 0) return { kind: "usage" };
  if (argv[0] !== "check") return parseArguments(argv);
  const line = parseArguments(argv.slice(1));
  if (line.kind !== "sync") return line;
  const { assignments, file } = line;
  return file === undefined
    ? { kind: "invalid", errors: [NOTHING_TO_CHECK] }
    : { kind: "check", assignments, file };
}

const NOTHING_TO_CHECK =
  "Command check needs a configuration file: osync check FILE.conf";

function parseArguments(argv: readonly string[]): CommandLine {
  const end = argv.indexOf("--");
  const optional = end < 0 ? argv : argv.slice(0, end);
  for (const argument of optional) {
    const kind = INFORMATION.get(argument);
    if (kind !== undefined) return { kind };
  }
  const given = new Map<Option, string>();
  const errors: string[] = [];
  const others: string[] = [];
  for (let at = 0; at < optional.length; at++) {
    const argument = optional[at] as string;
    if (!argument.startsWith("-") || argument === "-") {
      others.push(argument);
      continue;
    }
    const equals = argument.indexOf("=");
    const name = equals < 0 ? argument : argument.slice(0, equals);
    const option = OPTIONS.find((option) => option.name === name);
    let value = equals < 0 ? undefined : argument.slice(equals + 1);
    if (option?.value !== undefined && value === undefined) {
      const next = optional[at + 1];
      // A value that looks like an option needs the form with "=".
      if (next !== undefined && !next.startsWith("-")) {
        value = next;
        at++;
      }
    }
    const error = option === undefined
      ? unknownOption(name)
      : problemWith(option, value, given.get(option));
    if (error !== undefined) errors.push(error);
    else if (option !== undefined) given.set(option, value ?? option.sets);
  }
  others.push(...argv.slice(optional.length + 1));
  const [file, ...stray] = others.filter(isConfName);
  errors.push(...stray.map((name) => secondFile(name, file ?? "")));
  errors.push(
    ...others.filter((name) => !isConfName(name)).map(strayArgument),
  );
  if (errors.length > 0) return { kind: "invalid", errors };
  const assignments = [...given].flatMap(assignmentsOf);
  return { kind: "sync", assignments, ...(file === undefined ? {} : { file }) };
}

/** Whether an argument can be the name of a configuration file. */
function isConfName(name: string): boolean {
  return /\.conf$/i.test(name);
}

function assignmentsOf([option, text]: [Option, string]): Assignment[] {
  return option.keys.map((key) => ({ key, text, option: option.name }));
}

function problemWith(
  option: Option,
  value: string | undefined,
  earlier: string | undefined,
): string | undefined {
  const { name } = option;
  if (option.later) return `This version does not have ${name} yet`;
  if (option.value === undefined && value !== undefined) {
    return `Option ${name} takes no value`;
  }
  if (option.value !== undefined && (value ?? "") === "") {
    return `Option ${name} needs a value: ${name}=${option.value}`;
  }
  if (earlier !== undefined && earlier !== (value ?? option.sets)) {
    return `Option ${name} is given twice, with different values`;
  }
  return undefined;
}

function unknownOption(name: string): string {
  if (INFORMATION.has(name)) return `Option ${name} takes no value`;
  const names = [...OPTIONS.map((option) => option.name), ...INFORMATION.keys()]
    .filter((known) => known.startsWith("--"));
  const meant = closest(name, names) ??
    names.find((known) => name.startsWith(`${known}-`));
  return `Unknown option ${printableName(name)}${
    meant === undefined
      ? "; osync --help lists the options"
      : `. Did you mean ${meant}?`
  }`;
}

function secondFile(name: string, first: string): string {
  return `Unexpected argument "${
    printableName(name)
  }": the configuration file is "${printableName(first)}", and a run has one`;
}

function strayArgument(argument: string): string {
  return `Unexpected argument "${
    printableName(argument)
  }": a configuration file ends in .conf, replicas are given as --initiator=DIR --target=DIR`;
}
