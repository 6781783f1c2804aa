import { deepStrictEqual as deepEqual } from "node:assert/strict";
import { readRsyncArgs } from "@/config/rsync_args.ts";
import type { RsyncArgs } from "@/config/rsync_args.ts";

interface Expected {
  readonly settings?: Readonly<Record<string, string>>;
  readonly patterns?: Partial<RsyncArgs["patterns"]>;
  readonly filters?: readonly string[];
  readonly idle?: readonly string[];
}

const cases: readonly [string, Expected][] = [
  ["", {}],
  ["  ", {}],
  ["--modify-window=2", { settings: { MODIFY_WINDOW: "2" } }],
  ["--modify-window 2", { settings: { MODIFY_WINDOW: "2" } }],
  ["--modify-window=-1", { settings: { MODIFY_WINDOW: "0" } }],
  ["-@2", { settings: { MODIFY_WINDOW: "2" } }],
  ["--modify-window", { settings: { MODIFY_WINDOW: "" } }],
  ["--checksum", { settings: { CHECKSUM: "yes" } }],
  ["-cX", { settings: { CHECKSUM: "yes", PRESERVE_XATTR: "yes" } }],
  ["--bwlimit=100", { settings: { BANDWIDTH: "100" } }],
  ["--no-perms --no-o", {
    settings: { PRESERVE_PERMISSIONS: "no", PRESERVE_OWNER: "no" },
  }],
  ["-n", { settings: { DRY: "yes" } }],
  ['--exclude=*.tmp --exclude \'a b\' --exclude="c \\"d" --exclude=e\\ f', {
    patterns: { "--exclude": ["*.tmp", "a b", 'c "d', "e f"] },
  }],
  ["--include='x y' --include-from=i --exclude-from e", {
    patterns: {
      "--include": ["x y"],
      "--include-from": ["i"],
      "--exclude-from": ["e"],
    },
  }],
  ["--exclude", { idle: ["--exclude"] }],
  ["--omit-dir-times -rt --timeout=5 --timeout 6 word", {
    idle: [
      "--omit-dir-times",
      "-r",
      "-t",
      "--timeout=5",
      "--timeout=6",
      "word",
    ],
  }],
  ["--filter='- x' -f '+ y' --max-size=1m", {
    filters: ["--filter=- x", "-f=+ y", "--max-size=1m"],
  }],
  ["constructor --constructor 'open", {
    idle: ["constructor", "--constructor", "'open"],
  }],
];

Deno.test("readRsyncArgs() finds what options of rsync mean here", () => {
  for (const [text, expected] of cases) {
    const { settings, patterns, filters, idle } = readRsyncArgs(text);
    deepEqual(
      {
        settings: Object.fromEntries(
          settings.map(({ key, text }) => [key, text]),
        ),
        patterns: Object.fromEntries(
          Object.entries(patterns).filter(([, list]) => list.length > 0),
        ),
        filters,
        idle,
      },
      { settings: {}, patterns: {}, filters: [], idle: [], ...expected },
      text,
    );
  }
});
