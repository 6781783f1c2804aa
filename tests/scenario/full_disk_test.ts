import { deepStrictEqual as equal, match } from "node:assert/strict";
import { opposite, SIDES } from "@/core/side.ts";
import { type Dir, SysError } from "@/sys/fs.ts";
import {
  exits,
  holds,
  isSettled,
  keptTexts,
  noLitter,
  photograph,
  photographs,
  synced,
} from "../support/evidence.ts";
import {
  canBeImmutable,
  canMount,
  canMountExt4,
  canMountQuota,
  Immutable,
  Mount,
  sh,
} from "../support/machine.ts";
import { type Call, FaultyFileSystem } from "../support/faulty_fs.ts";
import type { Spot } from "../support/disk_tree.ts";
import { link, Replicas } from "../support/replicas.ts";

const QUIET = { env: { MINIMUM_SPACE: "0" } };
const BIG = "x".repeat(1_500_000);
/** What may fail because of a quota. */
const NEEDS_SPACE = [
  "createFile",
  "write",
  "copyRange",
  "makeDirectory",
  "makeLink",
  "rename",
];
const HALF = "y".repeat(400_000);

for (const side of SIDES) {
  const other = opposite(side);

  for (const filesystem of ["ext4", "memory"] as const) {
    Deno.test({
      name:
        `the ${side}'s disk (${filesystem}) fills up on the way: small files arrive, the rest is named, the next run completes`,
      ignore: !(filesystem === "ext4" ? canMountExt4() : canMount()),
      async fn() {
        using pair = new Replicas();
        using _ = Mount[filesystem](pair.path(side), "12M");
        pair.put(side, { old: "1", edited: "before" });
        exits(0, await pair.run([], QUIET));
        const ballast = leave(1_400_000, pair.path(side));
        pair.put(other, {
          a: "small",
          b: BIG,
          c: { d: HALF, e: "small" },
          edited: BIG,
        });
        const { stderr } = exits(1, await pair.run([], QUIET));
        match(stderr, /\/(b|edited): .*no space/i);
        const { c, ...rest } = pair.tree(side);
        equal(rest["a"], "small");
        equal(rest["old"], "1");
        equal((c as Record<string, string>)["e"], "small");
        noLitter(pair);
        sh("rm", ballast);
        exits(0, await pair.run([], QUIET));
        holds(pair, {
          a: "small",
          b: BIG,
          c: { d: HALF, e: "small" },
          edited: BIG,
          old: "1",
        });
        equal(keptTexts(pair, side), ["before"]);
        exits(0, await pair.run([], QUIET));
      },
    });
  }

  Deno.test({
    name:
      `the quota on the ${side} (btrfs) is used up on the way: what fits arrives, the rest is named, the next run completes`,
    ignore: !canMountQuota(),
    async fn() {
      using pair = new Replicas();
      using _ = Mount.quota(pair.path(side), "8M");
      pair.put(side, { old: "1", edited: "before" });
      exits(0, await pair.run([], QUIET));
      const tree = {
        a: BIG,
        b: BIG,
        c: { d: BIG, e: BIG },
        edited: BIG,
        z: BIG,
      };
      pair.put(other, tree);
      const { stderr } = exits(1, await pair.run([], QUIET));
      match(stderr, /quota is used up/);
      equal(pair.tree(other), { ...tree, old: "1" });
      sh("btrfs", "qgroup", "limit", "none", pair.path(side));
      exits(0, await pair.run([], QUIET));
      holds(pair, { ...tree, old: "1" });
      equal(keptTexts(pair, side), ["before"]);
      await isSettled(pair);
    },
  });

  Deno.test(`the quota on the ${side} is used up at each write, link, directory and rename in turn: named, and done by the next run`, async () => {
    for (const name of NEEDS_SPACE) {
      using pair = await synced({ old: "1", edited: "before", gone: "2" });
      const tree = {
        a: HALF,
        d: { e: { f: "small" } },
        edited: "after",
        l: link("a"),
        old: "1",
      };
      pair.put(other, tree);
      pair.remove(other, "gone");
      {
        using _ = new FaultyFileSystem({
          before(call) {
            const path = pathOf(call);
            const isOurs = path.startsWith(pair.path(side)) &&
              !/state|lock|catalogue/.test(path);
            if (call.name !== name || !isOurs) return;
            throw new SysError("EDQUOT", name, path);
          },
        });
        const { stderr } = exits(1, await pair.run());
        match(stderr, /quota is used up/, name);
        noLitter(pair);
      }
      await pair.sync();
      holds(pair, tree);
      equal(keptTexts(pair, side), ["2", "before"]);
    }
  });

  Deno.test({
    name:
      `not even the state fits on the ${side}'s disk: exit code 1, nothing lost, the next run completes`,
    ignore: !canMount(),
    async fn() {
      using pair = new Replicas();
      using _ = Mount.memory(pair.path(side), "1M");
      pair.put(other, { old: "1" });
      exits(0, await pair.run([], QUIET));
      const ballast = leave(0, pair.path(side));
      pair.put(other, { old: "2", new: "3", ...manyFiles(300) });
      exits(1, await pair.run([], QUIET));
      exits(1, await pair.run([], QUIET));
      sh("rm", ballast);
      sh("mount", "-o", "remount,size=16M", pair.path(side));
      exits(0, await pair.run([], QUIET));
      holds(pair, { ...manyFiles(300), new: "3", old: "2" });
    },
  });

  Deno.test({
    name: `the ${side} is read-only: exit code 1, and neither side changes`,
    ignore: !canMount(),
    async fn() {
      using pair = await synced({ a: "1" });
      pair.put(other, { b: "2" });
      const before = photographs(pair);
      {
        using _ = new Mount(pair.path(side), "--bind", pair.path(side));
        sh("mount", "-o", "remount,ro,bind", pair.path(side));
        const { stderr } = exits(1, await pair.run());
        match(stderr, /read-only/i);
      }
      equal(photograph(pair.path(side)), before[side]);
      await pair.sync();
      holds(pair, { a: "1", b: "2" });
    },
  });

  Deno.test({
    name:
      `files of the ${side} are immutable: they are named, everything else is done, and they follow once they are not`,
    ignore: !canBeImmutable(),
    async fn() {
      using pair = await synced({ edit: "2", mode: "3", zz: "4" });
      pair.remove(other, "zz");
      pair.put(other, { edit: "changed", new: "5" });
      pair.set(other, "mode", { mode: 0o600 });
      {
        using _b = new Immutable(pair.path(side, "edit"));
        using _c = new Immutable(pair.path(side, "mode"));
        for (let run = 0; run < 2; run++) {
          const { stderr } = exits(1, await pair.run());
          for (const name of ["edit", "mode"]) {
            match(stderr, new RegExp(`${side}/${name}: .*EPERM`));
          }
        }
        equal(pair.tree(side), { edit: "2", mode: "3", new: "5" });
        equal(pair.tree(other), { edit: "changed", mode: "3", new: "5" });
        noLitter(pair);
      }
      await pair.sync();
      holds(pair, { edit: "changed", mode: "3", new: "5" });
      equal(pair.stat(side, "mode")?.mode, 0o600);
      equal(keptTexts(pair, side), ["2", "4"]);
      await isSettled(pair);
    },
  });

  Deno.test({
    name:
      `a directory of the ${side} is immutable: what belongs in it is named, and follows once it is not`,
    ignore: !canBeImmutable(),
    async fn() {
      using pair = await synced({
        d: { gone: "1", stays: "2", edit: "3" },
        e: { f: "4" },
      });
      pair.remove(other, "d/gone", "e");
      pair.put(other, { "d/new": "5", "d/edit": "changed", "d/sub/x": "6" });
      {
        using _d = new Immutable(pair.path(side, "d"));
        using _e = new Immutable(pair.path(side, "e"));
        exits(1, await pair.run());
        equal(pair.tree(side), {
          d: { edit: "3", gone: "1", stays: "2" },
          e: { f: "4" },
        });
      }
      await pair.sync();
      holds(pair, {
        d: { edit: "changed", new: "5", stays: "2", sub: { x: "6" } },
      });
      await isSettled(pair);
    },
  });
}

/** What a call is about: of two names or files, the new one. */
function pathOf({ args }: Call): string {
  const [first, second] = args as readonly Partial<Dir & Spot>[];
  const { dir, name, path } = second?.dir ?? second?.path
    ? second
    : first ?? {};
  return dir === undefined ? `${path}/${second}` : `${dir.path}/${name}`;
}

/** Fills a filesystem but for some bytes. */
function leave(bytes: number, replica: string): string {
  const [free = 0, size = 0] = sh("stat", "-f", "-c", "%a %S", replica)
    .split(" ").map(Number);
  const path = `${replica}/.osync_workdir/ballast`;
  sh("fallocate", "-l", String(Math.max(free * size - bytes, 1)), path);
  return path;
}

function manyFiles(count: number): Record<string, string> {
  const names = Array.from(
    { length: count },
    (_, index) => `file-${1000 + index}`,
  );
  return Object.fromEntries(names.map((name) => [name, name]));
}
