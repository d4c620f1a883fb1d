import { describe, expect, it } from "vitest";
import { readIso } from "./iso.ts";

const date = { year: 2026, month: 3, day: 29 };
const time = { hour: 14, minute: 30 };
const moment = Date.UTC(2026, 2, 29, 12, 30);

describe("an ISO text", () => {
  it.each([
    ["2026-03-29", { date }],
    ["14:30", { time }],
    ["14:30:59.9", { time }],
    ["2026-03-29T14:30", { date, time }],
    ["2026-03-29 14:30", { date, time }],
    ["2026-03-29t14:30:59.123", { date, time }],
    ["2026-03-29T14:30+02:00", { date, time, moment }],
    ["2026-03-29T14:30:00.000+0200", { date, time, moment }],
    ["2026-03-29 14:30:00-00:30", { date, time, moment: Date.UTC(2026, 2, 29, 15) }],
    ["2026-03-29T14:30Z", { date, time, moment: Date.UTC(2026, 2, 29, 14, 30) }],
    ["2026-03-29T14:30:00z", { date, time, moment: Date.UTC(2026, 2, 29, 14, 30) }],
    ["0042-03-29", { date: { ...date, year: 42 } }],
    [
      "+010000-01-01T04:59:00.000Z",
      {
        date: { year: 10_000, month: 1, day: 1 },
        time: { hour: 4, minute: 59 },
        moment: Date.UTC(10_000, 0, 1, 4, 59),
      },
    ],
    ["2026-02-30", { date: { year: 2026, month: 2, day: 30 } }],
    ["2026-02-30T14:30Z", { date: { year: 2026, month: 2, day: 30 }, time, moment: Number.NaN }],
    ["2026-03-29T24:00Z", { date, time: { hour: 24, minute: 0 }, moment: Number.NaN }],
    ["2026-03-29T14:30+99:00", { date, time, moment: Number.NaN }],
  ])("%s is read", (text, parts) => {
    expect(readIso(text)).toEqual(parts);
  });

  it.each([
    "",
    "today",
    "29.03.2026",
    "2026-3-29",
    "20260329",
    "2026-03-29T",
    "2026-03-2914:30",
    "T14:30",
    "14:30Z",
    "2:30",
    "14:30:60",
    "2026-W13-7",
    "2026-03-29T14:30 Europe/Berlin",
    `2026-03-29${" ".repeat(100_000)}`,
  ])("%j is none", (text) => {
    expect(readIso(text)).toBeUndefined();
  });
});
