import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { VERSION } from "@/version.ts";
import type { Ran, RunOptions } from "../support/osync.ts";
import { Replicas } from "../support/replicas.ts";
import { AUTHORITY } from "../support/certificate.ts";
import {
  type MailServer,
  parseMail,
  startMailServer,
} from "../support/smtp_server.ts";

const ANA = "ana@example.org";

type Environment = Readonly<Record<string, string>>;

/** The environment of a run that knows a mail server. */
function through(server: Pick<MailServer, "port">, more: Environment = {}) {
  return {
    SMTP_SERVER: "127.0.0.1",
    SMTP_PORT: String(server.port),
    SENDER_MAIL: "osync@example.org",
    ALWAYS_SEND_MAILS: "yes",
    ...more,
  };
}

/** A run that tells Ana of itself. */
async function tell(
  pair: Replicas,
  env: Environment,
  { options = [], ...more }: { options?: readonly string[] } & RunOptions = {},
): Promise<Ran> {
  const line = [`--destination-mails=${ANA}`, "--no-prefix", ...options];
  return await pair.run(line, { ...more, env: { PATH: "", ...env } });
}

/** A run with nothing wrong leaves both sides equal, whatever became of its alerts. */
async function mustBeDone(pair: Replicas): Promise<void> {
  await pair.mustBeEqual();
  deepEqual(pair.tree("target"), { a: "1" });
}

function aPair(): Replicas {
  const pair = new Replicas();
  pair.put("initiator", { a: "1" });
  return pair;
}

Deno.test("a mail has the addresses, the subject and the body it should", async () => {
  using pair = aPair();
  await using server = await startMailServer();
  const options = ["--instance-id=Größe"];
  const ran = await tell(pair, through(server), { options });
  deepEqual([ran.code, ran.stderr], [0, ""]);
  const [mail, ...others] = server.received;
  equal(others.length, 0);
  deepEqual([mail?.from, mail?.to], ["osync@example.org", [ANA]]);
  equal(mail?.headers["auto-submitted"], "auto-generated");
  equal(mail?.headers["content-type"], "text/plain; charset=utf-8");
  match(mail?.text ?? "", /^The run of task "Größe" on here finished, and all/);
  ok(mail?.text.includes(`Target: ${pair.path("target")}\n`));
  ok(mail?.text.includes(`\nosync ${VERSION}, `));
  match(
    mail?.text ?? "",
    /\nSynchronised: 0 changes on initiator, \d on [^\n]+\n$/,
  );
  await mustBeDone(pair);
});

const SPACE = { MINIMUM_SPACE: String(2 ** 40) };

Deno.test("mails are sent after warnings and errors, else only if asked for", async () => {
  using pair = aPair();
  await using server = await startMailServer();
  const env = through(server, { ALWAYS_SEND_MAILS: "no" });
  equal((await tell(pair, env)).code, 0);
  equal(server.received.length, 0);
  equal((await tell(pair, { ...env, ...SPACE })).code, 2);
  await Deno.remove(pair.path("target"), { recursive: true });
  equal((await tell(pair, env)).code, 1);
  const subjects = server.received.map(({ headers }) => headers["subject"]);
  deepEqual(subjects, [
    "Finished run - Warning alert for quicksync_task",
    "Finished run - Error alert for quicksync_task",
  ]);
  match(server.received[1]?.text ?? "", / failed\.\n[^]*\(CRITICAL\):/);
});

Deno.test("a dry run tells nobody", async () => {
  using pair = aPair();
  await using server = await startMailServer();
  const metrics = `${pair.home}/m.prom`;
  const env = through(server, { ...SPACE, METRICS_FILE: metrics });
  equal((await tell(pair, env, { options: ["--dry"] })).code, 2);
  equal(server.received.length, 0);
  const found = await Array.fromAsync(Deno.readDir(pair.home));
  deepEqual(found.map(({ name }) => name).toSorted(), [
    "initiator",
    "log",
    "target",
  ]);
});

Deno.test("everybody gets the mail; who is refused is warned of", async () => {
  using pair = aPair();
  const gone = "gone@example.org";
  await using server = await startMailServer({ refuses: [gone] });
  const options = [`--destination-mails=${ANA},${gone} ben@example.org`];
  const ran = await pair.run(["--no-prefix", ...options], {
    env: through(server),
  });
  equal(ran.code, 2);
  deepEqual(server.received[0]?.to, [ANA, "ben@example.org"]);
  match(ran.stderr, /^Warning: Cannot mail "Finished run - Alert for /);
  match(ran.stderr, /: the mail server refused gone@example\.org\n$/);
});

Deno.test("nobody gets a mail that the server refuses to all", async () => {
  using pair = aPair();
  await using server = await startMailServer({ refuses: [ANA] });
  const ran = await tell(pair, through(server));
  equal(ran.code, 2);
  match(ran.stderr, /: 550 No such user ana@example\.org\n$/);
  await mustBeDone(pair);
});

Deno.test("conflicts are mailed if asked for, without any other alert", async () => {
  using pair = new Replicas();
  await using server = await startMailServer();
  const env = through(server, { ALWAYS_SEND_MAILS: "no" });
  const options = ["--alert-conflicts"];
  pair.put("both", { a: "1" });
  await tell(pair, env, { options });
  equal(server.received.length, 0);
  pair.put("initiator", { a: "here" });
  pair.put("target", { a: "there!" });
  const ran = await tell(pair, env, { options });
  equal(ran.code, 0);
  match(ran.stdout, /\nConflicts: 1\n/);
  const [mail, ...others] = server.received;
  equal(others.length, 0);
  equal(
    mail?.headers["subject"],
    "Conflictual files found in [quicksync_task]",
  );
  const paths = `${pair.path("initiator", "a")} << >> ${
    pair.path("target", "a")
  }`;
  ok(mail?.text.includes(`\n${paths}\n`), mail?.text);
});

Deno.test("a mail has the last thousand lines of the log of its run", async () => {
  using pair = new Replicas();
  const names = Array.from({ length: 2100 }, (_, at) => `f${at}`);
  pair.put("initiator", Object.fromEntries(names.map((name) => [name, ""])));
  await using server = await startMailServer();
  await tell(pair, through(server), { options: ["--summary"] });
  const [, log = ""] =
    server.received[0]?.text.split("The end of the log:\n") ?? [];
  const whole = (await Deno.readTextFile(`${pair.home}/log`)).split("\n");
  deepEqual(log.split("\n"), whole.slice(-1001));
});

Deno.test("somebody hears of a run that takes too long, while it goes on", async () => {
  using pair = aPair();
  await using server = await startMailServer();
  const env = through(server, { SOFT_MAX_EXEC_TIME: "1" });
  const ran = await tell(pair, env, {
    onEvent(event) {
      if (event.kind !== "planned") return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1050);
    },
  });
  equal(ran.code, 2);
  const subjects = server.received.map(({ headers }) => headers["subject"]);
  deepEqual(subjects.toSorted(), [
    "Currently running - Warning alert for quicksync_task",
    "Finished run - Warning alert for quicksync_task",
  ]);
});

Deno.test("MAIL_BODY_CHARSET decides how the body is written", async () => {
  using pair = aPair();
  await using server = await startMailServer();
  const env = through(server, { MAIL_BODY_CHARSET: "ISO-8859-1" });
  await tell(pair, env, { options: ["--instance-id=Größe"] });
  const [mail] = server.received;
  equal(mail?.headers["content-type"], "text/plain; charset=iso-8859-1");
  match(mail?.text ?? "", /^The run of task "Größe"/);
});

const LOGIN = { user: "ana", password: "hunter2&<x>" };
const SIGNED_IN = { SMTP_USER: LOGIN.user, SMTP_PASSWORD: LOGIN.password };

Deno.test("the mail server is told name and password", async () => {
  using pair = aPair();
  await using server = await startMailServer({ login: LOGIN });
  equal((await tell(pair, through(server, SIGNED_IN))).code, 0);
  equal(server.received[0]?.user, LOGIN.user);
});

Deno.test("a password shows nowhere, whatever the server says", async () => {
  using pair = aPair();
  await using server = await startMailServer({ login: LOGIN });
  const SMTP_PASSWORD = "geheim";
  const env = through(server, { ...SIGNED_IN, SMTP_PASSWORD });
  const ran = await tell(pair, env, { options: ["--verbose", "--json"] });
  equal(ran.code, 2);
  match(ran.stdout, /invalid login: 535 Not with the password \*\*\*/);
  const log = await Deno.readTextFile(`${pair.home}/log`);
  match(log, /Not with the password \*\*\*/);
  const said = ran.stdout + ran.stderr + log;
  ok(!said.includes(SMTP_PASSWORD) && !said.includes(btoa(SMTP_PASSWORD)));
  match(ran.stdout, /\n\{"kind":"finished"[^\n]+\n$/);
});

for (const encryption of ["tls", "ssl"] as const) {
  Deno.test(`SMTP_ENCRYPTION=${encryption} hides the mail on its way`, async () => {
    using pair = aPair();
    await using server = await startMailServer({ encryption, login: LOGIN });
    const env = {
      ...through(server, SIGNED_IN),
      SMTP_ENCRYPTION: encryption,
      SMTP_SERVER: "localhost",
    };
    const options = [`--destination-mails=${ANA}`, "--no-prefix"];
    const distrusting = await pair.start(options, { env }).ended;
    equal(distrusting.code, 2);
    match(distrusting.stderr, /: unable to verify the first certificate\n$/);
    const trusting = await pair.start(options, {
      env: { ...env, NODE_EXTRA_CA_CERTS: AUTHORITY },
    }).ended;
    deepEqual([trusting.code, trusting.stderr], [0, ""]);
    const [mail, ...others] = server.received;
    equal(others.length, 0);
    deepEqual([mail?.encrypted, mail?.user], [true, LOGIN.user]);
  });
}

Deno.test("SMTP_ENCRYPTION=tls sends nothing in the clear", async () => {
  using pair = aPair();
  await using server = await startMailServer({ login: LOGIN });
  const env = through(server, { ...SIGNED_IN, SMTP_ENCRYPTION: "tls" });
  const ran = await tell(pair, env);
  equal(ran.code, 2);
  match(ran.stderr, /STARTTLS/);
  equal(server.received.length, 0);
});

Deno.test("SMTP_ENCRYPTION=none leaves what is offered alone", async () => {
  using pair = aPair();
  await using server = await startMailServer({ encryption: "tls" });
  equal((await tell(pair, through(server))).code, 0);
  equal(server.received[0]?.encrypted, false);
});

Deno.test("a mail server that says nothing costs some time and a warning", async () => {
  using pair = aPair();
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const env = through({ port: (silent.addr as Deno.NetAddr).port });
  const begin = performance.now();
  const ran = await tell(pair, env, { limit: 300 });
  ok(performance.now() - begin < 5000);
  equal(ran.code, 2);
  match(ran.stderr, /: no answer from 127\.0\.0\.1 in 0\.3 seconds\n$/);
  await mustBeDone(pair);
});

Deno.test("a mail server that is not there costs a warning", async () => {
  using pair = aPair();
  const ran = await tell(pair, through({ port: 1 }));
  equal(ran.code, 2);
  match(ran.stderr, /: connect ECONNREFUSED 127\.0\.0\.1:1\n$/);
  await mustBeDone(pair);
});

/** A directory with a `sendmail` that runs a script, and where it puts what it gets. */
function sendmailThat(pair: Replicas, script: string): Environment {
  const bin = `${pair.home}/bin`;
  Deno.mkdirSync(bin);
  const text = `#!/bin/sh\ncd ${pair.home}\n${script}\n`;
  Deno.writeTextFileSync(`${bin}/sendmail`, text, { mode: 0o755 });
  return { PATH: `.:${bin}:/usr/bin:/bin`, ALWAYS_SEND_MAILS: "yes" };
}

Deno.test("without a server the local sendmail gets the mail, and no secrets", async () => {
  using pair = aPair();
  const env = sendmailThat(
    pair,
    'printf "%s\\n" "$@" >args; cat >mail; env >env',
  );
  const secrets = { SMTP_PASSWORD: "geheim" };
  const ran = await tell(pair, { ...env, ...secrets });
  deepEqual([ran.code, ran.stderr], [0, ""]);
  const read = (name: string) => Deno.readTextFileSync(`${pair.home}/${name}`);
  equal(read("args"), `-i\n-f\ntester@here\n${ANA}\n`);
  const raw = read("mail");
  ok(!raw.includes("\r"));
  const mail = parseMail(raw);
  deepEqual([mail.headers["from"], mail.headers["to"]], ["tester@here", ANA]);
  match(mail.text, /^The run of task "quicksync_task" on here finished/);
  match(read("env"), /^PATH=/m);
  ok(!read("env").includes("geheim"));
});

const UNWILLING = [
  {
    name: "fails",
    script: "echo no such queue >&2; exit 75",
    why: /sendmail ended with 75: no such queue\n$/,
  },
  {
    name: "hangs",
    script: "exec sleep 60",
    why: /sendmail did not end in 0\.3 seconds\n$/,
  },
];

for (const { name, script, why } of UNWILLING) {
  Deno.test(`a sendmail that ${name} costs a warning`, async () => {
    using pair = aPair();
    const ran = await tell(pair, sendmailThat(pair, script), { limit: 300 });
    equal(ran.code, 2);
    match(ran.stderr, why);
    await mustBeDone(pair);
  });
}

Deno.test("where there is no way to send mails, that is said", {
  ignore: ["/usr/sbin", "/usr/lib", "/sbin"].some(hasSendmail),
}, async () => {
  using pair = aPair();
  const ran = await tell(pair, { ALWAYS_SEND_MAILS: "yes" });
  equal(ran.code, 2);
  match(
    ran.stderr,
    /: there is no sendmail here, and SMTP_SERVER is not set\n$/,
  );
});

function hasSendmail(directory: string): boolean {
  try {
    return Deno.statSync(`${directory}/sendmail`).isFile;
  } catch {
    return false;
  }
}
