import { describe, expect, it } from "vitest";
import {
  type CivilFields,
  type Parts,
  parseIso,
  segmentFormat,
  toFields,
  toParts,
  turn,
  typeDigit,
} from "./segments.ts";

/** A day and a time as a language shows them. */
function shown(locale: string, fields: CivilFields): string {
  const format = segmentFormat(locale, "year" in fields ? "datetime" : "time");
  const parts = toParts(fields, format.twelve);
  return format.layout
    .map((segment) =>
      "part" in segment ? format.show(segment.part, parts[segment.part] ?? Number.NaN) : segment.literal,
    )
    .join("")
    .replace(/[\u00a0\u202f\u200f]/g, " ");
}

/** What stands in the parts after these digits. */
function typed(locale: string, part: Parameters<typeof typeDigit>[1], digits: string): Parts & { done: boolean } {
  const format = segmentFormat(locale, "datetime");
  let state = { parts: {} as Parts, buffer: "", done: false };
  for (const digit of digits) {
    const next = typeDigit(format, part, state.buffer, digit);
    state = { ...next, parts: { ...state.parts, ...next.parts } };
  }
  return { ...state.parts, done: state.done };
}

describe("a time is shown as its language writes it", () => {
  it.each([
    ["en-US", 0, "12:05 AM"],
    ["en-US", 12, "12:05 PM"],
    ["en-US", 21, "09:05 PM"],
    ["en-GB", 0, "00:05"],
    ["en-GB", 12, "12:05"],
    ["de-DE", 21, "21:05"],
    ["es-MX", 21, "09:05 p.m."],
    ["es-MX", 9, "09:05 a.m."],
    ["ko-KR", 0, "오전 12:05"],
    ["ko-KR", 12, "오후 12:05"],
    ["ja-JP", 21, "21:05"],
  ])("%s %i h", (locale, hour, text) => {
    expect(shown(locale, { hour, minute: 5 })).toBe(text);
  });

  it("in the civil calendar, whatever the language's own is", () => {
    const fields = { year: 2026, month: 11, day: 4, hour: 9, minute: 5 };
    expect(shown("en-US", fields)).toBe("11/04/2026, 09:05 AM");
    expect(shown("de-DE", fields)).toBe("04.11.2026, 09:05");
    expect(shown("th-TH", fields)).toContain("2026");
    expect(shown("ar-EG", fields)).toContain("٢٠٢٦");
  });
});

describe("every hour survives being shown", () => {
  it.each(["en-US", "de-DE", "es-MX", "ko-KR", "ar-EG", "hi-IN"])("in %s", (locale) => {
    const { twelve } = segmentFormat(locale, "time");
    for (let hour = 0; hour < 24; hour++) {
      expect(toFields(toParts({ hour, minute: 0 }, twelve), twelve)).toMatchObject({ hour, minute: 0 });
    }
  });

  it("but is not guessed where AM or PM is missing", () => {
    expect(toFields({ hour: 9, minute: 30 }, true)).toMatchObject({ hour: undefined, minute: 30 });
    expect(toFields({}, true)).toBeUndefined();
  });
});

describe("digits", () => {
  it.each([
    ["month", "1", { month: 1, done: false }],
    ["month", "12", { month: 12, done: true }],
    ["month", "2", { month: 2, done: true }],
    ["month", "13", { month: 3, done: true }],
    ["day", "04", { day: 4, done: true }],
    ["day", "32", { day: 2, done: false }],
    ["year", "202", { year: 202, done: false }],
    ["year", "2026", { year: 2026, done: true }],
    ["year", "20261", { year: 1, done: false }],
    ["minute", "00", { minute: 0, done: true }],
    ["minute", "7", { minute: 7, done: true }],
    ["hour", "9", { hour: 9, done: true }],
    ["hour", "12", { hour: 12, done: true }],
    ["hour", "14", { hour: 2, dayPeriod: 1, done: true }],
    ["hour", "00", { hour: 12, dayPeriod: 0, done: true }],
  ] as const)("of %s: %s", (part, digits, expected) => {
    expect(typed("en-US", part, digits)).toEqual(expected);
  });

  it("go to 23 on a clock of 24 hours", () => {
    expect(typed("de-DE", "hour", "23")).toEqual({ hour: 23, done: true });
    expect(typed("de-DE", "hour", "24")).toEqual({ hour: 4, done: true });
    expect(typed("de-DE", "hour", "00")).toEqual({ hour: 0, done: true });
  });
});

it("turning goes round", () => {
  const format = segmentFormat("en-US", "datetime");
  expect(turn(format, "month", 12, 1)).toBe(1);
  expect(turn(format, "hour", 1, -1)).toBe(12);
  expect(turn(format, "minute", 5, -10)).toBe(55);
});

it("pasted days and times are read in ISO notation alone", () => {
  expect(parseIso("2026-11-24")).toMatchObject({ year: 2026, month: 11, day: 24, hour: undefined });
  expect(parseIso(" 2026-11-24T09:30:15.000 ")).toMatchObject({ day: 24, hour: 9, minute: 30 });
  expect(parseIso("09:30")).toMatchObject({ year: undefined, hour: 9, minute: 30 });
  for (const text of ["", " ", "24.11.2026", "tomorrow", "2026-02-30T10:00Z"]) expect(parseIso(text)).toBeUndefined();
});

it("a text with an offset is pasted as the moment that it says", () => {
  const evening = "2026-11-24T23:30:00.000Z";
  expect(parseIso(evening, "Europe/Berlin")).toMatchObject({ day: 25, hour: 0, minute: 30 });
  expect(parseIso("2026-11-24 23:30-05:00", "Europe/Berlin")).toMatchObject({ day: 25, hour: 5, minute: 30 });
  expect(parseIso(evening, "Europe/Berlin", true)).toMatchObject({ day: 25 });
  expect(parseIso("2026-11-24T00:00:00.000Z", "America/New_York", true)).toMatchObject({ day: 24 });
});
