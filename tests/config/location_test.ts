import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
  throws,
} from "node:assert/strict";
import {
  absolutePath,
  locationText,
  parseLocation,
} from "@/config/location.ts";

const AROUND = { cwd: "/here", home: "/home/ann" };

const paths: readonly [string, string][] = [
  ["/srv/a", "/srv/a"],
  ["/srv//a/./b///", "/srv/a/b"],
  ["/", "/"],
  ["a", "/here/a"],
  [".", "/here"],
  ["./a", "/here/a"],
  ["../a", "/here/../a"],
  ["~", "/home/ann"],
  ["~/a b", "/home/ann/a b"],
  ["~ann/a", "/here/~ann/a"],
  ["a/~", "/here/a/~"],
  ["x$(touch PWN)`id`", "/here/x$(touch PWN)`id`"],
  [' "quo\'tes"\\\n\t*?[', '/here/ "quo\'tes"\\\n\t*?['],
  ["-rf", "/here/-rf"],
  ["ssh:/a", "/here/ssh:/a"],
  ["b\udcff", "/here/b\udcff"],
];

Deno.test("absolutePath() resolves paths and leaves all characters as they are", () => {
  for (const [text, path] of paths) {
    equal(absolutePath(text, AROUND), path);
    deepEqual(parseLocation(text, AROUND), { kind: "local", path });
  }
});

Deno.test("absolutePath() refuses a NUL, and ~ without a home", () => {
  throws(() => absolutePath("a\0b", AROUND), /NUL/);
  throws(() => absolutePath("~/a", { cwd: "/here" }), /HOME is not set/);
  equal(absolutePath("~x", { cwd: "/here" }), "/here/~x");
});

const uris = [
  ["ssh://host//srv/a/", { host: "host", path: "/srv/a" }],
  ["ssh://host/a", { host: "host", path: "a" }],
  ["ssh://ann@host:2222/~/a", {
    user: "ann",
    host: "host",
    port: 2222,
    path: "~/a",
  }],
  ["ssh://a@b@host//x@y:z=1", { user: "a@b", host: "host", path: "/x@y:z=1" }],
  ["ssh://[fe80::1%eth0]:22//a", {
    host: "fe80::1%eth0",
    port: 22,
    path: "/a",
  }],
] as const;

Deno.test("parseLocation() reads ssh URIs, and locationText() writes them", () => {
  for (const [text, parts] of uris) {
    const location = parseLocation(text, AROUND);
    deepEqual(location, { kind: "ssh", ...parts });
    deepEqual(parseLocation(locationText(location), AROUND), location);
  }
});

Deno.test("parseLocation() takes rsync's way to write a machine for no path", () => {
  throws(() => parseLocation("ann@host:/srv/a", AROUND), /\.\/ann@host:\/srv/);
  deepEqual(parseLocation("./ann@host:/a", AROUND), {
    kind: "local",
    path: "/here/ann@host:/a",
  });
});

Deno.test("parseLocation() refuses what no ssh could use", () => {
  const broken = [
    "ssh://",
    "ssh://host",
    "ssh://host/",
    "ssh:///a",
    "ssh://host:0/a",
    "ssh://host:65536/a",
    "ssh://host:x/a",
    "ssh://@host/a",
    "ssh://-oProxyCommand=id/a",
    "ssh://-l@host/a",
    "ssh://fe80::1/a",
    "ssh://ho st/a",
  ];
  for (const text of broken) {
    throws(() => parseLocation(text, AROUND), RangeError, text);
  }
});
