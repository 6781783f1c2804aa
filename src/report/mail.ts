/** Sends mails: to a mail server, or with the local sendmail. */

import { Buffer } from "node:buffer";
import { createTransport } from "nodemailer";
import type { AlertSettings, SmtpSettings } from "@/config/alerts.ts";
import { charsetOf } from "@/config/charset.ts";
import { reasonOf } from "@/config/reason.ts";
import type { Mail } from "./alert.ts";
import { deadline } from "./deadline.ts";
import { withoutSecrets } from "./secrets.ts";
import { sendWithProgram } from "./sendmail.ts";

/** A mail, and where it goes. */
export interface Letter extends Mail {
  /** Who sends it. */
  readonly sender: string;
  /** Whom to, and how. */
  readonly settings: AlertSettings;
}

/** What sending needs. */
export interface MailTools {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds after which it is given up. */
  readonly limit: number;
}

/**
 * Sends a mail.
 *
 * @throws {Error} If it could not be sent to everybody, with a reason that holds no secrets.
 */
export async function sendMail(
  letter: Letter,
  tools: MailTools,
): Promise<void> {
  const { smtp } = letter.settings;
  try {
    if (smtp === undefined) await sendLocally(letter, tools);
    else await sendToServer(letter, smtp, tools.limit);
  } catch (error) {
    const { login } = smtp ?? {};
    throw new Error(
      withoutSecrets(
        reasonOf(error),
        login === undefined ? [] : [
          login.password,
          btoa(login.password),
          btoa(`\0${login.user}\0${login.password}`),
        ],
      ),
    );
  }
}

async function sendToServer(
  letter: Letter,
  smtp: SmtpSettings,
  limit: number,
): Promise<void> {
  const { host, port, encryption, login } = smtp;
  using patience = deadline(limit);
  const transport = createTransport({
    host,
    port,
    secure: encryption === "ssl",
    requireTLS: encryption === "tls",
    ignoreTLS: encryption === "none",
    ...(login === undefined
      ? {}
      : { auth: { user: login.user, pass: login.password } }),
    // Our own limit comes first; the library's is for each step alone.
    connectionTimeout: 2 * limit,
    dnsTimeout: 2 * limit,
    greetingTimeout: 2 * limit,
    socketTimeout: 2 * limit,
    socketCloseTimeout: 0,
  });
  try {
    const { rejected } = await transport.sendMail({
      ...contents(letter),
      signal: patience.signal,
    });
    if (rejected.length > 0) {
      throw new Error(`the mail server refused ${rejected.join(", ")}`);
    }
  } catch (error) {
    if (patience.signal.aborted) {
      throw new Error(`no answer from ${host} in ${limit / 1000} seconds`);
    }
    throw error;
  } finally {
    transport.close();
  }
}

async function sendLocally(
  letter: Letter,
  { env, limit }: MailTools,
): Promise<void> {
  const composer = createTransport({
    streamTransport: true,
    buffer: true,
    newline: "unix",
  });
  const { message } = await composer.sendMail(contents(letter));
  const { sender, settings: { recipients } } = letter;
  const args = ["-i", "-f", sender, ...recipients];
  await sendWithProgram(message as Uint8Array, { args, env, limit });
}

/** The mail as the library wants it. */
function contents(letter: Letter) {
  const { subject, text, sender, settings: { recipients, charset } } = letter;
  return {
    from: sender,
    to: [...recipients],
    subject,
    // So that no answering machine answers.
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(charset === "" ? { text } : {
      alternatives: [{
        contentType: `text/plain; charset=${charset}`,
        content: Buffer.from(charsetOf(charset).encode(text)),
      }],
    }),
  };
}
