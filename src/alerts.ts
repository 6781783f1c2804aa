/** Tells others of a run: mails, a web server, a file with figures. */

import { isAddress } from "@/config/alerts.ts";
import type { Config } from "@/config/config.ts";
import { reasonOf } from "@/config/reason.ts";
import { EXIT } from "@/core/errors.ts";
import type { ExitCode } from "@/core/errors.ts";
import { printableName } from "@/core/name.ts";
import type { PerSide } from "@/core/side.ts";
import { conflictMail, finishedMail, runningMail } from "@/report/alert.ts";
import type { Ending, Mail, Story } from "@/report/alert.ts";
import type { RunReport, Sink, SyncEvent } from "@/report/events.ts";
import { jsonSink } from "@/report/json.ts";
import type { Printer } from "@/report/line.ts";
import { logPrinter } from "@/report/logfile.ts";
import { metricsText } from "@/report/metrics.ts";
import { printableUrl } from "@/report/secrets.ts";
import type { Identity } from "@/report/text.ts";
import type { Delivery } from "./deliver.ts";

/** What alerts need. */
export interface AlertTools {
  /** Who runs it. */
  readonly identity: Identity;
  /** The clock. */
  readonly now: () => Date;
  /** Delivers; throws if it cannot. */
  readonly deliver: (delivery: Delivery) => Promise<void>;
  /** Tells the user that something was not delivered. */
  readonly warn: (text: string) => void;
}

/** How many lines of the log a mail has. */
const LOG_LINES = 1000;

/** Listens to a run, and tells others of it. */
export class Alerts {
  /** Has to get every event of the run. */
  readonly sink: Sink;
  /** Has to get every line that is printed. */
  readonly print: Printer;
  readonly #config: Config;
  readonly #tools: AlertTools;
  readonly #started: Date;
  readonly #log: string[] = [];
  readonly #underway: Promise<void>[] = [];
  #replicas: PerSide<string> | undefined;
  #report: RunReport | undefined;
  #failure: string | undefined;
  /** The last event, as JSON. */
  #last = "";
  #warnings = 0;
  #hasFailed = false;

  /** Begins to listen. */
  constructor(config: Config, tools: AlertTools) {
    this.#config = config;
    this.#tools = tools;
    this.#started = tools.now();
    const { now } = tools;
    const json = jsonSink({ write: (text) => this.#last = text, now });
    this.sink = (event) => {
      if (event.kind === "finished" || event.kind === "failed") json(event);
      this.#hear(event);
    };
    this.print = logPrinter(config.output, {
      write: (text) => this.#remember(text.trimEnd()),
      now,
      onFailure: () => {},
    });
  }

  #hear(event: SyncEvent): void {
    switch (event.kind) {
      case "started":
        this.#replicas = event.replicas;
        return;
      case "message":
        if (event.level !== "warning") return;
        this.#warnings++;
        if (event.urgent) this.#mail(runningMail(this.#story(), event.text));
        return;
      case "finished":
        this.#report = event.report;
        return;
      case "failed":
        this.#failure = event.message;
        return;
      default:
        return;
    }
  }

  #remember(line: string): void {
    this.#log.push(line);
    if (this.#log.length >= 2 * LOG_LINES) this.#log.splice(0, LOG_LINES);
  }

  #story(): Story {
    const { identity } = this.#tools;
    const log = this.#log.slice(-LOG_LINES);
    return { config: this.#config, identity, replicas: this.#replicas, log };
  }

  /**
   * Tells that the run has ended; never fails.
   *
   * @param code What the run deserves.
   * @returns What to exit with: that, or that there was a warning.
   */
  async close(code: ExitCode): Promise<ExitCode> {
    const { always, conflicts, webhook, metricsFile } = this.#config.alerts;
    const report = this.#report;
    const failure = this.#failure;
    const ending: Ending = { code, report, failure };
    const story = this.#story();
    if (code !== EXIT.ok || always) this.#mail(finishedMail(story, ending));
    if (conflicts && report !== undefined && report.conflicts.length > 0) {
      this.#mail(conflictMail(story, report.conflicts));
    }
    if (webhook !== undefined) this.#post(webhook);
    await Promise.all(this.#underway);
    if (metricsFile !== undefined) await this.#measure(metricsFile, ending);
    return this.#codeNow(code);
  }

  #mail(mail: Mail): void {
    const { alerts } = this.#config;
    const { recipients, sender = usualSender(this.#tools.identity) } = alerts;
    if (recipients.length === 0) return;
    const what = `mail "${mail.subject}" to ${recipients.join(", ")}`;
    const letter = { ...mail, sender, settings: alerts };
    this.#underway.push(this.#attempt({ kind: "mail", ...letter }, what));
  }

  #post(url: string): void {
    const what = `post the report to ${printableUrl(url)}`;
    const delivery = { kind: "post", url, body: this.#last } as const;
    this.#underway.push(this.#attempt(delivery, what));
  }

  async #measure(path: string, ending: Ending): Promise<void> {
    const measured = {
      ...ending,
      code: this.#codeNow(ending.code),
      instance: this.#config.instance,
      started: this.#started,
      ended: this.#tools.now(),
      warnings: Math.max(this.#warnings, ending.report?.warnings ?? 0),
    };
    const text = (before: string): string => metricsText(measured, before);
    const what = `write the figures to ${printableName(path)}`;
    await this.#attempt({ kind: "file", path, text }, what);
  }

  async #attempt(delivery: Delivery, what: string): Promise<void> {
    try {
      await this.#tools.deliver(delivery);
    } catch (error) {
      this.#hasFailed = true;
      this.#tools.warn(`Cannot ${what}: ${reasonOf(error)}`);
    }
  }

  #codeNow(code: ExitCode): ExitCode {
    return code === EXIT.ok && this.#hasFailed ? EXIT.warned : code;
  }
}

/** The user at this machine, as far as that is an address. */
function usualSender({ user, host }: Identity): string {
  const address = `${user}@${host}`;
  return isAddress(address) ? address : "osync@localhost";
}
