import { afterEach, describe, expect, it, vi } from "vitest";
import { instantIn, localDate } from "./instant.ts";

const at = (text: string) => {
  const [, year = 0, month = 0, day = 0, hour = 0, minute = 0] = (/(\d+)-(\d+)-(\d+) (\d+):(\d+)/.exec(text) ?? []).map(
    Number,
  );
  return { year, month, day, hour, minute };
};

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a moment in the operator's zone", () => {
  it.each([
    ["Europe/Berlin", "2026-01-31 12:00", "2026-01-31T11:00:00.000Z", "winter"],
    ["Europe/Berlin", "2026-07-31 00:00", "2026-07-30T22:00:00.000Z", "midnight in summer"],
    ["Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:30:00.000Z", "leapt over: 03:30"],
    ["Europe/Berlin", "2026-03-29 01:59", "2026-03-29T00:59:00.000Z", "a minute before the leap"],
    ["Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00:00.000Z", "just after the leap"],
    ["Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00.000Z", "twice: the first"],
    ["Europe/Berlin", "2026-10-25 03:00", "2026-10-25T02:00:00.000Z", "after the second time"],
    ["America/New_York", "2026-03-08 02:30", "2026-03-08T07:30:00.000Z", "leapt over: 03:30"],
    ["America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00.000Z", "twice: the first"],
    ["Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:45:00.000Z", "a leap of half an hour: 02:45"],
    ["Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00.000Z", "half an hour twice: the first"],
    ["Pacific/Apia", "2011-12-30 12:00", "2011-12-30T22:00:00.000Z", "a day that the zone left out"],
    ["Asia/Kolkata", "2026-01-01 05:30", "2026-01-01T00:00:00.000Z", "half an hour beside UTC"],
    ["UTC", "0001-01-01 00:00", "0001-01-01T00:00:00.000Z", "the first day"],
    ["Asia/Tokyo", "0099-06-01 12:00", "0099-06-01T02:41:01.000Z", "a year below 100, on local mean time"],
    ["UTC", "9999-12-31 23:59", "9999-12-31T23:59:00.000Z", "the last minute"],
  ])("%s %s is %s: %s", (zone, fields, moment) => {
    expect(instantIn(zone, at(fields)).toISOString()).toBe(moment);
  });
});

describe("a date of this machine's own zone", () => {
  it.each(["UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia"])(
    "says the fields by its getters in %s",
    (zone) => {
      vi.stubEnv("TZ", zone);
      for (const text of ["2026-02-28 09:05", "0042-12-31 23:59", "1970-01-01 00:00", "9999-12-31 00:00"]) {
        const date = localDate(at(text));
        expect([date.getFullYear(), date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes()]).toEqual(
          Object.values(at(text)),
        );
      }
    },
  );

  it("goes on where the zone leaps over it", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    expect(localDate(at("2026-03-29 02:30")).toISOString()).toBe("2026-03-29T01:30:00.000Z");
    vi.stubEnv("TZ", "America/Sao_Paulo");
    expect(localDate({ year: 2018, month: 11, day: 4 }).getDate()).toBe(4);
  });
});
