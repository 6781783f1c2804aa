/** Settles what a command line asks for: reads the configuration file it names, and makes a configuration. */

import type { Config } from "@/config/config.ts";
import { readFileSettings } from "@/config/file_settings.ts";
import type { FileSettings } from "@/config/file_settings.ts";
import { absolutePath } from "@/config/location.ts";
import { makeConfig } from "@/config/make_config.ts";
import type { ConfigWorld } from "@/config/paths.ts";
import { reasonOf } from "@/config/reason.ts";
import { settingOf } from "@/config/settings.ts";
import type { Assignment, ReadValues } from "@/config/values.ts";
import { EXIT } from "@/core/errors.ts";
import type { ExitCode } from "@/core/errors.ts";
import { printableName } from "@/core/name.ts";

/** What settling needs. */
export interface SettlingWorld extends ConfigWorld {
  /** Whether users who are neither the owner nor in the group can read a file. */
  readonly isReadableByOthers: (path: string) => boolean;
}

/** What a command line says. */
export interface Asked {
  /** What the options set. */
  readonly assignments: readonly Assignment[];
  /** The configuration file. */
  readonly file?: string;
}

/** A configuration, or why there is none. */
export type Settled =
  | {
    /** Discriminates the union. */
    readonly ok: true;
    /** The configuration. */
    readonly config: Config;
    /** The settings it is made from. */
    readonly read: ReadValues;
    /** What the user should know, one line each. */
    readonly warnings: readonly string[];
    /** What the user may want to know, one line each. */
    readonly notices: readonly string[];
  }
  | {
    /** Discriminates the union. */
    readonly ok: false;
    /** Everything wrong, one line each. */
    readonly errors: readonly string[];
    /** What to exit with. */
    readonly code: ExitCode;
  };

/** Reads the file and everything else; never fails. */
export function settle(asked: Asked, world: SettlingWorld): Settled {
  const { assignments } = asked;
  const warnings: string[] = [];
  let file: FileSettings | undefined;
  if (asked.file !== undefined && namesBothReplicas(asked)) {
    warnings.push(
      `The configuration file ${
        printableName(asked.file)
      } is ignored, because --initiator and --target are given`,
    );
  } else if (asked.file !== undefined) {
    const read = readFile(asked.file, world);
    if (typeof read === "string") {
      return { ok: false, errors: [read], code: EXIT.failed };
    }
    file = read;
    warnings.push(...secretsAtLarge(read, world));
  }
  const made = makeConfig(assignments, world, file);
  if (made.ok) {
    return { ...made, warnings: [...warnings, ...made.warnings] };
  }
  const isUsage = made.errors.some(({ origin }) => origin === "option");
  return {
    ok: false,
    errors: made.errors.map(({ message }) => message),
    code: isUsage ? EXIT.usage : EXIT.failed,
  };
}

function namesBothReplicas({ assignments }: Asked): boolean {
  return assignments.some(({ key }) => key === "INITIATOR_SYNC_DIR") &&
    assignments.some(({ key }) => key === "TARGET_SYNC_DIR");
}

/** The file, or why it cannot be read. */
function readFile(path: string, world: SettlingWorld): FileSettings | string {
  try {
    const text = world.readText(absolutePath(path, world));
    return readFileSettings(text, path, world.env);
  } catch (error) {
    return `Cannot read the configuration file ${printableName(path)}: ${
      reasonOf(error)
    }`;
  }
}

function secretsAtLarge(file: FileSettings, world: SettlingWorld): string[] {
  const secrets = [...file.settings.values()].filter(({ key, text }) =>
    settingOf(key).secret === true && text !== ""
  );
  const path = absolutePath(file.path, world);
  if (secrets.length === 0 || !world.isReadableByOthers(path)) return [];
  const names = secrets.map(({ name }) => name).join(" and ");
  return [
    `Everybody on this machine can read ${names} in ${
      printableName(file.path)
    }: chmod o-r takes that away`,
  ];
}
