/** What `osync upgrade` does: rewrites an older configuration file, and takes over what osync 1 remembers. */

import { makeConfig } from "@/config/make_config.ts";
import type { Config } from "@/config/config.ts";
import { absolutePath } from "@/config/location.ts";
import { reasonOf } from "@/config/reason.ts";
import { upgradeConf } from "@/config/upgrade.ts";
import { readValues } from "@/config/values.ts";
import { EXIT, SyncError } from "@/core/errors.ts";
import type { ExitCode } from "@/core/errors.ts";
import { printableName } from "@/core/name.ts";
import type { SyncEvent } from "@/report/events.ts";
import { count } from "@/report/wording.ts";
import type { Imported } from "./import.ts";
import type { SessionTools } from "./session.ts";
import { readFile, type SettlingWorld } from "./settle.ts";

/** What upgrading needs. */
export interface UpgradingWorld extends SettlingWorld {
  /** Gives a file another text; returns where the file as it was is kept. */
  readonly replaceFile: (path: string, text: string) => string;
  /** Takes over what osync 1 remembers. */
  readonly importState: (
    config: Config,
    tools: SessionTools,
  ) => Promise<Imported>;
  /** Writes to standard output. */
  readonly stdout: (text: string) => void;
  /** Writes to standard error. */
  readonly stderr: (text: string) => void;
  /** The clock. */
  readonly now: () => Date;
}

/** Upgrades a file; never fails. */
export async function upgradeFile(
  path: string,
  world: UpgradingWorld,
): Promise<ExitCode> {
  const name = printableName(path);
  try {
    const read = readFile(path, world);
    if (typeof read === "string") return complain([read], world);
    const { file, text } = read;
    const { errors } = readValues({
      options: [],
      file,
      environment: world.env,
    });
    const messages = [
      ...file.errors,
      ...errors.map(({ line = 0, message }) => ({ line, text: message })),
    ].toSorted((a, b) => a.line - b.line).map(({ text }) => text);
    if (messages.length > 0) return complain(messages, world);
    for (const warning of file.warnings) {
      complain([`Warning: ${warning}`], world);
    }
    rewrite({ path, text }, world);
    return await takeOver(path, world);
  } catch (error) {
    if (!(error instanceof SyncError)) {
      return complain([`Cannot upgrade ${name}: ${reasonOf(error)}`], world);
    }
    const hint = error.hint === undefined ? [] : [error.hint];
    complain([error.message, ...hint], world);
    return error.exitCode;
  }
}

function complain(
  messages: readonly string[],
  { stderr }: UpgradingWorld,
): ExitCode {
  for (const message of messages) stderr(`osync: ${message}\n`);
  return EXIT.failed;
}

function rewrite(
  { path, text }: { readonly path: string; readonly text: string },
  world: UpgradingWorld,
): void {
  const name = printableName(path);
  const upgraded = upgradeConf(text, world.env);
  if (upgraded === text) {
    world.stdout(`${name} is up to date.\n`);
    return;
  }
  const kept = world.replaceFile(absolutePath(path, world), upgraded);
  world.stdout(
    `${name} is rewritten; as it was, it is ${printableName(kept)}.\n`,
  );
}

async function takeOver(
  path: string,
  world: UpgradingWorld,
): Promise<ExitCode> {
  const read = readFile(path, world);
  if (typeof read === "string") return complain([read], world);
  const made = makeConfig([], world, read.file);
  if (!made.ok) {
    const why = made.errors.map(({ message }) => message).join("; ");
    world.stderr(
      `osync: Warning: Nothing is taken over from osync 1: ${why}\n`,
    );
    return EXIT.warned;
  }
  const imported = await world.importState(made.config, {
    sink: (event) => tell(event, world),
    now: world.now,
  });
  world.stdout(
    imported.ok
      ? `Taken over from osync 1: ${
        count(imported.agreed, "path")
      } that both replicas had. Deleted on one side since: ${imported.deleted}; the next run deletes these on the other side.\n`
      : `Nothing is taken over from osync 1: ${imported.why}.\n`,
  );
  return EXIT.ok;
}

function tell(event: SyncEvent, { stderr }: UpgradingWorld): void {
  if (event.kind === "message") stderr(`osync: ${event.text}\n`);
}
