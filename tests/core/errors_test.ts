import { strictEqual as equal } from "node:assert/strict";
import {
  ConfigError,
  EXIT,
  HazardError,
  InterruptedError,
  LockedError,
  ReplicaError,
  type SyncError,
  TimeLimitError,
  UsageError,
} from "@/core/errors.ts";

const cause = new Error("the system's words");
const options = { hint: "Try again.", cause };

Deno.test.each<{ name: string; error: SyncError; code: number }>([
  { name: "UsageError", error: new UsageError("no", options), code: 64 },
  { name: "ConfigError", error: new ConfigError("no", options), code: 1 },
  { name: "ReplicaError", error: new ReplicaError("no", options), code: 1 },
  { name: "LockedError", error: new LockedError("no", options), code: 1 },
  { name: "HazardError", error: new HazardError("no", options), code: 1 },
])("$name carries its exit code, hint and cause", ({ name, error, code }) => {
  equal(error.name, name);
  equal(error.message, "no");
  equal(error.exitCode, code);
  equal(error.hint, options.hint);
  equal(error.cause, cause);
});

Deno.test("a SyncError without options has neither hint nor cause", () => {
  const error = new UsageError("no");
  equal(error.hint, undefined);
  equal("cause" in error, false);
});

Deno.test("InterruptedError exits as the shell expects of the signal", () => {
  equal(new InterruptedError("SIGINT").exitCode, EXIT.interrupted);
  equal(new InterruptedError("SIGTERM").exitCode, EXIT.terminated);
  equal(EXIT.interrupted, 128 + 2);
  equal(EXIT.terminated, 128 + 15);
});

Deno.test("TimeLimitError names the limit", () => {
  const error = new TimeLimitError(90);
  equal(error.exitCode, EXIT.failed);
  equal(error.message.includes("90 seconds"), true);
});
