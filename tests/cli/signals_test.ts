import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);

/**
 * Starts the program with an engine that waits, sends the signals one by one,
 * each when the line before it in `lines` has been printed.
 */
async function stopBy(
  signals: readonly Deno.Signal[],
  args: readonly string[] = [],
): Promise<{ code: number; lines: string[]; log: string; mode: number }> {
  const directory = await Deno.makeTempDir();
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => Deno.remove(directory, { recursive: true }));
  await Deno.writeTextFile(
    `${directory}/imports.json`,
    JSON.stringify({
      imports: {
        "@/": new URL("src/", ROOT).href,
        "@/run.ts": new URL("tests/support/waiting_engine.ts", ROOT).href,
      },
    }),
  );
  await using child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-lock",
      "--allow-all",
      "--no-config",
      `--import-map=${directory}/imports.json`,
      new URL("main.ts", ROOT).pathname,
      "--initiator=/a",
      "--target=/b",
      "--no-prefix",
      ...args,
    ],
    env: { LOGFILE: `${directory}/log` },
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines: string[] = [];
  const waiting = [...signals];
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    for (const line of text.trimEnd().split("\n")) {
      lines.push(line);
      const signal = waiting.shift();
      if (signal !== undefined) child.kill(signal);
    }
  }
  const { code } = await child.status;
  const log = await Deno.readTextFile(`${directory}/log`);
  const mode = (await Deno.stat(`${directory}/log`)).mode ?? 0;
  return { code, lines, log, mode: mode & 0o777 };
}

Deno.test("one signal stops the program, with the signal's code", async () => {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 143 } as const;
  for (const [signal, expected] of Object.entries(codes)) {
    const { code, lines } = await stopBy([signal as Deno.Signal]);
    equal(code, expected, signal);
    deepEqual(lines, ["waiting", "told to stop"]);
  }
});

Deno.test("a second SIGINT ends the program at once", async () => {
  const stubborn = await stopBy(["SIGTERM", "SIGINT"], ["--checksum"]);
  equal(stubborn.code, 130);
  deepEqual(stubborn.lines, ["waiting", "told to stop"]);
});

Deno.test("the log of a stopped program is its user's alone, and complete", async () => {
  const { log, mode } = await stopBy(["SIGTERM"]);
  equal(mode, 0o600);
  equal(
    log,
    "waiting\ntold to stop\n(WARN):Stopped by SIGTERM; run again to complete.\n",
  );
});
