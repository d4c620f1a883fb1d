// What programs give to the inputs of days and times, and get of them. Hosts and operators in different zones are in testing/zones.test.ts.
import { afterEach, describe, expect, it, vi } from "vitest";
import { ctx, type DatetimeValue, io } from "../index.ts";
import { AnswerRefusedError, runAction } from "../testing/index.ts";
import { startOfDay } from "./instant.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What a lone field answers that the operator leaves as it is, or enters something in. */
async function answered<T>(ask: () => PromiseLike<T>, timeZone = "Europe/Berlin", entered?: unknown): Promise<T> {
  const run = runAction(() => ask(), { user: { timeZone } });
  await run.answer(entered === undefined ? {} : { X: entered });
  return (await run.result()) as T;
}

/** What is wrong with what an operator enters. */
async function refused(ask: () => PromiseLike<unknown>, entered: unknown, timeZone = "Europe/Berlin") {
  const error: unknown = await answered(ask, timeZone, entered).catch((error: unknown) => error);
  if (!(error instanceof AnswerRefusedError)) throw error;
  return error.errors.map(({ code, text }) => [code, text]);
}

const datetime = async (...args: Parameters<typeof io.input.datetime>) => {
  const { isoDate, isoTime, instant } = await io.input.datetime(...args);
  return [`${isoDate} ${isoTime}`, instant.toISOString()];
};
const time = async (...args: Parameters<typeof io.input.time>) => (await io.input.time(...args)).isoTime;
const date = async (...args: Parameters<typeof io.input.date>) => (await io.input.date(...args)).isoDate;

describe("a datetime starts with", () => {
  const at = "2026-06-15T11:00:00.000Z";

  it.each([
    ["a Date", new Date(at), "2026-06-15 13:00", at],
    ["a text in UTC", at, "2026-06-15 13:00", at],
    ["a text with an offset", "2026-06-15T16:30+05:30", "2026-06-15 13:00", at],
    ["a text without an offset", "2026-06-15T13:00:59", "2026-06-15 13:00", at],
    ["a text with a space", "2026-06-15 13:00", "2026-06-15 13:00", at],
    ["fields", { year: 2026, month: 6, day: 15, hour: 13, minute: 0 }, "2026-06-15 13:00", at],
    ["a day", "2026-06-15", "2026-06-15 00:00", "2026-06-14T22:00:00.000Z"],
    ["a Date with seconds", new Date("2026-06-15T11:00:59.999Z"), "2026-06-15 13:00", at],
    ["the second of two", "2026-10-25T01:30Z", "2026-10-25 02:30", "2026-10-25T01:30:00.000Z"],
    ["fields that come twice", "2026-10-25T02:30", "2026-10-25 02:30", "2026-10-25T00:30:00.000Z"],
    ["a leap day", "2024-02-29T23:59", "2024-02-29 23:59", "2024-02-29T22:59:00.000Z"],
    ["a year below 100", "0042-03-01T12:00", "0042-03-01 12:00", "0042-03-01T11:06:32.000Z"],
    ["the last year", "9999-12-31T23:59", "9999-12-31 23:59", "9999-12-31T22:59:00.000Z"],
  ])("%s", async (_what, defaultValue, shown, instant) => {
    vi.stubEnv("TZ", "America/New_York");
    expect(await answered(() => datetime("X", { defaultValue }))).toEqual([shown, instant]);
  });

  it("an earlier answer, which is the moment that it meant wherever the next operator is", async () => {
    const earlier = await answered(() => io.input.datetime("X", { defaultValue: new Date(at) }));
    const ask = () => datetime("X", { defaultValue: earlier });
    expect(await answered(ask, "Asia/Tokyo")).toEqual(["2026-06-15 20:00", at]);
    const changed = () => datetime("X", { defaultValue: { ...earlier, hour: 9 } });
    expect(await answered(changed, "Asia/Tokyo")).toEqual(["2026-06-15 09:00", "2026-06-15T00:00:00.000Z"]);
  });

  it("a minute of the year 9999 that UTC has in the year after, for thirty rounds", async () => {
    let at: Date | string = new Date("+010000-01-01T04:59:00.000Z");
    for (let round = 0; round < 30; round++) {
      const given: Date | string = at;
      const answer: DatetimeValue = await answered(
        () => io.input.datetime("X", { defaultValue: given }),
        "America/New_York",
      );
      expect([answer.isoDate, answer.isoTime]).toEqual(["9999-12-31", "23:59"]);
      at = answer.instant;
    }
    // What a run returns is a text beyond the year 9999, and texts with an offset are moments.
    expect(at).toBe("+010000-01-01T04:59:00.000Z");
  });
});

describe("a day starts with", () => {
  it.each([
    ["a Date at midnight in UTC", new Date("1965-06-15"), "1965-06-15"],
    ["a Date at midnight here", () => new Date(1965, 5, 15), "1965-06-15"],
    ["a moment of the next day where the operator is", new Date("2026-06-15T22:30Z"), "2026-06-16"],
    ["a text", "1965-06-15", "1965-06-15"],
    ["a text with a time", "1965-06-15T23:59", "1965-06-15"],
    ["a text with an offset", "2026-06-15T22:30Z", "2026-06-16"],
    ["a text of midnight in UTC", "1965-06-15T00:00:00.000Z", "1965-06-15"],
    ["fields", { year: 1965, month: 6, day: 15 }, "1965-06-15"],
  ])("%s", async (_what, given, expected) => {
    vi.stubEnv("TZ", "America/New_York");
    const defaultValue = typeof given === "function" ? given() : given;
    expect(await answered(() => date("X", { defaultValue }))).toBe(expected);
  });

  it.each([
    ["America/Sao_Paulo", { year: 2018, month: 11, day: 4 }],
    ["Africa/Cairo", { year: 2026, month: 4, day: 24 }],
    ["Europe/Berlin", { year: 42, month: 2, day: 28 }],
  ])("what jsDate said in %s, also where clocks leap over midnight", async (zone, day) => {
    vi.stubEnv("TZ", zone);
    const { jsDate } = await answered(() => io.input.date("X", { defaultValue: day }));
    expect([jsDate.getFullYear(), jsDate.getMonth() + 1, jsDate.getDate()]).toEqual(Object.values(day));
    expect(new Date(jsDate.getTime() - 1).getDate()).not.toBe(day.day);
    const again = await answered(() => io.input.date("X", { defaultValue: jsDate }), "Pacific/Pago_Pago");
    expect(again).toMatchObject(day);
  });

  it("cannot say by jsDate a day that this machine's zone has left out", () => {
    vi.stubEnv("TZ", "Pacific/Apia");
    expect(startOfDay({ year: 2011, month: 12, day: 30 }).getDate()).toBe(31);
  });
});

describe("a time starts with", () => {
  it.each([
    ["a text", "09:30", "09:30"],
    ["a text with seconds", "09:30:59", "09:30"],
    ["fields", { hour: 9, minute: 30 }, "09:30"],
    ["a day and a time as written", "2026-06-15T09:30", "09:30"],
    ["a moment", new Date("2026-06-15T07:30Z"), "09:30"],
    ["a text with an offset", "2026-06-15T07:30Z", "09:30"],
    ["a day: its first minute", "2026-06-15", "00:00"],
  ])("%s", async (_what, defaultValue, expected) => {
    vi.stubEnv("TZ", "America/New_York");
    expect(await answered(() => time("X", { defaultValue }))).toBe(expected);
  });
});

describe("bounds include what they name:", () => {
  const bounds = { min: new Date("2026-06-15T07:00Z"), max: "2026-06-15T17:00+02:00" };

  it("moments on every operator's clock", async () => {
    const ask = () => datetime("X", bounds);
    expect(await answered(ask, "Europe/Berlin", "2026-06-15T09:00")).toContain("2026-06-15T07:00:00.000Z");
    expect(await answered(ask, "Asia/Tokyo", "2026-06-16T00:00")).toContain("2026-06-15T15:00:00.000Z");
    expect(await refused(ask, "2026-06-15T08:59")).toEqual([["too_early", "Choose 2026-06-15 09:00 or later."]]);
    expect(await refused(ask, "2026-06-16T00:01", "Asia/Tokyo")).toEqual([
      ["too_late", "Choose 2026-06-16 00:00 or earlier."],
    ]);
  });

  it("fields as written, whatever the operator's clock", async () => {
    const ask = () => datetime("X", { min: "2026-06-15", max: { year: 2026, month: 6, day: 15, hour: 17, minute: 0 } });
    for (const zone of ["Europe/Berlin", "Pacific/Kiritimati"]) {
      expect(await answered(ask, zone, "2026-06-15T00:00")).toContain("2026-06-15 00:00");
      expect(await answered(ask, zone, "2026-06-15T17:00")).toContain("2026-06-15 17:00");
      expect(await refused(ask, "2026-06-15T17:01", zone)).toHaveLength(1);
    }
  });

  it("days of moments", async () => {
    const ask = () => date("X", { min: new Date("2026-06-15T22:30Z") });
    expect(await answered(ask, "America/New_York", "2026-06-15")).toBe("2026-06-15");
    expect(await refused(ask, "2026-06-15")).toEqual([["too_early", "Choose 2026-06-16 or later."]]);
  });

  it("times of moments, over midnight where they are", async () => {
    const ask = () => time("X", bounds);
    expect(await answered(ask, "Europe/Berlin", "17:00")).toBe("17:00");
    for (const inside of ["19:00", "23:59", "00:00", "03:00"]) {
      expect(await answered(ask, "Pacific/Auckland", inside)).toBe(inside);
    }
    expect(await refused(ask, "12:00", "Pacific/Auckland")).toEqual([["too_early", "Choose 19:00 or later."]]);
  });
});

describe("an operator enters", () => {
  it("no time that daylight saving leaves out", async () => {
    const ask = () => io.input.datetime("X");
    expect(await refused(ask, "2026-03-29T02:30")).toEqual([
      [
        "skipped_time",
        "02:30 does not exist on 2026-03-29 in Europe/Berlin: clocks go from 02:00 to 03:00. Choose a time before 02:00, or 03:00 or later.",
      ],
    ]);
    expect(await answered(ask, "America/New_York", "2026-03-29T02:30")).toMatchObject({ isoTime: "02:30" });
  });

  it("anything in a zone that is not known, which is UTC", async () => {
    const at = new Date("2026-06-15T11:00:00.000Z");
    const group = async () => {
      const { moment, day, clock } = await io.group({
        moment: io.input.datetime("M", { defaultValue: at, min: at }),
        day: io.input.date("D", { defaultValue: at }),
        clock: io.input.time("T", { defaultValue: at }),
      });
      return [moment.timeZone, moment.isoTime, moment.instant.toISOString(), day.isoDate, clock.isoTime];
    };
    for (const zone of ["Mars/Olympus", "+02:00", "", "no zone"]) {
      const asked = runAction(() => ctx.user.timeZone, { user: { timeZone: zone } });
      expect(await asked.result()).toBe("UTC");
      expect(await answered(group, zone)).toEqual(["UTC", "11:00", at.toISOString(), "2026-06-15", "11:00"]);
    }
  });
});

describe("a spreadsheet", () => {
  it("starts with days as the input of days does", async () => {
    vi.stubEnv("TZ", "America/New_York");
    const given = [new Date("1965-06-15"), new Date(1965, 5, 15), "1965-06-15", new Date("1965-06-14T23:30Z")];
    const ask = () =>
      io.input.spreadsheet("X", { columns: { day: "date" }, defaultValue: given.map((day) => ({ day })) });
    const rows = await answered(ask);
    expect(rows.map(({ day }) => day.isoDate)).toEqual(Array(4).fill("1965-06-15"));
    expect(
      (
        await answered(
          ask,
          "UTC",
          given.map((day) => ({ day })),
        )
      ).map(({ day }) => day.day),
    ).toEqual([15, 15, 15, 14]);
  });
});

describe("what does not parse is refused by the call:", () => {
  const moment = 'a Date, a text such as "2026-11-24T14:30" or { year, month, day, hour, minute }';

  it.each([
    [
      () => io.input.date("X", { defaultValue: "15.06.1965" }),
      '"defaultValue" must be a Date, a text such as "2026-11-24"',
    ],
    [() => io.input.date("X", { min: "2026-02-30" }), 'it is "2026-02-30" (a string)'],
    [() => io.input.date("X", { min: "2026-02-30T00:00Z" }), '"min" must be'],
    [() => io.input.date("X", { max: "" }), '"max" must be'],
    [() => io.input.date("X", { max: "14:30" }), '"max" must be'],
    [() => io.input.date("X", { min: new Date(Number.NaN) }), '"min" must be'],
    [() => io.input.date("X", { min: new Date("-000001-01-01") }), '"min" must be'],
    [
      () => io.input.date("X", { min: "2026-06-15", max: "2026-06-14" }),
      '"min" (2026-06-15) must not be after "max" (2026-06-14)',
    ],
    [() => io.input.time("X", { min: "24:00" }), '"min" must be a Date, a text such as "14:30" or { hour, minute }'],
    [() => io.input.time("X", { min: "2:30 PM" }), '"min" must be'],
    [() => io.input.time("X", { defaultValue: "14:30Z" }), '"defaultValue" must be'],
    [() => io.input.datetime("X", { defaultValue: "tomorrow" }), `"defaultValue" must be ${moment}`],
    [() => io.input.datetime("X", { defaultValue: "14:30" }), '"defaultValue" must be'],
    [() => io.input.datetime("X", { min: new Date(8.64e15) }), '"min" must be'],
    [() => io.input.datetime("X", { min: "2026-06-15T12:00+99:00" }), '"min" must be'],
    [
      () => io.input.datetime("X", { min: new Date("2026-06-15T12:00Z"), max: new Date("2026-06-15T11:00Z") }),
      '"min" (2026-06-15T12:00:00.000Z) must not be after "max" (2026-06-15T11:00:00.000Z)',
    ],
    [
      () => io.input.spreadsheet("X", { columns: { day: "date" }, defaultValue: [{ day: "15.06.1965" }] }),
      '"defaultValue[0].day" must be a Date, a text such as "2026-11-24"',
    ],
  ])("%s", async (ask, text) => {
    await expect(runAction(() => ask()).result()).rejects.toThrow(text);
  });
});
