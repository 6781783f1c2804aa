/** From the assignments of a configuration file to settings, whatever osync the file was written for. */

import { printableName } from "@/core/name.ts";
import { readConfFile } from "./conf_file.ts";
import type { ConfAssignment, ConfFault } from "./conf_file.ts";
import {
  IDLE_NAMES,
  mayBeEmpty,
  newValue,
  OLD_NAMES,
  REMOTE_PARTS,
  type RemoteParts,
  remoteTarget,
  RSYNC_KEYS,
} from "./old_names.ts";
import { isSettingKey, SETTING_KEYS, settingOf } from "./settings.ts";
import type { SettingKey } from "./settings.ts";
import { closest } from "./spelling.ts";

/** One setting that a file makes. */
export interface FileSetting {
  /** Which. */
  readonly key: SettingKey;
  /** What the file calls it. */
  readonly name: string;
  /** Its value; empty values of settings that have none are left out. */
  readonly text: string;
  /** Where, counted from 1. */
  readonly line: number;
}

/** A text about a line. */
export interface LineMessage {
  /** Counted from 1. */
  readonly line: number;
  /** For the user; it names the line. */
  readonly text: string;
}

/** A configuration file, read. */
export interface FileSettings {
  /** The file, for messages. */
  readonly path: string;
  /** By key: of several that one key has, the last one. */
  readonly settings: ReadonlyMap<SettingKey, FileSetting>;
  /** Settings on lines that cannot be read. */
  readonly unread: ReadonlySet<SettingKey>;
  /** Every line that cannot be used. */
  readonly errors: readonly LineMessage[];
  /** What is probably not meant, one line each. */
  readonly warnings: readonly string[];
  /** What is written differently now, or has no effect, one line each. */
  readonly notices: readonly string[];
}

/** Where a message finds a line. */
export function linePlace(line: number, path: string): string {
  return `line ${line} of ${printableName(path)}`;
}

/**
 * Reads the text of a configuration file; never fails.
 *
 * @param path For messages.
 * @param environment What variables mean that the file does not set.
 */
export function readFileSettings(
  text: string,
  path: string,
  environment: Readonly<Record<string, string>>,
): FileSettings {
  const file = readConfFile(text, environment);
  const gathered = new Gathering(path);
  for (const each of file.assignments) gathered.take(each, file.used);
  gathered.finish();
  const faults = file.faults.map((fault) => ({
    line: fault.line,
    text: `Cannot use ${subject(fault, path)}: ${fault.why}`,
  }));
  const doubts = file.doubts.map((doubt) => ({
    line: doubt.line,
    text: `${subject(doubt, path)}: ${doubt.why}`,
  }));
  return {
    path,
    settings: gathered.settings,
    unread: new Set(file.faults.map(({ key = "" }) => currentName(key))),
    errors: [...faults, ...gathered.errors],
    warnings: textsOf([...doubts, ...gathered.warnings]),
    notices: textsOf(gathered.notices),
  };
}

function currentName(name: string): SettingKey {
  return OLD_NAMES.get(name) ?? name as SettingKey;
}

function subject({ key, line }: ConfFault, path: string): string {
  const place = linePlace(line, path);
  return key === undefined ? place : `${key} (${place})`;
}

function textsOf(messages: readonly LineMessage[]): string[] {
  return messages.toSorted((a, b) => a.line - b.line).map(({ text }) => text);
}

class Gathering {
  readonly settings = new Map<SettingKey, FileSetting>();
  readonly errors: LineMessage[] = [];
  readonly warnings: LineMessage[] = [];
  readonly notices: LineMessage[] = [];
  readonly #path: string;
  readonly #remote = new Map<string, ConfAssignment>();

  constructor(path: string) {
    this.#path = path;
  }

  /** @param used Names of variables that the file refers to. */
  take(assignment: ConfAssignment, used: ReadonlySet<string>): void {
    const { key: name, line } = assignment;
    const place = linePlace(line, this.#path);
    const renamed = OLD_NAMES.get(name);
    if (renamed !== undefined) {
      const text = `${name} (${place}) is called ${renamed} now`;
      this.notices.push({ line, text });
      this.#set(renamed, assignment);
    } else if (isSettingKey(name)) this.#set(name, assignment);
    else if (REMOTE_PARTS.some((part) => part === name)) {
      this.#remote.set(name, assignment);
    } else if (IDLE_NAMES.includes(name)) {
      const text = `${name} (${place}) has no effect in this osync`;
      this.notices.push({ line, text });
    } else if (!used.has(name)) this.#refuseName(assignment);
  }

  #set(key: SettingKey, { key: name, text, line }: ConfAssignment): void {
    const place = linePlace(line, this.#path);
    const { file, option } = settingOf(key);
    if (file === false) {
      const instead = option === undefined ? "" : `; use ${option.name} there`;
      this.errors.push({
        line,
        text:
          `Cannot use ${name} (${place}): it is for the command line only${instead}`,
      });
      return;
    }
    const earlier = this.settings.get(key);
    if (earlier !== undefined) {
      const also = earlier.name === name ? "" : ` as ${earlier.name}`;
      this.warnings.push({
        line,
        text:
          `${name} (${place}) is already set in line ${earlier.line}${also}; line ${line} counts`,
      });
    }
    if (RSYNC_KEYS.includes(key) && text !== "") {
      this.notices.push({
        line,
        text: `${name} (${place}) has no effect: osync does not need rsync`,
      });
    }
    this.settings.delete(key);
    if (text === "" && mayBeEmpty(key)) return;
    const modern = newValue(key, text);
    if (modern !== undefined) {
      this.notices.push({
        line,
        text: `${name}=${text} (${place}) is written ${key}=${modern} now`,
      });
    }
    this.settings.set(key, { key, name, text: modern ?? text, line });
  }

  #refuseName({ key: name, line }: ConfAssignment): void {
    const names = [
      ...SETTING_KEYS.filter((key) => settingOf(key).file !== false),
      ...OLD_NAMES.keys(),
    ];
    const meant = closest(name.toUpperCase(), names);
    const hint = meant === undefined
      ? "osync --help and the example of a configuration file list the settings"
      : `did you mean ${meant}?`;
    this.errors.push({
      line,
      text: `Unknown setting ${name} (${linePlace(line, this.#path)}): ${hint}`,
    });
  }

  /** What is one URI now was four settings once. */
  finish(): void {
    const [first] = this.#remote.values();
    const target = this.settings.get("TARGET_SYNC_DIR");
    if (first === undefined) return;
    const parts: RemoteParts = Object.fromEntries(
      [...this.#remote].map(([name, { text }]) => [name, text]),
    );
    const uri = remoteTarget(target?.text ?? "", parts);
    const names = [...this.#remote.keys()].join(", ");
    if (uri !== undefined && target !== undefined) {
      this.settings.set("TARGET_SYNC_DIR", { ...target, text: uri });
    }
    this.notices.push({
      line: first.line,
      text: `${names} (from ${linePlace(first.line, this.#path)}): ${
        uri === undefined || target === undefined
          ? "TARGET_SYNC_DIR alone says now where the target is"
          : `this is written TARGET_SYNC_DIR=${printableName(uri)} now`
      }`,
    });
  }
}
