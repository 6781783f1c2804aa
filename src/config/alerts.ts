/** Settings about who hears of a run, besides the terminal and the log. */

import { printableName } from "@/core/name.ts";
import { charsetOf } from "./charset.ts";
import type { SettingKey } from "./settings.ts";
import { refused } from "./values.ts";
import type { ReadValues, SettingError } from "./values.ts";

/** How a mail server is reached. */
export interface SmtpSettings {
  /** Name or address, an IPv6 address without brackets. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Not at all; with STARTTLS, or no mail is sent; from the first byte. */
  readonly encryption: "none" | "tls" | "ssl";
  /** Absent where the server asks for nothing. */
  readonly login?: {
    /** Name there. */
    readonly user: string;
    /** Must not be printed. */
    readonly password: string;
  };
}

/** Who hears of a run. */
export interface AlertSettings {
  /** Addresses that get mails; none for no mails. */
  readonly recipients: readonly string[];
  /** From whom; `undefined` for the user on this machine. */
  readonly sender: string | undefined;
  /** After every run, not only after troubles. */
  readonly always: boolean;
  /** The conflicts of a run are mailed too. */
  readonly conflicts: boolean;
  /** Name of the character set of mails; empty for UTF-8. */
  readonly charset: string;
  /** The mail server; `undefined` for the local sendmail. */
  readonly smtp: SmtpSettings | undefined;
  /** Gets the report as JSON; holds secrets. */
  readonly webhook: string | undefined;
  /** Absolute path of the file for Prometheus. */
  readonly metricsFile: string | undefined;
}

/** What settings about alerts are read with. */
export interface AlertTools {
  /** Absolute path; `undefined` if the setting is empty. */
  readonly path: (key: SettingKey) => string | undefined;
  /** Where to report what is wrong. */
  readonly errors: SettingError[];
  /** What will have no effect, one line each. */
  readonly warnings: string[];
  /** What the user may want to know, one line each. */
  readonly notices: string[];
}

/**
 * Reads them. A wrong address costs its mails, but no run: what it is in was
 * accepted by earlier versions.
 */
export function alertSettings(
  read: ReadValues,
  tools: AlertTools,
): AlertSettings {
  const { values, source } = read;
  const { errors, warnings, notices } = tools;

  /** The value, unless it comes from the example of osync 1.3, where all names end in `.tld`. */
  function real(key: SettingKey, text: string): string {
    if (!/\.tld$/i.test(text)) return text;
    notices.push(`${source(key).label} is from the example, and ignored`);
    return "";
  }

  /** The value, if it is an address. */
  function address(key: SettingKey, text: string): string[] {
    if (text === "") return [];
    if (isAddress(text)) return [text];
    const why = `"${printableName(text)}" is no mail address`;
    warnings.push(refused(source(key), why).message);
    return [];
  }

  function webhook(): string | undefined {
    const text = values.WEBHOOK_URL;
    if (text === "" || isWebAddress(text)) return text || undefined;
    const why = "it must begin with https:// or http://";
    errors.push(refused(source("WEBHOOK_URL"), why));
    return undefined;
  }

  function charset(): string {
    const name = values.MAIL_BODY_CHARSET;
    if (/^(?:utf-?8)?$/i.test(name)) return "";
    try {
      return charsetOf(name).name;
    } catch {
      const why = "it must be UTF-8 or a set of one byte for a character";
      errors.push(refused(source("MAIL_BODY_CHARSET"), why));
      return "";
    }
  }

  const words = values.DESTINATION_MAILS.flatMap((word) => word.split(","));
  const recipients = words.map((word) => real("DESTINATION_MAILS", word))
    .flatMap((word) => address("DESTINATION_MAILS", word));
  const isIdle = recipients.length === 0;
  const settings = {
    recipients: [...new Set(recipients)],
    always: values.ALWAYS_SEND_MAILS,
    conflicts: values.ALERT_CONFLICTS,
    charset: charset(),
    webhook: webhook(),
    metricsFile: tools.path("METRICS_FILE"),
  };
  if (isIdle) return { ...settings, sender: undefined, smtp: undefined };
  const sender = real("SENDER_MAIL", values.SENDER_MAIL);
  const host = real("SMTP_SERVER", values.SMTP_SERVER);
  return {
    ...settings,
    sender: address("SENDER_MAIL", sender)[0],
    smtp: host === "" ? undefined : {
      host: host.replace(/^\[(.*)\]$/, "$1"),
      port: values.SMTP_PORT,
      encryption: values.SMTP_ENCRYPTION,
      ...(values.SMTP_USER === "" ? {} : {
        login: { user: values.SMTP_USER, password: values.SMTP_PASSWORD },
      }),
    },
  };
}

const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?`;
const ADDRESS = new RegExp(
  String.raw`^(?!-)[^\s\p{C}@"(),:;<>[\\\]]+@${LABEL}(?:\.${LABEL})*$`,
  "u",
);

/** Whether a text is a mail address, or the name of a user of this machine. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text) || /^[a-z_][\w-]*$/i.test(text);
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
