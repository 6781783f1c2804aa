/** A real mail server on this machine, for one test. */

import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import { CERTIFICATE } from "./certificate.ts";

/** What a server is like. */
export interface ServerOptions {
  /** `tls`: STARTTLS is offered; `ssl`: from the first byte. */
  readonly encryption?: "tls" | "ssl";
  /** Who may send; anybody if it is left out. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Recipients it refuses with 550. */
  readonly refuses?: readonly string[];
}

/** A mail as it arrived. */
export interface Received {
  /** From whom, by the envelope. */
  readonly from: string;
  /** Whom to, by the envelope. */
  readonly to: readonly string[];
  /** Whether nobody on the way could read it. */
  readonly encrypted: boolean;
  /** Name it was sent under. */
  readonly user: string | undefined;
  /** Header lines by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The decoded body. */
  readonly text: string;
}

/** A server that listens. */
export interface MailServer extends AsyncDisposable {
  /** Where it listens, at 127.0.0.1. */
  readonly port: number;
  /** What it took, in order. */
  readonly received: readonly Received[];
}

/** Starts a server. */
export async function startMailServer(
  { encryption, login, refuses = [] }: ServerOptions = {},
): Promise<MailServer> {
  const received: Received[] = [];
  const server = new SMTPServer({
    secure: encryption === "ssl",
    ...CERTIFICATE,
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disabledCommands: [
      ...(encryption === undefined ? ["STARTTLS"] : []),
      ...(login === undefined ? ["AUTH"] : []),
    ],
    onAuth(given, _session, answer) {
      const isRight = given.username === login?.user &&
        given.password === login?.password;
      // Some servers say more than they should.
      const error = new Error(`Not with the password ${given.password}`);
      answer(isRight ? null : error, { user: given.username });
    },
    onRcptTo({ address }, _session, answer) {
      if (!refuses.includes(address)) return answer();
      const error = new Error(`No such user ${address}`);
      answer(Object.assign(error, { responseCode: 550 }));
    },
    onData(stream, session, answer) {
      bytesOf(stream).then((bytes) => {
        received.push(receivedOf(bytes, session));
        answer();
      }, answer);
    },
  });
  server.on("error", () => {});
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    received,
    [Symbol.asyncDispose]: () => new Promise((done) => server.close(done)),
  };
}

async function bytesOf(
  stream: AsyncIterable<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of stream) pieces.push(piece);
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

function receivedOf(bytes: Uint8Array, session: SMTPServerSession): Received {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    from: mailFrom === false ? "" : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    encrypted: session.secure,
    user: session.user?.toString(),
    ...parseMail(new TextDecoder().decode(bytes)),
  };
}

/** Takes a mail of one part apart. */
export function parseMail(text: string): Pick<Received, "headers" | "text"> {
  const [head = "", ...rest] = text.replaceAll("\r\n", "\n").split("\n\n");
  const lines = head.replaceAll(/\n[ \t]+/g, " ").split("\n");
  const headers = Object.fromEntries(lines.map((line) => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)];
  }));
  const [, charset] = /charset=(\S+)/.exec(headers["content-type"] ?? "") ?? [];
  const body = decoded(rest.join("\n\n"), headers["content-transfer-encoding"]);
  return { headers, text: new TextDecoder(charset).decode(body) };
}

function decoded(text: string, encoding = "7bit"): Uint8Array<ArrayBuffer> {
  if (encoding === "base64") return Uint8Array.fromBase64(text);
  if (encoding !== "quoted-printable") return new TextEncoder().encode(text);
  const whole = text.replaceAll(/=\n/g, "").replaceAll(
    /=([0-9A-F]{2})/g,
    (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Uint8Array.from(whole, (character) => character.charCodeAt(0));
}
