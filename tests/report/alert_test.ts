import { match, ok, strictEqual as equal } from "node:assert/strict";
import { conflictMail, finishedMail, runningMail } from "@/report/alert.ts";
import type { Story } from "@/report/alert.ts";
import {
  configOf,
  conflictAt,
  counters,
  reportOf,
} from "../support/report_fixture.ts";

function storyOf(some: Partial<Story> = {}): Story {
  return {
    config: configOf("--instance-id=photos"),
    identity: { user: "ana", host: "laptop", pid: 1, version: "2.0.0" },
    replicas: { initiator: "/a", target: "/b" },
    log: ["first line", "last line"],
    ...some,
  };
}

Deno.test("finishedMail() has the subjects that users filter by", () => {
  const subjects = {
    0: "Finished run - Alert for photos",
    1: "Finished run - Error alert for photos",
    2: "Finished run - Warning alert for photos",
    143: "Finished run - Warning alert for photos",
  };
  for (const [code, subject] of Object.entries(subjects)) {
    const ending = { code: Number(code) as 0 | 1 | 2 | 143 };
    equal(finishedMail(storyOf(), ending).subject, subject);
  }
});

Deno.test("finishedMail() says how it went, the conflicts and the log", async (t) => {
  const report = reportOf({
    done: {
      initiator: counters({ updated: 1 }),
      target: counters({ created: 3, deleted: 2 }),
    },
    conflicts: [conflictAt("x\n")],
  });
  const { text } = finishedMail(storyOf(), { code: 1, report });
  await t.assertSnapshot(text.split("\n"));
});

Deno.test("finishedMail() says why a run failed that never began", () => {
  const story = storyOf({ replicas: undefined, log: [] });
  const { text } = finishedMail(story, { code: 1, failure: "Cannot lock" });
  equal(text, 'The run of task "photos" on laptop failed.\n\nCannot lock\n');
});

Deno.test("runningMail() says that the run goes on", () => {
  const { subject, text } = runningMail(storyOf(), "It takes long");
  equal(subject, "Currently running - Warning alert for photos");
  match(
    text,
    /^The run of task "photos" on laptop is still running\.\nIt takes/,
  );
  match(text, /last line\n$/);
});

Deno.test("conflictMail() lists the conflicts, but no more than one can read", () => {
  const one = conflictMail(storyOf(), [conflictAt("x")]);
  equal(one.subject, "Conflictual files found in [photos]");
  match(one.text, /met a conflict\.\nWhat was decided against is kept/);
  match(one.text, /\n\/a\/x << >> \/b\/x\n$/);
  const many = Array.from({ length: 1002 }, (_, at) => conflictAt(`f${at}`));
  const { text } = conflictMail(storyOf(), many);
  match(text, /met 1002 conflicts\./);
  match(text, /\n\/a\/f999 << >> \/b\/f999\nand 2 more\n$/);
});

Deno.test("conflictMail() promises no backup where there is none", () => {
  const config = { ...configOf(), conflictBackup: false };
  const { text } = conflictMail(storyOf({ config }), [conflictAt("x")]);
  ok(!text.includes("kept"));
});
