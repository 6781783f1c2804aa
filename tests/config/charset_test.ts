import { strictEqual as equal, throws } from "node:assert/strict";
import { charsetOf } from "@/config/charset.ts";

function hex(label: string, text: string): string {
  return charsetOf(label).encode(text).toHex();
}

Deno.test("charsetOf() writes text in the bytes of the set", () => {
  equal(hex("ISO-8859-1", "é ÿ\n"), "e920ff0a");
  equal(hex("iso-8859-15", "€"), "a4");
  equal(hex("windows-1252", "€"), "80");
  equal(hex("KOI8-R", "Я"), "f1");
});

Deno.test("charsetOf() puts a question mark for what the set does not have", () => {
  equal(hex("ISO-8859-1", "€a😀"), "3f613f");
  equal(hex("us-ascii", "aé"), "613f");
});

Deno.test("charsetOf() calls a set as mails do", () => {
  equal(charsetOf(" Latin1 ").name, "latin1");
});

Deno.test("charsetOf() refuses what is no set, or has several bytes for a character", () => {
  const none = ["klingon", "", "replacement"];
  const large = ["utf-8", "utf-16", "shift_jis", "gb18030", "euc-jp", "euc-kr"];
  for (const label of [...none, ...large, "big5", "iso-2022-jp"]) {
    throws(() => charsetOf(label), RangeError, label);
  }
});
