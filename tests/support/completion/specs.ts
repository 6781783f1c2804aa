/** What there is to complete, made from the tables of options. */

import { batchOptionText } from "@/config/batch_help.ts";
import { BATCH_OPTIONS, OF_ONE_RUN } from "@/config/batch_options.ts";
import { OPTIONS } from "@/config/options.ts";
import type { Option } from "@/config/options.ts";
import { settingOf } from "@/config/settings.ts";
import type { SettingKey } from "@/config/settings.ts";

/** What a value can be completed with. */
export type Completer =
  | {
    /** Names of the filesystem, or nothing that a shell knows. */
    readonly kind: "directory" | "file" | "configurations" | "nothing";
  }
  | {
    /** One of some words. */
    readonly kind: "words";
    /** These. */
    readonly words: readonly string[];
  };

/** One option. */
export interface Spec {
  /** With its dashes. */
  readonly name: string;
  /** What it does. */
  readonly doc: string;
  /** Its value; absent for a switch. */
  readonly value?: {
    /** How help calls it. */
    readonly label: string;
    /** What completes it. */
    readonly completer: Completer;
  };
  /** Whether it may be given again. */
  readonly repeats: boolean;
}

const INFORMATION: readonly Spec[] = [
  { name: "--help", doc: "Print all options", repeats: false },
  { name: "--version", doc: "Print the version", repeats: false },
];

/** The options of a run, those left out that this version refuses. */
export const RUN_SPECS: readonly Spec[] = [
  ...OPTIONS.filter(({ later }) => !later).map(specOf),
  ...INFORMATION,
];

/** The options of a batch: its own, and those for its runs. */
export const BATCH_SPECS: readonly Spec[] = [
  ...BATCH_OPTIONS.map((option): Spec => ({
    name: option.name,
    doc: batchOptionText(option),
    value: {
      label: option.value,
      completer: {
        kind: option.number === undefined ? "configurations" : "nothing",
      },
    },
    repeats: option.number === undefined,
  })),
  ...RUN_SPECS.filter(({ name }) => !OF_ONE_RUN.includes(name)),
];

function specOf({ name, value, doc, keys }: Option): Spec {
  const base = { name, doc, repeats: false };
  return value === undefined ? base : {
    ...base,
    value: { label: value, completer: completerOf(value, keys[0]) },
  };
}

function completerOf(label: string, key: SettingKey | undefined): Completer {
  const type = key === undefined ? undefined : settingOf(key).type;
  if (type?.kind === "choice") {
    return { kind: "words", words: type.words.filter((word) => word !== "") };
  }
  if (type?.kind === "list" && type.words !== undefined) {
    return { kind: "words", words: type.words };
  }
  if (type?.kind !== "path") return { kind: "nothing" };
  return { kind: label === "DIR" ? "directory" : "file" };
}
