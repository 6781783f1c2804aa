import { deepStrictEqual as deepEqual, match } from "node:assert/strict";
import { runBare } from "../support/bare.ts";
import { exists, exits, holds, text } from "../support/evidence.ts";
import { OLD_CONFS } from "../support/old_conf.ts";
import { runHere } from "../support/osync.ts";
import { Replicas } from "../support/replicas.ts";

const TREE = { a: "1", d: { b: "2" } };

function taskOf(pair: Replicas) {
  return {
    initiator: pair.path("initiator"),
    target: pair.path("target"),
    log: `${pair.home}/task.log`,
  };
}

function write(pair: Replicas, conf: string): string {
  const path = `${pair.home}/task.conf`;
  Deno.writeTextFileSync(path, conf, { mode: 0o600 });
  return path;
}

/** Of what this version cannot do yet it may complain. */
function complaintsIn(stderr: string): string[] {
  return stderr.split("\n").filter((line) =>
    line !== "" &&
    !/has no effect in this version$|^Warning: Finished with/.test(line)
  );
}

for (const [revision, make] of Object.entries(OLD_CONFS)) {
  Deno.test(`a configuration file of osync ${revision} runs as it is`, async () => {
    using pair = new Replicas();
    const conf = write(pair, make(taskOf(pair)));
    pair.put("initiator", { ...TREE, "x.bak": "", tmp: { c: "3" } });
    const { code, stderr } = await runHere([conf, "--no-prefix"]);
    deepEqual(complaintsIn(stderr), []);
    deepEqual(code, stderr === "" ? 0 : 2);
    deepEqual(pair.tree("target"), TREE);
    match(text(`${pair.home}/task.log`), /Task sync_test as /);
  });
}

for (
  const [how, edit] of [
    ["with CRLF, BOM, blanks and export", (line: string) => {
      return `${line.replace(/^(\w+)=(.*)$/, "  export $1 =\t$2  # c")}\r`;
    }],
    ["in single quotes", (line: string) => {
      return line.replace(/^(\w+)=([^"]*)$/, "$1='$2'");
    }],
  ] as const
) {
  Deno.test(`a configuration file ${how} means the same`, async () => {
    using pair = new Replicas();
    const conf = (OLD_CONFS["1.3"]?.(taskOf(pair)) ?? "").split("\n")
      .map(edit).join("\n");
    pair.put("initiator", TREE);
    const path = write(pair, `\ufeff${conf}`);
    const { stderr } = await runHere([path, "--no-prefix"]);
    deepEqual(complaintsIn(stderr), []);
    deepEqual(pair.tree("target"), TREE);
  });
}

Deno.test("cron's run with a configuration file does its work", async () => {
  using pair = new Replicas();
  pair.put("initiator", TREE);
  const conf = write(
    pair,
    [
      `INITIATOR_SYNC_DIR=${pair.path("initiator")}`,
      `TARGET_SYNC_DIR='${pair.path("target")}'`,
      `LOGFILE=${pair.home}/task.log`,
      "INSTANCE_ID=nightly",
    ].join("\n"),
  );
  const through = ["/bin/sh", "-c", 'umask 077; exec "$@" <&-', "sh"];
  for (const options of [["--errors-only"], ["--silent"]]) {
    const { stdout } = exits(
      0,
      await runBare(pair, options, { conf, through }),
    );
    deepEqual(stdout, "");
  }
  holds(pair, TREE);
  match(text(`${pair.home}/task.log`), /Task nightly as /);
});

Deno.test("a run with a bad configuration file touches nothing", async () => {
  using pair = new Replicas();
  pair.put("initiator", TREE);
  const conf = write(
    pair,
    `INITIATOR_SYNC_DIR=${pair.path("initiator")}
TARGET_SYNC_DIR=${pair.path("target")}
LOGFILE=$(touch ${pair.home}/pwned)
SOFT_DELETE_DAYS=many
`,
  );
  const { stderr } = exits(1, await runBare(pair, [], { conf }));
  match(stderr, /LOGFILE \(line 3 of .*\n.*SOFT_DELETE_DAYS=many \(line 4 of /);
  deepEqual(pair.tree("target"), {});
  deepEqual(exists(`${pair.home}/pwned`), false);
});
