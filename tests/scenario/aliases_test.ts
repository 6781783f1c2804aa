import { deepStrictEqual as equal, match } from "node:assert/strict";
import { exits, pathsIn } from "../support/evidence.ts";
import { canMount, Mount, sh } from "../support/machine.ts";
import { runHere } from "../support/osync.ts";
import { Replicas } from "../support/replicas.ts";

const SAME = /both are the same directory/;
const INSIDE = /is inside/;

/** Refuses two places, and writes nothing. */
async function refuses(
  pair: Replicas,
  places: { readonly initiator: string; readonly target: string },
  why: RegExp,
): Promise<void> {
  const before = pathsIn(pair.home);
  for (const options of [["--dry"], []]) {
    const { stderr } = exits(
      1,
      await runHere([
        `--initiator=${pair.home}/${places.initiator}`,
        `--target=${pair.home}/${places.target}`,
        ...options,
      ], { env: { CREATE_DIRS: "true" } }),
    );
    match(stderr, why);
    equal(pathsIn(pair.home), before);
  }
}

Deno.test.each([
  { name: "one path twice", a: "initiator", b: "initiator", why: SAME },
  { name: "a way round", a: "initiator", b: "target/../initiator", why: SAME },
  {
    name: "a directory inside",
    a: "initiator",
    b: "initiator/in",
    why: INSIDE,
  },
  { name: "its parent", a: "initiator/in", b: "initiator", why: INSIDE },
  { name: "a link to it", a: "initiator", b: "link", why: SAME },
  { name: "a link into it", a: "initiator", b: "link/in", why: INSIDE },
  {
    name: "a new directory inside",
    a: "initiator",
    b: "initiator/new/one",
    why: INSIDE,
  },
  { name: "a new parent", a: "new/one", b: "new", why: INSIDE },
  { name: "one new path twice", a: "new/one", b: "new/one", why: SAME },
])("replicas are refused: $name", async ({ a, b, why }) => {
  using pair = new Replicas();
  pair.put("both", { in: { x: "1" } });
  sh("ln", "-s", "initiator", `${pair.home}/link`);
  await refuses(pair, { initiator: a, target: b }, why);
});

Deno.test({
  name: "replicas are refused: a bind mount of the other one",
  ignore: !canMount(),
  async fn() {
    using pair = new Replicas();
    pair.put("initiator", { x: "1" });
    using _ = new Mount(pair.path("target"), "--bind", pair.path("initiator"));
    await refuses(pair, { initiator: "initiator", target: "target" }, SAME);
  },
});

Deno.test({
  name:
    "replicas are refused: a bind mount of a directory inside the other one",
  ignore: !canMount(),
  async fn() {
    using pair = new Replicas();
    pair.put("initiator", { in: { x: "1" } });
    using _ = new Mount(
      pair.path("target"),
      "--bind",
      pair.path("initiator", "in"),
    );
    const { stderr } = exits(1, await pair.run());
    match(stderr, /the other replica, inside this one/);
    equal(pair.tree("target"), { x: "1" });
  },
});
