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

for (const { signal, code } of SIGNALS) {
  Deno.test(`${signal} as soon as replicas are scanned stops the run within two seconds, and the next one completes`, async () => {
    using pair = manyFiles(300);
    const before = standingTexts(pair);
    wasStopped(pair, await interruptBare(pair, signal, isIn("scan")), code);
    await completes(pair, before);
  });

  Deno.test(`${signal} while a large file is copied stops the run within two seconds, and it is copied by the next one`, async () => {
    using pair = new Replicas();
    const path = pair.path("initiator", "large");
    // A fast machine needs more of it.
    for (const count of [256, 512, 1024]) {
      sh(
        "dd",
        "if=/dev/zero",
        `of=${path}`,
        "bs=1M",
        `count=${count}`,
        "status=none",
      );
      const stopped = await interruptBare(pair, signal, isIn("perform"));
      if (stopped.code === 0 && count !== 1024) continue;
      wasStopped(pair, stopped, code);
      break;
    }
    equal(exists(pair.path("target", "large")), false);
    noLitter(pair);
    await pair.sync();
    sh("cmp", path, pair.path("target", "large"));
  });

  Deno.test(`${signal} while many small files are copied stops the run within two seconds, and the next one completes`, async () => {
    using pair = manyFiles(600);
    const before = standingTexts(pair);
    wasStopped(pair, await interruptBare(pair, signal, atChange(50)), code);
    await completes(pair, before);
  });

  Deno.test(`${signal} while many small files are deleted stops the run within two seconds, and the next one completes`, async () => {
    using pair = manyFiles(600);
    await pair.sync();
    const names = pathsIn(pair.path("target")).filter((path) =>
      /^d.*\/target-/.test(path)
    );
    pair.remove("target", ...names.slice(0, 400));
    const before = standingTexts(pair);
    wasStopped(pair, await interruptBare(pair, signal, atChange(20)), code);
    await completes(pair, before);
  });
}
