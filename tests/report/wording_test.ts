import { strictEqual as equal } from "node:assert/strict";
import {
  bytesText,
  count,
  durationText,
  stoppedText,
  timeText,
} from "@/report/wording.ts";

Deno.test("bytesText() takes the unit that fits", () => {
  equal(bytesText(0), "0 B");
  equal(bytesText(1023), "1023 B");
  equal(bytesText(1024), "1.0 KiB");
  equal(bytesText(1.5 * 1024 ** 3), "1.5 GiB");
  equal(bytesText(2 ** 53), "8.0 PiB");
});

Deno.test("durationText() shows hours where there are any", () => {
  equal(durationText(0), "0:00");
  equal(durationText(59.6), "1:00");
  equal(durationText(3599), "59:59");
  equal(durationText(3723), "1:02:03");
  equal(durationText(360000), "100:00:00");
});

Deno.test("count() knows one from many", () => {
  equal(count(0, "file"), "0 files");
  equal(count(1, "file"), "1 file");
});

Deno.test("timeText() pads every part", () => {
  equal(timeText(new Date(2026, 0, 2, 3, 4, 5)), "2026-01-02 03:04:05");
});

Deno.test("stoppedText() does without a reason", () => {
  equal(stoppedText(undefined), "Stopped; run again to complete.");
});
