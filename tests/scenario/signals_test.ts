import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { interruptBare, type Watched } from "../support/bare.ts";
import {
  exists,
  noLitter,
  pathsIn,
  standingTexts,
} from "../support/evidence.ts";
import {
  atChange,
  completes,
  isIn,
  manyFiles,
} from "../support/interruption.ts";
import { sh } from "../support/machine.ts";
import { Replicas } from "../support/replicas.ts";

const SIGNALS = [
  { signal: "SIGTERM", code: 143 },
  { signal: "SIGINT", code: 130 },
] as const;

function wasStopped(
  pair: Replicas,
  { code, lasted, events }: Watched,
  want: number,
): void {
  equal(code, want);
  ok(lasted < 2000, `${lasted} ms`);
  noLitter(pair);
  const { kind, report } = events.at(-1) as {
    kind: string;
    report?: { result: string };
  };
  ok(kind === "failed" || report?.result === "interrupted", kind);
}

/** Work of growing size: a fast machine has done the smaller one before it gets the signal. */
async function interrupted(
  sizes: readonly number[],
  attempt: (size: number, isLast: boolean) => Promise<boolean>,
): Promise<void> {
  for (const size of sizes) {
    if (await attempt(size, size === sizes.at(-1))) return;
  }
}

for (const { signal, code } of SIGNALS) {
  Deno.test(`${signal} as soon as replicas are scanned stops the run within two seconds, and the next one completes`, async () => {
    using pair = manyFiles(300);
    const before = standingTexts(pair);
    wasStopped(pair, await interruptBare(pair, signal, isIn("scan")), code);
    await completes(pair, before);
  });

  Deno.test(`${signal} while a large file is copied stops the run within two seconds, and it is copied by the next one`, async () => {
    await interrupted([256, 512, 1024], async (mebibytes, isLast) => {
      using pair = new Replicas();
      const path = pair.path("initiator", "large");
      const to = [`of=${path}`, "bs=1M", `count=${mebibytes}`];
      sh("dd", "if=/dev/zero", ...to, "status=none");
      const stopped = await interruptBare(pair, signal, isIn("perform"));
      if (exists(pair.path("target", "large")) && !isLast) return false;
      wasStopped(pair, stopped, code);
      equal(exists(pair.path("target", "large")), false);
      noLitter(pair);
      await pair.sync();
      sh("cmp", path, pair.path("target", "large"));
      return true;
    });
  });

  Deno.test(`${signal} while many small files are copied stops the run within two seconds, and the next one completes`, async () => {
    await interrupted([600, 3000], async (files, isLast) => {
      using pair = manyFiles(files);
      const before = standingTexts(pair);
      const stopped = await interruptBare(pair, signal, atChange(50));
      if (stopped.code === 0 && !isLast) return false;
      wasStopped(pair, stopped, code);
      await completes(pair, before);
      return true;
    });
  });

  Deno.test(`${signal} while many small files are deleted stops the run within two seconds, and the next one completes`, async () => {
    await interrupted([600, 3000, 12_000], async (files, isLast) => {
      using pair = manyFiles(files);
      await pair.sync();
      const names = pathsIn(pair.path("target")).filter((path) =>
        /^d.*\/target-/.test(path)
      );
      pair.remove("target", ...names.slice(0, files / 3 * 2));
      const before = standingTexts(pair);
      const stopped = await interruptBare(pair, signal, atChange(20));
      if (stopped.code === 0 && !isLast) return false;
      wasStopped(pair, stopped, code);
      await completes(pair, before);
      return true;
    });
  });
}
