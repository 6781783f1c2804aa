/** Carries what is said about a run to where it is read. */

import type { Letter } from "@/report/mail.ts";
import type { Post } from "@/report/webhook.ts";

/** Something to deliver. */
export type Delivery =
  | ({
    /** Discriminates the union. */
    readonly kind: "mail";
  } & Letter)
  | ({
    /** Discriminates the union. */
    readonly kind: "post";
  } & Post)
  | {
    /** Discriminates the union. */
    readonly kind: "file";
    /** Absolute. */
    readonly path: string;
    /** What is to stand in it, made from what stands in it. */
    readonly text: (before: string) => string;
  };

/** What delivering needs. */
export interface DeliveryTools {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds after which it is given up; half a minute where nobody says so. */
  readonly limit?: number;
}

const LIMIT_MS = 30_000;

/**
 * Delivers it, or gives up after a while.
 *
 * @throws {Error} If that failed, with a reason that holds no secrets.
 */
export async function deliver(
  delivery: Delivery,
  { env, limit = LIMIT_MS }: DeliveryTools,
): Promise<void> {
  switch (delivery.kind) {
    case "mail": {
      // The library is large, and most runs send no mail.
      const { sendMail } = await import("@/report/mail.ts");
      return await sendMail(delivery, { env, limit });
    }
    case "post": {
      const { postReport } = await import("@/report/webhook.ts");
      return await postReport(delivery, limit);
    }
    case "file":
      return replaceFile(delivery.path, delivery.text);
    default:
      return delivery satisfies never;
  }
}

/** Nobody ever reads half of it; everybody may read it. */
function replaceFile(path: string, make: (before: string) => string): void {
  const slash = path.lastIndexOf("/") + 1;
  const unique = crypto.randomUUID().slice(0, 8);
  const temporary = `${path.slice(0, slash)}.${path.slice(slash)}.${unique}`;
  const text = make(contentOf(path));
  Deno.writeTextFileSync(temporary, text, { createNew: true });
  try {
    Deno.chmodSync(temporary, 0o644);
    Deno.renameSync(temporary, path);
  } catch (error) {
    Deno.removeSync(temporary);
    throw error;
  }
}

function contentOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
