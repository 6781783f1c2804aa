import { strictEqual as equal } from "node:assert/strict";
import { openFileSystem } from "@/sys/open.ts";

const LINUX = Deno.build.os === "linux";
const linux = openFileSystem();
const portable = openFileSystem("portable");

Deno.test("openFileSystem() takes libc on Linux", () => {
  equal(linux.name, LINUX ? "linux" : "portable");
});

Deno.test("openFileSystem() takes the other one when told so", () => {
  equal(portable.name, "portable");
});

Deno.test("openFileSystem() gives the same object every time", () => {
  equal(openFileSystem("linux"), linux);
  equal(openFileSystem("portable"), portable);
});

Deno.test("openFileSystem() does without FFI where it is denied", () => {
  const { href } = new URL("../../src/sys/open.ts", import.meta.url);
  const code = `import { openFileSystem } from ${JSON.stringify(href)};
    console.log(openFileSystem().name);`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout } = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-sys",
      "--no-prompt",
      `--config=${config}`,
      `data:text/javascript,${encodeURIComponent(code)}`,
    ],
  }).outputSync();
  equal(new TextDecoder().decode(stdout), "portable\n");
});
