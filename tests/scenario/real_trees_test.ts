/** Trees that nobody made up: what a system has in `/usr`. */

import { auditedSync } from "../support/audit.ts";
import { Random } from "../support/random.ts";
import { Replicas } from "../support/replicas.ts";
import { upheave } from "../support/upheaval.ts";

/** Taken in this order until there is enough. */
const CANDIDATES = [
  "/usr/share/doc",
  "/usr/share/zoneinfo",
  "/usr/lib/python3",
  "/usr/lib/python3.11",
  "/usr/lib/python3.12",
  "/usr/lib/python3.13",
  "/usr/lib/x86_64-linux-gnu/perl-base",
  "/usr/share/perl5",
];

/** Enough, in MiB. */
const ENOUGH = 180;

const CANNOT = Deno.build.os === "windows" || trees().length === 0;

Deno.test({
  name: CANNOT
    ? "real trees: skipped, this system has none of those known to be good"
    : "real trees stay equal through rounds of hundreds of edits on both sides",
  ignore: CANNOT,
  async fn() {
    using pair = new Replicas();
    for (const path of trees()) {
      await command("cp", "-a", path, pair.path("initiator"));
    }
    const nothing = { snapshot: {}, sketch: { initiator: {}, target: {} } };
    let { after } = await auditedSync(pair, nothing);
    for (const seed of [1, 2]) {
      const done = upheave(pair, new Random(seed), { edits: 300 });
      try {
        ({ after } = await auditedSync(pair, after));
      } catch (error) {
        const said = `Seed ${seed}, after\n${done.join("\n")}`;
        throw new Error(said, { cause: error });
      }
    }
  },
});

/** Those that exist, as many as are enough. */
function trees(): string[] {
  const found: string[] = [];
  let total = 0;
  for (const path of CANDIDATES) {
    const size = mebibytes(path);
    if (size === undefined || total + size > ENOUGH) continue;
    found.push(path);
    total += size;
  }
  return found;
}

function mebibytes(path: string): number | undefined {
  const { success, stdout } = new Deno.Command("du", {
    args: ["-sm", path],
    stderr: "null",
  }).outputSync();
  return success ? parseInt(new TextDecoder().decode(stdout)) : undefined;
}

async function command(name: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(name, { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
