import { strictEqual as equal } from "node:assert/strict";
import { printableUrl, withoutSecrets } from "@/report/secrets.ts";

Deno.test("withoutSecrets() leaves nothing of a secret, and longer ones go first", () => {
  equal(
    withoutSecrets("a pass b passport", ["pass", "passport", ""]),
    "a *** b ***",
  );
});

Deno.test("printableUrl() shows the server alone", () => {
  equal(printableUrl("https://u:p@h:8/x?token=y#z"), "https://h:8/***");
  equal(printableUrl("https://h?token=y"), "https://h/***");
  equal(printableUrl("http://u:p@h/"), "http://h");
});
