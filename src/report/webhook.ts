/** Posts reports to a web server. */

import { reasonOf } from "@/config/reason.ts";
import { deadline } from "./deadline.ts";
import { withoutSecrets } from "./secrets.ts";

/** What is posted. */
export interface Post {
  /** Where to; holds secrets. */
  readonly url: string;
  /** JSON. */
  readonly body: string;
}

/**
 * Posts a report.
 *
 * @param limit Milliseconds after which it is given up.
 * @throws {Error} If it was not taken, with a reason that holds no secrets.
 */
export async function postReport(
  { url, body }: Post,
  limit: number,
): Promise<void> {
  const target = new URL(url);
  const { username, password } = target;
  const headers = new Headers({ "Content-Type": "application/json" });
  if (username !== "" || password !== "") {
    headers.set("Authorization", `Basic ${credentials(username, password)}`);
  }
  target.username = target.password = "";
  using patience = deadline(limit);
  const { signal } = patience;
  let response: Response;
  try {
    response = await fetch(target, {
      method: "POST",
      headers,
      body,
      // Another address would get the report by GET, or a secret meant for this one.
      redirect: "manual",
      signal,
    });
    await response.body?.cancel();
  } catch (error) {
    throw new Error(
      signal.aborted
        ? `no answer in ${limit / 1000} seconds`
        : reasonWithout(error, target),
    );
  }
  if (!response.ok) {
    throw new Error(
      `the answer was ${response.status} ${response.statusText}`.trimEnd(),
    );
  }
}

function credentials(username: string, password: string): string {
  const text = [username, password].map(unescaped).join(":");
  return new TextEncoder().encode(text).toBase64();
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Why `fetch` failed, without the address, which it quotes. */
function reasonWithout(error: unknown, { href, search }: URL): string {
  const cause = error instanceof Error ? error.cause ?? error : error;
  const reason = reasonOf(cause)
    .replace(/^.* for url \(.*\): /s, "");
  return withoutSecrets(reason, [href, search]);
}
