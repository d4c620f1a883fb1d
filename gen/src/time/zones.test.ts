import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { CivilDatetimeSchema } from "../../ts/interval/io/v1/input_datetime_pb.ts";
import { datetimeText } from "./civil.ts";
import { readIso } from "./iso.ts";
import { civilAt, gapAround, isTimeZone, minuteAt, momentIn, momentsOf, offsetText, zoneOrUtc } from "./zones.ts";

const at = (text: string) => create(CivilDatetimeSchema, readIso(text));
const iso = (ms: number) => new Date(ms).toISOString();

describe("a day and a time on the clocks of a zone", () => {
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
    ["America/New_York", "9999-12-31 23:59", "+010000-01-01T04:59:00.000Z", "a minute that UTC has in the year after"],
    ["+02:00", "2026-07-31 00:00", "2026-07-30T22:00:00.000Z", "a fixed clock"],
    ["Mars/Olympus", "2026-07-31 00:00", "2026-07-31T00:00:00.000Z", "a zone that is not known: UTC"],
  ])("%s %s is %s: %s", (zone, text, moment) => {
    expect(iso(momentIn(zone, at(text)))).toBe(moment);
  });

  it("comes twice where clocks go back, and not at all where they go forward", () => {
    expect(momentsOf("Europe/Berlin", at("2026-10-25 02:30")).map(iso)).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T01:30:00.000Z",
    ]);
    expect(momentsOf("Europe/Berlin", at("2026-03-29 02:30"))).toEqual([]);
    expect(momentsOf("Europe/Berlin", at("2026-03-29 03:30"))).toHaveLength(1);
  });

  it.each([
    ["Europe/Berlin", "2026-03-29 02:00", "2026-03-29 02:00", "2026-03-29 03:00"],
    ["Europe/Berlin", "2026-03-29 02:59", "2026-03-29 02:00", "2026-03-29 03:00"],
    ["Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-04 02:00", "2026-10-04 02:30"],
    ["Africa/Cairo", "2026-04-24 00:30", "2026-04-24 00:00", "2026-04-24 01:00"],
    ["Pacific/Apia", "2011-12-30 12:00", "2011-12-30 00:00", "2011-12-31 00:00"],
  ])("in %s leaps over %s: from %s to %s", (zone, text, from, to) => {
    const gap = gapAround(zone, at(text));
    expect(gap && [datetimeText(gap.from), datetimeText(gap.to)]).toEqual([from, to]);
  });

  it("is in the years 1 to 9999, whatever the moment", () => {
    const lastMoment = Date.UTC(9999, 11, 31, 23, 59);
    expect(datetimeText(civilAt("Pacific/Kiritimati", lastMoment))).toBe("9999-12-31 23:59");
    const firstMoment = new Date(0).setUTCFullYear(1, 0, 1) - 86_400_000 / 2;
    expect(datetimeText(civilAt("America/New_York", firstMoment))).toBe("0001-01-01 00:00");
  });

  it("keeps the minute of local mean time, which is seconds beside that of UTC", () => {
    const noon = momentIn("Europe/Berlin", at("1850-06-01 12:00"));
    expect(minuteAt("Europe/Berlin", noon)).toBe(noon);
    expect(minuteAt("Europe/Berlin", noon + 59_999)).toBe(noon);
    expect(momentIn("Europe/Berlin", civilAt("Europe/Berlin", noon))).toBe(noon);
  });
});

describe("a zone", () => {
  it("is known by its name, not by an offset", () => {
    expect(["Europe/Berlin", "UTC", "Etc/GMT-2"].every(isTimeZone)).toBe(true);
    expect(["", "+02:00", "Etc/Unknown", "Mars/Olympus", "x y", "a".repeat(1000)].some(isTimeZone)).toBe(false);
  });

  it("that is not known is UTC", () => {
    expect(["Asia/Tokyo", "Etc/Unknown", ""].map(zoneOrUtc)).toEqual(["Asia/Tokyo", "UTC", "UTC"]);
  });

  it.each([
    ["Europe/Berlin", "UTC+2"],
    ["UTC", "UTC"],
    ["Asia/Kolkata", "UTC+5:30"],
    ["America/St_Johns", "UTC-2:30"],
  ])("%s says how far it is from UTC: %s", (zone, text) => {
    expect(offsetText(zone, Date.UTC(2026, 6, 1))).toBe(text);
  });
});
