import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import { isAddress } from "@/config/alerts.ts";
import type { AlertSettings } from "@/config/alerts.ts";
import { makeConfig } from "@/config/make_config.ts";
import { parseCommandLine } from "@/config/options.ts";

interface Read {
  readonly alerts: AlertSettings | undefined;
  readonly logConflicts: boolean;
  /** Warnings, notices and errors, one line each. */
  readonly said: readonly string[];
}

function read(
  to: string,
  env: Readonly<Record<string, string>> = {},
  ...more: string[]
): Read {
  const argv = ["--initiator=/a", "--target=/b", ...more];
  if (to !== "") argv.push(`--destination-mails=${to}`);
  const line = parseCommandLine(argv);
  if (line.kind !== "sync") throw new RangeError(JSON.stringify(line));
  const world = { env, cwd: "/here", readText: () => "" };
  const made = makeConfig(line.assignments, world);
  return {
    alerts: made.ok ? made.config.alerts : undefined,
    logConflicts: made.ok && made.config.logConflicts,
    said: made.ok
      ? [...made.warnings, ...made.notices]
      : made.errors.map(({ message }) => message),
  };
}

const ANA = "ana@example.org";

Deno.test("DESTINATION_MAILS may have blanks or commas between the addresses", () => {
  for (const text of [`${ANA} b@c.de`, `${ANA},b@c.de`, ` ${ANA} ,, b@c.de `]) {
    const { alerts, said } = read(text);
    deepEqual(alerts?.recipients, [ANA, "b@c.de"], text);
    deepEqual(said, []);
  }
  deepEqual(read(`${ANA} ${ANA}`).alerts?.recipients, [ANA]);
});

Deno.test("a wrong address is warned of, and the others get their mails", () => {
  const { alerts, said } = read(`${ANA} ben@ b@c.de`);
  deepEqual(alerts?.recipients, [ANA, "b@c.de"]);
  deepEqual(said, [
    `Cannot use --destination-mails=${ANA} ben@ b@c.de: "ben@" is no mail address`,
  ]);
  const sender = read(ANA, { SENDER_MAIL: "Ana <a@b>" });
  equal(sender.alerts?.sender, undefined);
  deepEqual(sender.said, [
    "Cannot use SENDER_MAIL=Ana <a@b> (environment): " +
    '"Ana <a@b>" is no mail address',
  ]);
});

Deno.test("isAddress() knows addresses and users of this machine", () => {
  const right = ["a@b", "a.b+c@d-e.org", "root", "jörg@müller.de", "o'x@y.z"];
  const wrong = [
    "",
    "a.org",
    "@b",
    "a@",
    "a@b@c",
    "a@-b",
    "a@b.",
    "-f@b.org",
    "-bs",
    "a b@c",
    "a@b\n",
    "a\0@b",
    "a@b>",
    "<a@b>",
    'a"@b',
  ];
  deepEqual(right.filter((text) => !isAddress(text)), []);
  deepEqual(wrong.filter(isAddress), []);
});

Deno.test("the values of the example of osync 1.3 stand for nothing", () => {
  const env = {
    SMTP_SERVER: "smtp.your.isp.tld",
    SENDER_MAIL: "alert@your.system.tld",
  };
  deepEqual(read("", env).said, []);
  const { alerts, said } = read(`your@alert.tld,${ANA}`, env);
  deepEqual(alerts?.recipients, [ANA]);
  deepEqual([alerts?.smtp, alerts?.sender], [undefined, undefined]);
  deepEqual(said, [
    `--destination-mails=your@alert.tld,${ANA} is from the example, and ignored`,
    "SENDER_MAIL=alert@your.system.tld (environment) is from the example, and ignored",
    "SMTP_SERVER=smtp.your.isp.tld (environment) is from the example, and ignored",
  ]);
});

Deno.test("settings of the mail server become one", () => {
  const server = { SMTP_SERVER: "[::1]" };
  deepEqual(read(ANA, server).alerts?.smtp, {
    host: "::1",
    port: 25,
    encryption: "none",
  });
  const more = {
    SMTP_SERVER: "mail.example.org",
    SMTP_PORT: "465",
    SMTP_ENCRYPTION: "ssl",
    SMTP_USER: "ana",
    SMTP_PASSWORD: "s3cret",
  };
  deepEqual(read(ANA, more).alerts?.smtp, {
    host: "mail.example.org",
    port: 465,
    encryption: "ssl",
    login: { user: "ana", password: "s3cret" },
  });
});

Deno.test("wrong settings of alerts are refused", () => {
  const wrong = {
    SMTP_PORT: ["0", "must be a whole number of port from 1 to 65535"],
    SMTP_ENCRYPTION: ["starttls", "must be none, tls or ssl"],
    MAIL_BODY_CHARSET: [
      "UTF-16",
      "must be UTF-8 or a set of one byte for a character",
    ],
    ALWAYS_SEND_MAILS: ["maybe", "must be yes or no"],
  };
  for (const [key, [text, why]] of Object.entries(wrong)) {
    deepEqual(read(ANA, { [key]: text as string }).said, [
      `Cannot use ${key}=${text} (environment): it ${why}`,
    ]);
  }
});

Deno.test("WEBHOOK_URL must be of the web, and is never printed", () => {
  for (const url of ["https://u:p@h/x?t=1", "http://h", "HTTPS://h:1/"]) {
    equal(read("", { WEBHOOK_URL: url }).alerts?.webhook, url);
  }
  for (
    const url of ["ftp://secret", "file:///etc/secret", "secret", "http://"]
  ) {
    deepEqual(read("", { WEBHOOK_URL: url }).said, [
      "Cannot use WEBHOOK_URL=*** (environment): " +
      "it must begin with https:// or http://",
    ]);
  }
});

Deno.test("METRICS_FILE is a path", () => {
  const { alerts } = read("", { METRICS_FILE: "x.prom" });
  equal(alerts?.metricsFile, "/here/x.prom");
});

Deno.test("--alert-conflicts lists the conflicts too", () => {
  const { alerts, logConflicts } = read("", {}, "--alert-conflicts");
  deepEqual([alerts?.conflicts, logConflicts], [true, true]);
});
