import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { Replicas } from "../support/replicas.ts";
import { AUTHORITY, CERTIFICATE } from "../support/certificate.ts";

/** A request as it arrived. */
interface Arrived {
  readonly method: string;
  readonly target: string;
  readonly authorization: string | null;
  readonly type: string | null;
  readonly body: string;
}

/** A web server on this machine, for one test. */
function startWebServer(
  answer: () => Response,
  certificate?: Deno.TlsCertifiedKeyPem,
) {
  const arrived: Arrived[] = [];
  const options = {
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
    ...certificate,
  };
  const server = Deno.serve(options, async (request) => {
    const { pathname, search } = new URL(request.url);
    arrived.push({
      method: request.method,
      target: `${pathname}${search}`,
      authorization: request.headers.get("Authorization"),
      type: request.headers.get("Content-Type"),
      body: await request.text(),
    });
    return answer();
  });
  return {
    port: server.addr.port,
    arrived,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function aPair(): Replicas {
  const pair = new Replicas();
  pair.put("initiator", { a: "1" });
  return pair;
}

const OPTIONS = ["--no-prefix", "--errors-only"];

Deno.test("WEBHOOK_URL gets what --json prints last, of good runs and failed ones", async () => {
  using pair = aPair();
  await using server = startWebServer(() => new Response("thanks"));
  const WEBHOOK_URL = `http://127.0.0.1:${server.port}/x?t=1`;
  const env = { WEBHOOK_URL };
  const good = await pair.run(["--json"], { env });
  await Deno.remove(pair.path("target"), { recursive: true });
  const bad = await pair.run(["--json"], { env });
  deepEqual([good.code, bad.code], [0, 1]);
  for (const [at, ran] of [good, bad].entries()) {
    const { body = "", ...rest } = server.arrived[at] ?? {};
    deepEqual(rest, {
      method: "POST",
      target: "/x?t=1",
      authorization: null,
      type: "application/json",
    });
    const { time: _, ...posted } = JSON.parse(body);
    const { time: __, ...last } = JSON.parse(
      ran.stdout.trimEnd().split("\n").at(-1) ?? "",
    );
    deepEqual(posted, last);
  }
  equal(server.arrived.length, 2);
});

Deno.test("WEBHOOK_URL gets nothing of a dry run", async () => {
  using pair = aPair();
  await using server = startWebServer(() => new Response());
  const WEBHOOK_URL = `http://127.0.0.1:${server.port}/`;
  equal((await pair.run(["--dry"], { env: { WEBHOOK_URL } })).code, 0);
  equal(server.arrived.length, 0);
});

Deno.test("WEBHOOK_URL gets nothing that others could read on the way", async () => {
  using pair = aPair();
  await using server = startWebServer(() => new Response(), CERTIFICATE);
  const env = { WEBHOOK_URL: `https://localhost:${server.port}/secret` };
  const distrusting = await pair.start(OPTIONS, { env }).ended;
  equal(distrusting.code, 2);
  match(distrusting.stderr, /\/\*\*\*: invalid peer certificate: \w+\n$/);
  const trusting = await pair.start(OPTIONS, {
    env: { ...env, NODE_EXTRA_CA_CERTS: AUTHORITY },
  }).ended;
  deepEqual([trusting.code, trusting.stderr], [0, ""]);
  equal(server.arrived.length, 1);
});

Deno.test("name and password in WEBHOOK_URL sign in", async () => {
  using pair = aPair();
  await using server = startWebServer(() => new Response());
  const WEBHOOK_URL = `http://ana:p%40ss@127.0.0.1:${server.port}/`;
  equal((await pair.run(OPTIONS, { env: { WEBHOOK_URL } })).code, 0);
  const [, token = ""] = server.arrived[0]?.authorization?.split(" ") ?? [];
  equal(atob(token), "ana:p@ss");
});

const UNWILLING: readonly {
  readonly name: string;
  readonly answer: () => Response;
  readonly why: string;
}[] = [
  {
    name: "refuses",
    answer: () => new Response("secret", { status: 503 }),
    why: "the answer was 503 Service Unavailable",
  },
  {
    name: "sends elsewhere",
    answer: () => Response.redirect("http://127.0.0.1:1/secret", 307),
    why: "the answer was 307 Temporary Redirect",
  },
];

for (const { name, answer, why } of UNWILLING) {
  Deno.test(`a web server that ${name} costs a warning without secrets`, async () => {
    using pair = aPair();
    await using server = startWebServer(answer);
    const origin = `127.0.0.1:${server.port}`;
    const WEBHOOK_URL = `http://u:secret@${origin}/secret?secret`;
    const ran = await pair.run(OPTIONS, { env: { WEBHOOK_URL } });
    equal(ran.code, 2);
    equal(
      ran.stderr,
      `Warning: Cannot post the report to http://${origin}/***: ${why}\n`,
    );
    equal(server.arrived.length, 1);
    await pair.mustBeEqual();
  });
}

Deno.test("a web server that hangs costs some time and a warning", async () => {
  using pair = aPair();
  using server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = server.addr as Deno.NetAddr;
  const env = { WEBHOOK_URL: `http://127.0.0.1:${port}/secret` };
  const ran = await pair.run(OPTIONS, { env, limit: 300 });
  equal(ran.code, 2);
  match(ran.stderr, /: no answer in 0\.3 seconds\n$/);
});

Deno.test("a web server that is not there costs a warning without secrets", async () => {
  using pair = aPair();
  const port = closedPort();
  const urls = [
    `http://u:secret@127.0.0.1:${port}/secret(x): y?secret`,
    `https://127.0.0.1:${port}`,
  ];
  for (const WEBHOOK_URL of urls) {
    const ran = await pair.run(OPTIONS, { env: { WEBHOOK_URL } });
    equal(ran.code, 2);
    match(
      ran.stderr,
      /127\.0\.0\.1:\d+(?:\/\*\*\*)?: .*connection refused\n$/i,
    );
    ok(!ran.stderr.includes("secret"), ran.stderr);
  }
});

/** A port of this machine at which nobody listens. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
