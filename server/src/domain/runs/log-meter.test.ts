import { create } from "@bufbuild/protobuf";
import { fromValue, LineLoggedSchema, LogLevel, toValue } from "@interval/proto";
import { expect, test } from "vitest";
import { LogMeter } from "./log-meter.ts";

const limits = { runBytes: 1000, bytesPerSecond: 10, burstBytes: 100 };

/** A meter, a clock that stands still, and what a line of some bytes leaves in the log. */
function meterOf(total = 0, more: Partial<typeof limits> = {}) {
  const clock = { ms: 0 };
  const meter = new LogMeter({ ...limits, ...more }, total, () => clock.ms);
  const texts = (events: ReturnType<LogMeter["end"]>) =>
    events.map(({ value }) => `${LogLevel[value.level]} ${fromValue(value.values[0])}`);
  const line = create(LineLoggedSchema, { level: LogLevel.INFO, values: [toValue("line")] });
  return { clock, log: (bytes: number) => texts(meter.take(line, bytes)), end: () => texts(meter.end()) };
}

test("what comes too fast is left out, with one line that says how many these were", () => {
  const { clock, log, end } = meterOf();
  expect([log(60), log(40)]).toEqual([["INFO line"], ["INFO line"]]);
  expect([log(1), log(1), log(1)]).toEqual([[], [], []]);
  clock.ms = 4_900;
  expect(log(1)).toEqual([]); // less than half a burst is free
  clock.ms = 5_000;
  expect(log(1)).toEqual([
    "WARNING 4 lines were left out: a run may log 10 bytes per second, and 100 bytes at once (LOG_RATE_RUN, LOG_BURST_RUN).",
    "INFO line",
  ]);
  expect(log(1)).toEqual(["INFO line"]);
  expect(end()).toEqual([]);
});

test("what is more than a run may log is left out, and the end says how much", () => {
  const { log, end } = meterOf(950);
  expect(log(50)).toEqual(["INFO line"]);
  expect(log(1)).toEqual(["WARNING The lines from here on are left out: a run may log 1,000 bytes (LOG_QUOTA_RUN)."]);
  expect([log(1), log(1)]).toEqual([[], []]);
  expect(end()).toEqual(["WARNING 3 lines were left out: a run may log 1,000 bytes (LOG_QUOTA_RUN)."]);
});

test("a burst of many lines is whole", () => {
  const { log } = meterOf(0, { runBytes: 10_000_000, burstBytes: 10_000_000 });
  for (let i = 0; i < 20_000; i++) expect(log(200)).toEqual(["INFO line"]);
});
