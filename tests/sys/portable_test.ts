import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert/strict";
import { entryOf } from "@/core/batch.ts";
import { createLinux } from "@/sys/linux.ts";
import { createPortable } from "@/sys/portable.ts";
import { openArea, put } from "./area.ts";
import { contract } from "./contract.ts";

const fs = createPortable();
const linux = Deno.build.os === "linux" ? createLinux() : undefined;
const subject = { label: "portable", fs, base: Deno.makeTempDirSync() };
contract(subject);
Deno.test.afterAll(() => Deno.removeSync(subject.base));

Deno.test({
  name:
    "portable: names that are not UTF-8 are unknown, and nothing touches them",
  ignore: linux === undefined,
  fn() {
    using area = openArea(subject);
    ok(linux !== undefined);
    const dir = linux.openRoot(area.path);
    put({ ...area, fs: linux, dir }, "odd \udcff", "");
    linux.close(dir);
    const { batch } = fs.list(area.dir);
    equal(batch.length, 1);
    deepEqual(entryOf(batch, 0), {
      kind: "unknown",
      reason: "odd",
      detail: "name is not valid UTF-8",
    });
  },
});
