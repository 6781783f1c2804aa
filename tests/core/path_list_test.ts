import { deepStrictEqual as deepEqual } from "node:assert/strict";
import { cutPath, readPathList } from "@/core/path_list.ts";
import { parseRelPath } from "@/core/path.ts";

const encoder = new TextEncoder();

function read(text: string): string[] {
  return [...readPathList(encoder.encode(text))];
}

const lists: readonly [string, readonly string[]][] = [
  ["", []],
  ["a\nb c\nd/e\n", ["a", "b c", "d/e"]],
  ["a\nlast line", ["a", "last line"]],
  ["new\\#012line\ncr\\#015\n", ["new\nline", "cr\r"]],
  ["literal \\#134#012\n", ["literal \\#012"]],
  ["\\#12 \\#08 \\#0128 \\x \\\n", ["\\#12 \\#08 \n8 \\x \\"]],
  ["\\#400 \\#", ["\\#400 \\#"]],
  [" lead\ntrail \ntab\there\nü\n", [" lead", "trail ", "tab\there", "ü"]],
  // No paths inside a replica.
  ["/abs\n../up\na//b\n\n.\na/./b\nok\n", ["ok"]],
  ["a\na\n", ["a"]],
];

Deno.test("readPathList() reads the lists of osync 1.3", () => {
  for (const [text, paths] of lists) deepEqual(read(text), paths, text);
});

Deno.test("readPathList() keeps bytes that are not UTF-8", () => {
  deepEqual([
    ...readPathList(Uint8Array.of(0xff, 0x0a, 0x5c, 0x23, 0x33, 0x37, 0x36)),
  ], [
    "\udcff",
    "\udcfe",
  ]);
});

Deno.test("cutPath() says what a list may have made of a path", () => {
  deepEqual(cutPath(parseRelPath("a/b -> c -> d")), "a/b");
  deepEqual(cutPath(parseRelPath("a -> b/c")), "a");
  deepEqual(cutPath(parseRelPath("a->b")), undefined);
  deepEqual(cutPath(parseRelPath("a/ -> b")), undefined);
});
