import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert/strict";
import { parseRelPath, ROOT } from "@/core/path.ts";
import { changeOf, fullPath, summaryLines } from "@/report/summary.ts";
import type { Change } from "@/report/summary.ts";
import { changed } from "../support/report_fixture.ts";

const REPLICAS = { initiator: "/a", target: "/b" };

function changes(...events: ReturnType<typeof changed>[]): Change[] {
  return events.map(changeOf).filter((change) => change !== undefined);
}

Deno.test("summaryLines() lists every kind of change in blocks, sorted, then counts", () => {
  const list = changes(
    changed(["target", "update", "z"]),
    changed(["target", "create", "d/new"], "symlink"),
    changed(["target", "create", "d"], "directory"),
    changed(["initiator", "create", "pipe"], "fifo"),
    changed(["initiator", "attributes", "run me"]),
    changed(["initiator", "attributes", "dir"], "directory"),
    changed(["initiator", "timestamp", ""], "directory"),
    changed(["target", "delete", "old/x"]),
    changed(["target", "delete", "old"], "directory"),
    changed(["initiator", "delete", "link"], "symlink"),
  );
  deepEqual(summaryLines(list, REPLICAS), [
    "Attributes: INITIATOR << >> TARGET",
    "TIMESTAMP << /a",
    "ATTRIBUTES << /a/dir/",
    "ATTRIBUTES << /a/run me",
    "Transfers: INITIATOR << >> TARGET",
    "CREATE >> /b/d/",
    "CREATE >> /b/d/new",
    "CREATE << /a/pipe",
    "UPDATE >> /b/z",
    "Deletions: INITIATOR << >> TARGET",
    "DELETE << /a/link",
    "DELETE >> /b/old/",
    "DELETE >> /b/old/x",
    "Updates on initiator: 3",
    "Updates on target: 3",
    "Deletions on initiator: 1",
    "Deletions on target: 2",
  ]);
});

Deno.test("summaryLines() of nothing are four zeros", () => {
  deepEqual(summaryLines([], REPLICAS), [
    "Updates on initiator: 0",
    "Updates on target: 0",
    "Deletions on initiator: 0",
    "Deletions on target: 0",
  ]);
});

Deno.test("changeOf() leaves out what did not happen", () => {
  equal(changes(changed(["target", "update", "x"], "file", "stale")).length, 0);
  equal(
    changes(changed(["target", "update", "x"], "file", "planned")).length,
    1,
  );
});

Deno.test("fullPath() prints names so that they cannot do harm", () => {
  equal(
    fullPath("/b", parseRelPath("a\n\x1b[0m\udcff")),
    "/b/a\\n\\x1b[0m\\xff",
  );
  equal(fullPath("/", parseRelPath("a")), "/a");
  equal(fullPath("/b\t", ROOT), "/b\\t");
});
