/** Settings that name files and directories. */

import { mapSides } from "@/core/side.ts";
import type { PerSide, Side } from "@/core/side.ts";
import { printableName } from "@/core/name.ts";
import type { FileSettings } from "./file_settings.ts";
import { absolutePath, parseLocation } from "./location.ts";
import type { Location, Surroundings } from "./location.ts";
import type { PatternOption } from "./rsync_args.ts";
import { reasonOf } from "./reason.ts";
import type { SettingKey } from "./settings.ts";
import { refused } from "./values.ts";
import type { ReadValues, SettingError, Source } from "./values.ts";

/** What a configuration depends on apart from the options. */
export interface ConfigWorld {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** The working directory, absolute. */
  readonly cwd: string;
  /** Content of a text file; throws if it cannot be read. */
  readonly readText: (path: string) => string;
}

/** Reads paths out of settings; what is wrong goes to the errors. */
export interface PathParser {
  /** Where a replica is. */
  readonly replica: (side: Side) => Location;
  /** Absolute path; `undefined` if the setting is empty. */
  readonly path: (key: SettingKey) => string | undefined;
  /** Where the states are kept; `undefined` for the usual place. */
  readonly stateDirectories: () => PerSide<string | undefined>;
  /** The patterns in the file a setting names, and in those of an option of rsync. */
  readonly patternFiles: (
    key: SettingKey,
    option: PatternOption,
  ) => readonly string[];
}

const REPLICA_KEYS = {
  initiator: "INITIATOR_SYNC_DIR",
  target: "TARGET_SYNC_DIR",
} as const;

const STATE_KEYS = {
  initiator: "INITIATOR_CUSTOM_STATE_DIR",
  target: "TARGET_CUSTOM_STATE_DIR",
} as const;

/**
 * A reader of the paths in `read`.
 *
 * @param errors Where to report what is wrong.
 */
export function pathParser(
  read: ReadValues,
  errors: SettingError[],
  world: ConfigWorld & { readonly file?: FileSettings | undefined },
): PathParser {
  const { file } = world;
  const home = world.env["HOME"];
  const around: Surroundings = {
    cwd: world.cwd,
    ...(home?.startsWith("/") ? { home } : {}),
  };

  function attempt<T>(
    key: SettingKey,
    make: (text: string) => T,
  ): T | undefined {
    return attemptOn(read.source(key), make);
  }

  function attemptOn<T>(
    source: Source,
    make: (text: string) => T,
  ): T | undefined {
    if (source.text === "") return undefined;
    try {
      return make(source.text);
    } catch (error) {
      errors.push(refused(source, reasonOf(error)));
      return undefined;
    }
  }

  function path(key: SettingKey): string | undefined {
    return attempt(key, (text) => absolutePath(text, around));
  }

  function replica(side: Side): Location {
    const key = REPLICA_KEYS[side];
    if (read.source(key).text === "" && file?.unread.has(key) !== true) {
      errors.push(missing(side, file));
    }
    const location = attempt(key, (text) => {
      const parsed = parseLocation(text, around);
      if (parsed.kind === "local") return parsed;
      throw new RangeError(
        side === "initiator"
          ? "the initiator must be a directory of this machine"
          : "this version cannot reach other machines yet",
      );
    });
    return location ?? { kind: "local", path: "/" };
  }

  function stateDirectories(): PerSide<string | undefined> {
    const paths = mapSides(STATE_KEYS, path);
    if (paths.initiator !== undefined && paths.initiator === paths.target) {
      errors.push(refused(
        read.source(STATE_KEYS.target),
        "the initiator's state is kept there",
      ));
    }
    return paths;
  }

  /** A bare name is that of a file beside the configuration file. */
  function patternsIn(name: string): readonly string[] {
    const isBeside = file !== undefined && !name.includes("/") && name !== "~";
    const path = isBeside ? beside(file.path, name) : name;
    return patternLines(world.readText(absolutePath(path, around)));
  }

  function patternFiles(
    key: SettingKey,
    option: PatternOption,
  ): readonly string[] {
    const own = attempt(key, patternsIn) ?? [];
    const more = read.rsync.patterns[option].flatMap((name) => {
      const source = read.source("RSYNC_OPTIONAL_ARGS");
      const label = `${option}=${printableName(name)} in RSYNC_OPTIONAL_ARGS`;
      return attemptOn(
        { ...source, text: name, label: `${label} (${source.place})` },
        patternsIn,
      ) ?? [];
    });
    return [...own, ...more];
  }

  return { replica, path, stateDirectories, patternFiles };
}

function missing(side: Side, file: FileSettings | undefined): SettingError {
  return file === undefined
    ? { origin: "option", message: `Option --${side} is missing` }
    : {
      origin: "file",
      message: `${REPLICA_KEYS[side]} is missing in ${
        printableName(file.path)
      }, and there is no --${side}`,
    };
}

/** The path of a file in the directory of another one. */
function beside(path: string, name: string): string {
  return `${path.slice(0, path.lastIndexOf("/") + 1)}${name}`;
}

/** The lines of a list file that are neither empty nor comments, as rsync reads them. */
export function patternLines(text: string): string[] {
  return text.replace(/^\uFEFF/, "").split(/[\r\n]+/).filter((line) =>
    line !== "" && !line.startsWith("#") && !line.startsWith(";")
  );
}
