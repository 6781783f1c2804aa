/** What mails say about a run. */

import type { Config } from "@/config/config.ts";
import { EXIT } from "@/core/errors.ts";
import type { ExitCode } from "@/core/errors.ts";
import { SIDES } from "@/core/side.ts";
import type { PerSide } from "@/core/side.ts";
import type { Conflict } from "@/core/step.ts";
import type { RunReport } from "./events.ts";
import { oneLine } from "./line.ts";
import { conflictText } from "./text.ts";
import type { Identity } from "./text.ts";
import { changeCount } from "./wording.ts";

/** A mail, but for its addresses. */
export interface Mail {
  /** One line. */
  readonly subject: string;
  /** Lines that end with a line feed each. */
  readonly text: string;
}

/** What is known of a run, at any time. */
export interface Story {
  /** What the run goes by. */
  readonly config: Config;
  /** Who runs it. */
  readonly identity: Identity;
  /** Absolute path or URI of each replica, once it is known. */
  readonly replicas: PerSide<string> | undefined;
  /** The last lines of its log. */
  readonly log: readonly string[];
}

/** How a run ended. */
export interface Ending {
  /** What the process exits with. */
  readonly code: ExitCode;
  /** Absent if it did not get that far. */
  readonly report?: RunReport | undefined;
  /** Why there is no report. */
  readonly failure?: string | undefined;
}

/** How much of a list a mail holds. */
const LONGEST_LIST = 1000;

/** The mail at the end of a run. */
export function finishedMail(story: Story, ending: Ending): Mail {
  const { config: { instance }, replicas } = story;
  const { code } = ending;
  const alert = code === EXIT.ok
    ? "Alert"
    : code === EXIT.failed
    ? "Error alert"
    : "Warning alert";
  return mail(`Finished run - ${alert} for ${instance}`, [
    [`${taskOf(story)} ${howItEnded(ending)}`],
    [...replicaLines(story), ...outcomeLines(ending)],
    replicas === undefined || ending.report === undefined
      ? []
      : conflictLines(ending.report.conflicts, replicas),
    logLines(story),
  ]);
}

/** The mail while a run goes on that takes long. */
export function runningMail(story: Story, why: string): Mail {
  return mail(
    `Currently running - Warning alert for ${story.config.instance}`,
    [
      [`${taskOf(story)} is still running.`, why],
      replicaLines(story),
      logLines(story),
    ],
  );
}

/** The mail about conflicts. */
export function conflictMail(
  story: Story,
  conflicts: readonly Conflict[],
): Mail {
  const { config: { instance, conflictBackup }, replicas } = story;
  const { length } = conflicts;
  const what = length === 1 ? "a conflict" : `${length} conflicts`;
  return mail(`Conflictual files found in [${instance}]`, [
    [
      `${taskOf(story)} met ${what}.`,
      ...(conflictBackup
        ? ["What was decided against is kept in the backup of its side."]
        : []),
    ],
    replicas === undefined ? [] : conflictLines(conflicts, replicas),
  ]);
}

function mail(
  subject: string,
  paragraphs: readonly (readonly string[])[],
): Mail {
  const text = paragraphs.filter(({ length }) => length > 0)
    .map((lines) => lines.map((line) => `${oneLine(line)}\n`).join(""))
    .join("\n");
  return { subject: oneLine(subject), text };
}

function taskOf({ config, identity }: Story): string {
  return `The run of task "${config.instance}" on ${identity.host}`;
}

function howItEnded({ code, report }: Ending): string {
  switch (code) {
    case EXIT.ok:
      return "finished, and all went well.";
    case EXIT.warned:
      return "finished with warnings.";
    case EXIT.interrupted:
    case EXIT.terminated:
      return "was stopped; the next one completes the work.";
    default:
      return report === undefined ? "failed." : "finished with errors.";
  }
}

function replicaLines({ replicas }: Story): string[] {
  return replicas === undefined
    ? []
    : [`Initiator: ${replicas.initiator}`, `Target: ${replicas.target}`];
}

function outcomeLines({ report, failure }: Ending): string[] {
  if (report === undefined) return failure === undefined ? [] : [failure];
  const { done, conflicts, problems } = report;
  const changes = SIDES.map((side) =>
    `Changes on ${side}: ${changeCount(done[side])}`
  );
  const deletions = SIDES.map((side) =>
    `Deletions on ${side}: ${done[side].deleted}`
  );
  return [
    ...changes,
    ...deletions,
    `Conflicts: ${conflicts.length}`,
    `Not synchronised: ${problems.length}`,
  ];
}

function conflictLines(
  conflicts: readonly Conflict[],
  replicas: PerSide<string>,
): string[] {
  if (conflicts.length === 0) return [];
  const rest = conflicts.length - LONGEST_LIST;
  return [
    "Conflicts: INITIATOR << >> TARGET",
    ...conflicts.slice(0, LONGEST_LIST).map((conflict) =>
      conflictText(conflict, replicas)
    ),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ];
}

function logLines({ log }: Story): readonly string[] {
  return log.length === 0 ? [] : ["The end of the log:", ...log];
}
