import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
  throws,
} from "node:assert/strict";
import { rotateLog } from "@/rotate.ts";

/** A directory with a log, and the names and contents of all there is. */
class Logs {
  readonly home: string = Deno.makeTempDirSync({ prefix: "osync-test-" });
  readonly path: string = `${this.home}/osync.log`;

  write(text: string, suffix = ""): void {
    Deno.writeTextFileSync(`${this.path}${suffix}`, text);
  }

  all(): Record<string, string> {
    const names = [...Deno.readDirSync(this.home)].map(({ name }) => name);
    return Object.fromEntries(
      names.sort().map((name) => [
        name.replace("osync.log", ""),
        Deno.readTextFileSync(`${this.home}/${name}`),
      ]),
    );
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.home, { recursive: true });
  }
}

Deno.test("rotateLog() renames a log that is too large, and no other one", () => {
  using logs = new Logs();
  rotateLog(logs.path, 3);
  deepEqual(logs.all(), {});
  logs.write("abc");
  rotateLog(logs.path, 3);
  deepEqual(logs.all(), { "": "abc" });
  logs.write("abcd");
  rotateLog(logs.path, 3);
  deepEqual(logs.all(), { ".1": "abcd" });
});

Deno.test("rotateLog() keeps five older logs", () => {
  using logs = new Logs();
  for (const text of ["one", "two", "three", "four", "five", "six", "seven"]) {
    logs.write(text);
    rotateLog(logs.path, 1);
  }
  const kept = { ".1": "seven", ".2": "six", ".3": "five", ".4": "four" };
  deepEqual(logs.all(), { ...kept, ".5": "three" });
});

Deno.test("rotateLog() leaves what is no file alone", () => {
  rotateLog("/dev/null", 1);
  using logs = new Logs();
  Deno.mkdirSync(logs.path);
  rotateLog(logs.path, 1);
  deepEqual([...Deno.readDirSync(logs.home)].map(({ name }) => name), [
    "osync.log",
  ]);
});

Deno.test("rotateLog() says if it cannot rename", () => {
  using logs = new Logs();
  logs.write("large");
  logs.write("four", ".4");
  Deno.mkdirSync(`${logs.path}.5`);
  throws(() => rotateLog(logs.path, 1));
  equal(Deno.readTextFileSync(logs.path), "large");
});

/** A process that looks after a log once. */
const RUN = `
  const [module, path] = Deno.args;
  (await import(module)).rotateLog(path, 1000);
`;

Deno.test("rotateLog() renames nothing if another run was faster", async () => {
  using logs = new Logs();
  logs.write("x".repeat(2000));
  const file = await Deno.open(logs.path);
  await file.lock(true);
  const module = new URL("../src/rotate.ts", import.meta.url).href;
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", RUN, module, logs.path],
  }).spawn();
  const isWaiting = new RegExp(`-> FLOCK .* ${child.pid} `);
  while (!isWaiting.test(await Deno.readTextFile("/proc/locks"))) {
    await new Promise((done) => setTimeout(done, 5));
  }
  await Deno.rename(logs.path, `${logs.path}.1`);
  logs.write("y".repeat(1500));
  file.close();
  ok((await child.status).success);
  deepEqual(logs.all(), { "": "y".repeat(1500), ".1": "x".repeat(2000) });
});
