import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
  throws,
} from "node:assert/strict";
import fc from "fast-check";
import { readFileSettings } from "@/config/file_settings.ts";
import { makeConfig } from "@/config/make_config.ts";
import {
  exampleText,
  FILE_SECTIONS,
  printSettings,
  quoteValue,
  valueText,
} from "@/config/print_settings.ts";
import type { ListType } from "@/config/setting.ts";
import { settingOf } from "@/config/settings.ts";
import type { SettingKey, Values } from "@/config/settings.ts";
import { readValues } from "@/config/values.ts";

const KEYS = FILE_SECTIONS.flatMap(([, keys]) => keys);

function readBack(text: string) {
  const file = readFileSettings(text, "x.conf", {});
  return { file, ...readValues({ options: [], file, environment: {} }) };
}

/** Anything that a line can hold: bytes that are no text, quotes, blanks, signs. */
const arbText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.stringMatching(/^[ '"\\$`#;a=[\]{}()\t-]*$/),
  fc.constantFrom("\udcff", "a\udc80 b", "~/x", "\ufeff", "a\r"),
).map((text) => text.replace(/\n|\r$/g, ""));

const arbSeparator = fc.string({
  unit: "binary",
  minLength: 1,
  maxLength: 1,
}).filter((char) => [...char].length === 1 && !/[\n\r]/.test(char));

function arbList({ separator, words }: ListType, char: string) {
  if (words !== undefined) return fc.subarray([...words]);
  return fc.array(
    arbText.map((text) =>
      separator === "patterns"
        ? text.replaceAll(char, "")
        : text.replace(/[\s,]/g, "")
    ).filter((text) => text.trim() !== ""),
    { maxLength: 4 },
  );
}

function arbValue(key: SettingKey, char: string): fc.Arbitrary<unknown> {
  const { type } = settingOf(key);
  switch (type.kind) {
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.maxSafeInteger().map((n) =>
        type.least + Math.abs(n) % (type.most - type.least + 1)
      );
    case "choice":
      return fc.constantFrom(...type.words);
    case "list":
      return arbList(type, char);
    case "path":
    case "text":
      return key === "PATH_SEPARATOR_CHAR"
        ? fc.constant(char)
        // Options of rsync are settings as well, so they might say the contrary.
        : key === "RSYNC_OPTIONAL_ARGS"
        ? fc.constantFrom("", "--foo 'a b'")
        : arbText;
    default:
      return type satisfies never;
  }
}

const arbValues = arbSeparator.chain((char) =>
  fc.record(Object.fromEntries(KEYS.map((key) => [key, arbValue(key, char)])))
);

Deno.test("printSettings() writes what is read back as it was", () => {
  fc.assert(fc.property(arbValues, (some) => {
    const standard = readBack("").values;
    const values = { ...standard, ...some } as Values;
    const { values: found, errors, file } = readBack(printSettings(values));
    deepEqual([errors, file.errors, file.warnings], [[], [], []]);
    for (const key of KEYS) deepEqual(found[key], values[key], key);
  }));
});

Deno.test("printSettings() refuses what no line can hold", () => {
  const { values } = readBack("");
  for (const INSTANCE_ID of ["a\nb", "a\r\nb"]) {
    throws(() => printSettings({ ...values, INSTANCE_ID }), /line break/);
  }
});

Deno.test("quoteValue() quotes what needs it", () => {
  for (const text of ["/a/b-c_d.e", "~/x", "a@b:22", "100%"]) {
    equal(quoteValue(text), text);
  }
  equal(quoteValue(""), '""');
  equal(quoteValue("a b"), '"a b"');
  equal(quoteValue('a"$b`\\'), '"a\\"\\$b\\`\\\\"');
});

Deno.test("valueText() has the words of a file", () => {
  const { values } = readBack("");
  equal(valueText("SOFT_DELETE", values), "yes");
  equal(valueText("SOFT_DELETE_DAYS", values), "30");
  equal(
    valueText("RSYNC_EXCLUDE_PATTERN", {
      ...values,
      PATH_SEPARATOR_CHAR: "|",
      RSYNC_EXCLUDE_PATTERN: ["a;b", "c"],
    }),
    "a;b|c",
  );
});

const EXAMPLE = exampleText();

Deno.test("conf/sync.conf.example is the example of today; deno task example writes it", () => {
  equal(Deno.readTextFileSync("conf/sync.conf.example"), EXAMPLE);
});

function resultOf(text: string) {
  const world = { env: {}, cwd: "/", readText: () => "" };
  return makeConfig([], world, readFileSettings(text, "e.conf", {}));
}

Deno.test("exampleText() is a file that nothing is wrong with", () => {
  const made = resultOf(EXAMPLE);
  ok(made.ok, JSON.stringify(made));
  if (made.ok) deepEqual([made.notices, made.warnings], [[], []]);
  for (const line of EXAMPLE.split("\n")) ok(line.length <= 80, line);
});

Deno.test("exampleText() has every setting that has an effect, documented", () => {
  for (const key of KEYS) {
    const { status, doc } = settingOf(key);
    if (status === "unused" || key === "STATS" || key === "_DEBUG") continue;
    match(EXAMPLE, new RegExp(`^# .*\\n${key}=`, "m"));
    ok(EXAMPLE.replaceAll("\n# ", " ").includes(`${doc}.`), key);
  }
});

/** What no setting of the type can be. */
const WRONG: Readonly<Record<string, string>> = {
  boolean: "2",
  integer: "-1",
  choice: "sideways",
  list: "sideways,target",
};

Deno.test("each wrong value in the example is reported with its key and line", () => {
  const lines = EXAMPLE.split("\n");
  for (const [at, line] of lines.entries()) {
    const [, key] = /^(\w+)=/.exec(line) ?? [];
    if (key === undefined) continue;
    const { type } = settingOf(key as SettingKey);
    const isFree = type.kind === "list" && type.words === undefined;
    const wrong = ["$(id)", "a b", "'open"];
    if (!isFree) wrong.push(...[WRONG[type.kind] ?? []].flat());
    for (const value of wrong) {
      const made = resultOf(lines.with(at, `${key}=${value}`).join("\n"));
      equal(made.ok, false, `${key}=${value}`);
      if (made.ok) continue;
      equal(made.errors.length, 1, JSON.stringify(made.errors));
      const { message = "" } = made.errors[0] ?? {};
      ok(message.includes(` ${key}`), message);
      ok(message.includes(`(line ${at + 1} of e.conf): `), message);
    }
  }
});
