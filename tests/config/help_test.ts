import { match, ok, strictEqual as equal } from "node:assert/strict";
import { helpText, usageText } from "@/config/help.ts";
import { OPTIONS } from "@/config/options.ts";
import { SETTING_KEYS, settingOf } from "@/config/settings.ts";

Deno.test("helpText() fits a screen for each section", () => {
  const sections = helpText().split(/\n\n(?=[A-Z][^\n]*:\n)/);
  equal(sections.length, 13);
  for (const section of sections) {
    const lines = section.split("\n");
    ok(lines.length <= 24, section);
    for (const line of lines) ok(line.length <= 80, line);
  }
});

Deno.test("helpText() names every option and every environment variable", () => {
  const text = helpText();
  for (const { name } of OPTIONS) match(text, new RegExp(`${name}\\b`));
  for (const key of SETTING_KEYS) {
    const { environment, status } = settingOf(key);
    const isShown = environment !== false && status === undefined;
    equal(text.includes(`\n  ${key}=`), isShown && key !== "_DEBUG", key);
  }
});

Deno.test("usageText() says how to start", () => {
  match(usageText(), /^Usage: osync --initiator=DIR --target=DIR/);
});
