/** Settings that name files and directories. */

import { mapSides } from "@/core/side.ts";
import type { PerSide, Side } from "@/core/side.ts";
import { absolutePath, parseLocation } from "./location.ts";
import type { Location, Surroundings } from "./location.ts";
import { reasonOf } from "./reason.ts";
import type { SettingKey } from "./settings.ts";
import { refused } from "./values.ts";
import type { ReadValues, SettingError } from "./values.ts";

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
  /** The patterns in the file a setting names. */
  readonly patternFile: (key: SettingKey) => readonly string[];
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
  world: ConfigWorld,
): PathParser {
  const home = world.env["HOME"];
  const around: Surroundings = {
    cwd: world.cwd,
    ...(home?.startsWith("/") ? { home } : {}),
  };

  function attempt<T>(
    key: SettingKey,
    make: (text: string) => T,
  ): T | undefined {
    const source = read.source(key);
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
    if (read.source(key).text === "") {
      errors.push({ origin: "option", message: `Option --${side} is missing` });
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

  function patternFile(key: SettingKey): readonly string[] {
    return attempt(key, (text) => {
      return patternLines(world.readText(absolutePath(text, around)));
    }) ?? [];
  }

  return { replica, path, stateDirectories, patternFile };
}

/** The lines of a list file that are neither empty nor comments, as rsync reads them. */
export function patternLines(text: string): string[] {
  return text.replace(/^\uFEFF/, "").split(/[\r\n]+/).filter((line) =>
    line !== "" && !line.startsWith("#") && !line.startsWith(";")
  );
}
