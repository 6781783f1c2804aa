/** What one row of the settings table says, and what its text means. */

/** What a setting's value may be. */
export type SettingType =
  | BooleanType
  | IntegerType
  | ChoiceType
  | ListType
  | PathType
  | TextType;

/** `yes`, `no`, `true` or `false` in any case. */
export interface BooleanType {
  /** Discriminates the union. */
  readonly kind: "boolean";
}

/** A whole number in decimal digits. */
export interface IntegerType {
  /** Discriminates the union. */
  readonly kind: "integer";
  /** What is counted, as people say it. */
  readonly unit: string;
  /** Smallest value. */
  readonly least: number;
  /** Largest value. */
  readonly most: number;
}

/** One of some words, exactly. */
export interface ChoiceType {
  /** Discriminates the union. */
  readonly kind: "choice";
  /** The words; the empty one stands for "not set". */
  readonly words: readonly string[];
}

/** Several words or patterns. */
export interface ListType {
  /** Discriminates the union. */
  readonly kind: "list";
  /** What is between them; `patterns` is the character of PATH_SEPARATOR_CHAR. */
  readonly separator: "comma" | "space" | "patterns";
  /** The only words there are; absent if all are allowed. */
  readonly words?: readonly string[];
}

/** A path on the machine osync runs on. */
export interface PathType {
  /** Discriminates the union. */
  readonly kind: "path";
}

/** Anything. */
export interface TextType {
  /** Discriminates the union. */
  readonly kind: "text";
}

/** Row type: yes or no. */
export const BOOLEAN = { kind: "boolean" } as const;
/** Row type: a path. */
export const PATH = { kind: "path" } as const;
/** Row type: anything. */
export const TEXT = { kind: "text" } as const;
/** The largest number of seconds, and of most other things. */
export const LONGEST: number = 2 ** 31 - 1;
/** Row type: a length of time. */
export const SECONDS = {
  kind: "integer",
  unit: "seconds",
  least: 0,
  most: LONGEST,
} as const;

/** Headings of the options in `--help`, in order. */
export const OPTION_GROUPS = [
  "Replicas",
  "What is synchronised",
  "How it runs",
  "What it prints",
] as const;

/** The command line option that sets a setting. */
export interface SettingOption {
  /** With its dashes. */
  readonly name: string;
  /** How `--help` calls its value; absent for a switch. */
  readonly value?: string;
  /** What a switch sets, as text. */
  readonly sets?: string;
  /** What the option does, where that is not what the setting does. */
  readonly doc?: string;
  /** Where `--help` lists it. */
  readonly group: typeof OPTION_GROUPS[number];
}

/** One row of the settings table. */
export interface Setting {
  /** What its value may be. */
  readonly type: SettingType;
  /** Its value, as text, where nobody sets it. */
  readonly default: string;
  /** What it does, in one line. */
  readonly doc: string;
  /** Its value in the example of a configuration file, where that is not the default. */
  readonly example?: string;
  /** The option that sets it. */
  readonly option?: SettingOption;
  /** Whether the environment can set it; most can. */
  readonly environment?: boolean;
  /** Whether a configuration file can set it; what is about one run only, it cannot. */
  readonly file?: boolean;
  /** Whether it matters only where the target is on another machine. */
  readonly remote?: boolean;
  /** Whether its value must not be printed. */
  readonly secret?: boolean;
  /**
   * `later`: known, but this version cannot do it.
   * `unused`: accepted for the files and cron lines that have it; there is nothing left for it to do.
   */
  readonly status?: "later" | "unused";
}

/** Rows by key. */
export type Settings = Readonly<Record<string, Setting>>;

/** The value of a setting of type `T`. */
export type ValueOf<T extends SettingType> = T extends BooleanType ? boolean
  : T extends IntegerType ? number
  : T extends { readonly kind: "choice"; readonly words: readonly (infer W)[] }
    ? W
  : T extends { readonly kind: "list"; readonly words: readonly (infer W)[] }
    ? readonly W[]
  : T extends ListType ? readonly string[]
  : string;

/** A value, or what a text must be to have one. */
export type Parsed =
  | {
    /** Discriminates the union. */
    readonly ok: true;
    /** The value. */
    readonly value: ValueOf<SettingType>;
  }
  | {
    /** Discriminates the union. */
    readonly ok: false;
    /** Completes "X must be …". */
    readonly expected: string;
  };

/**
 * Reads a value.
 *
 * @param separator The character between patterns.
 */
export function parseValue(
  type: SettingType,
  text: string,
  separator: string,
): Parsed {
  switch (type.kind) {
    case "boolean":
      return parseBoolean(text);
    case "integer":
      return parseInteger(type, text);
    case "choice":
      return type.words.includes(text)
        ? { ok: true, value: text }
        : { ok: false, expected: oneOf(type.words) };
    case "list":
      return parseList(type, text, separator);
    case "path":
    case "text":
      return { ok: true, value: text };
    default:
      return type satisfies never;
  }
}

function parseBoolean(text: string): Parsed {
  const word = text.toLowerCase();
  if (word === "yes" || word === "true") return { ok: true, value: true };
  if (word === "no" || word === "false") return { ok: true, value: false };
  return { ok: false, expected: "yes or no" };
}

function parseInteger(
  { unit, least, most }: IntegerType,
  text: string,
): Parsed {
  const value = Number(text);
  if (/^[0-9]{1,15}$/.test(text) && value >= least && value <= most) {
    return { ok: true, value };
  }
  return {
    ok: false,
    expected: `a whole number of ${unit} from ${least} to ${most}`,
  };
}

function parseList(
  { separator, words }: ListType,
  text: string,
  patternSeparator: string,
): Parsed {
  const value = text
    .split(separator === "patterns" ? patternSeparator : SEPARATORS[separator])
    .map((item) => separator === "patterns" ? item : item.trim())
    .filter((item) => item !== "");
  if (words !== undefined && !value.every((word) => words.includes(word))) {
    return {
      ok: false,
      expected: `one or more of ${words.join(", ")}, with commas between`,
    };
  }
  return { ok: true, value };
}

const SEPARATORS = { comma: ",", space: " " };

function oneOf(words: readonly string[]): string {
  const named = words.filter((word) => word !== "");
  return `${named.slice(0, -1).join(", ")} or ${named.at(-1)}`;
}
