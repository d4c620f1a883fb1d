import { create } from "@bufbuild/protobuf";
import { FieldErrorCode, IoAnswerSchema, IoCallSchema, type IoValue, IoValueSchema } from "@interval/proto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MemoryAssets } from "../assets/memory-assets.ts";
import { compose } from "./compose.ts";
import { createIo } from "./io.ts";
import { judge } from "./judge.ts";
import { type Spec, spec } from "./spec.ts";

const io = createIo(() => undefined);
const assets = new MemoryAssets().of("run_1");

type Asked = { [spec]: Spec };
type Value = Parameters<typeof create<typeof IoValueSchema>>[1];

const composed = (asked: Asked) => compose(asked[spec], assets);

/** What is sent of a lone component. */
function sent(asked: Asked) {
  return composed(asked).fields[0]?.component.kind.value;
}

/** What a program gets for an answer to a lone component, or the faults. */
async function answered(asked: Asked, kind?: NonNullable<Value>["kind"]): Promise<unknown> {
  const whole = composed(asked);
  const components = whole.fields.map(({ component }) => component);
  const values: Record<string, IoValue> = kind ? { [whole.baseKey]: create(IoValueSchema, { kind }) } : {};
  const call = create(IoCallSchema, { key: whole.baseKey, components, awaitsAnswer: true });
  const verdict = await judge(call, whole, undefined, create(IoAnswerSchema, { values }));
  return verdict.ok ? verdict.value : verdict.errors.map(({ code, text }) => [FieldErrorCode[code], text]);
}

const day = { year: 2026, month: 11, day: 24 };
const date = (value = day) => ({ case: "inputDate" as const, value: { date: value } });
const time = (hour: number, minute: number) => ({ case: "inputTime" as const, value: { time: { hour, minute } } });
const moment = (timeZone: string) => ({
  case: "inputDatetime" as const,
  value: { datetime: { date: day, time: { hour: 0, minute: 0 } }, timeZone },
});
const slider = (number: number) => ({ case: "inputSlider" as const, value: { number } });
const url = (url: string) => ({ case: "inputUrl" as const, value: { url } });
const richText = (html: string) => ({ case: "inputRichText" as const, value: { html } });

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a program gets", () => {
  const bounds = { min: 0, max: 10 };

  it.each([
    ["a slider's number", io.input.slider("S", bounds), slider(3), 3],
    ["a URL", io.input.url("U"), url("https://example.com/a?b=c"), new URL("https://example.com/a?b=c")],
    ["a day", io.input.date("D"), date(), { ...day, isoDate: "2026-11-24", jsDate: new Date(2026, 10, 24) }],
    ["midnight", io.input.time("T"), time(0, 0), { hour: 0, minute: 0, isoTime: "00:00" }],
    ["noon", io.input.time("T"), time(12, 0), { hour: 12, minute: 0, isoTime: "12:00" }],
    ["HTML", io.input.richText("R"), richText("<p>Hi</p>"), "<p>Hi</p>"],
    ["nothing for an optional slider", io.input.slider("S", bounds).optional(), undefined, undefined],
    ["nothing for an optional URL", io.input.url("U").optional(), undefined, undefined],
    ["nothing for an optional day", io.input.date("D").optional(), undefined, undefined],
    ["nothing for an optional time", io.input.time("T").optional(), undefined, undefined],
    ["nothing for an optional datetime", io.input.datetime("M").optional(), undefined, undefined],
    ["nothing for an optional e-mail", io.input.email("E").optional(), undefined, undefined],
    ["nothing for text without letters", io.input.richText("R").optional(), richText("<p> </p>"), undefined],
    ["zero", io.input.number("N", { currency: "JPY" }), { case: "inputNumber" as const, value: { number: 0 } }, 0],
  ])("%s", async (_what, asked, value, expected) => {
    expect(await answered(asked, value)).toEqual(expected);
  });

  it("a datetime as fields and as the moment that was meant, wherever this machine is", async () => {
    vi.stubEnv("TZ", "America/New_York");
    expect(await answered(io.input.datetime("M"), moment("Asia/Tokyo"))).toEqual({
      ...day,
      hour: 0,
      minute: 0,
      isoDate: "2026-11-24",
      isoTime: "00:00",
      timeZone: "Asia/Tokyo",
      instant: new Date("2026-11-23T15:00:00Z"),
      jsDate: new Date("2026-11-23T15:00:00Z"),
    });
    expect(await answered(io.input.datetime("M"), moment(""))).toMatchObject({
      timeZone: "UTC",
      instant: new Date("2026-11-24T00:00:00Z"),
    });
  });

  it("the moment of a datetime in a zone that this machine does not know, by the offset of its clock", async () => {
    const { value, ...kind } = moment("Atlantis/Poseidonis");
    expect(
      await answered(io.input.datetime("M"), { ...kind, value: { ...value, utcOffsetSeconds: -9000 } }),
    ).toMatchObject({ ...day, hour: 0, timeZone: "-02:30", instant: new Date("2026-11-24T02:30:00Z") });
  });
});

describe("a validator sees what the program would get", () => {
  it("of each kind", async () => {
    const seen: unknown[] = [];
    const see = (value: unknown) => {
      seen.push(value);
      return "No.";
    };
    const refused = [["REJECTED", "No."]];
    expect(await answered(io.input.slider("S", { min: 0, max: 9 }).validate(see), slider(2))).toEqual(refused);
    expect(await answered(io.input.url("U").validate(see), url("https://a.example"))).toEqual(refused);
    expect(await answered(io.input.date("D").validate(see), date())).toEqual(refused);
    expect(await answered(io.input.time("T").validate(see), time(7, 5))).toEqual(refused);
    expect(await answered(io.input.datetime("M").validate(see), moment("UTC"))).toEqual(refused);
    expect(await answered(io.input.richText("R").validate(see), richText("<b>x</b>"))).toEqual(refused);
    expect(seen).toEqual([
      2,
      new URL("https://a.example"),
      { ...day, isoDate: "2026-11-24", jsDate: expect.any(Date) },
      { hour: 7, minute: 5, isoTime: "07:05" },
      expect.objectContaining({ timeZone: "UTC", instant: new Date("2026-11-24T00:00:00Z") }),
      "<b>x</b>",
    ]);
  });

  it("also where it may be missing", async () => {
    const seen = vi.fn(() => undefined);
    expect(await answered(io.input.date("D").optional().validate(seen))).toBeUndefined();
    expect(seen).toHaveBeenCalledWith(undefined);
  });
});

describe("props say", () => {
  it("addresses as texts or URLs, schemes with or without a colon", () => {
    const props = { defaultValue: new URL("https://example.com"), allowedProtocols: ["HTTPS:", "mailto"] };
    expect(sent(io.input.url("U", props))).toMatchObject({
      defaultValue: "https://example.com/",
      allowedProtocols: ["https", "mailto"],
    });
  });

  it("a slider's default, which is dropped with a warning where it cannot be chosen", () => {
    const { fields } = composed(io.input.slider("S", { min: 0, max: 10, step: 5, defaultValue: 7 }));
    expect(fields[0]?.component.kind.value).toMatchObject({ defaultValue: undefined });
    expect(fields[0]?.warnings).toEqual([
      expect.stringMatching(/"defaultValue" is 7, so it starts at "min".*steps of 5/),
    ]);
  });
});

describe("malformed props are refused:", () => {
  const invalid = new Date(Number.NaN);

  it.each([
    [() => io.input.slider("S", {} as never), /io.input.slider: "min" must be a finite number, but it is undefined/],
    [() => io.input.slider("S", { min: 5, max: 5 }), /"min" \(5\) must be less than "max" \(5\)/],
    [() => io.input.slider("S", { min: 0, max: 5, step: 0 }), /"step" must be a number greater than 0/],
    [() => io.input.url("U", { allowedProtocols: ["not a scheme"] }), /"allowedProtocols" must be a list of schemes/],
    [() => io.input.url("U", { defaultValue: 5 as never }), /io.input.url: "defaultValue" must be a string/],
    [() => io.input.date("D", { max: { year: 2026, month: 2, day: 30 } }), /"max" must be .* a day of the calendar/],
    [() => io.input.date("D", { defaultValue: invalid }), /io.input.date: "defaultValue" must be a Date/],
    [
      () => io.input.date("D", { min: { year: 2026, month: 10, day: 1 }, max: { year: 2026, month: 9, day: 30 } }),
      /io.input.date: "min" \(2026-10-01\) must not be after "max" \(2026-09-30\)/,
    ],
    [() => io.input.time("T", { min: { hour: 24, minute: 0 } }), /"min" must be .* from 00:00 to 23:59/],
    [() => io.input.time("T", { min: { hour: 9.5, minute: 0 } }), /io.input.time: "min" must be a Date, /],
    [
      () => io.input.time("T", { min: { hour: 22, minute: 0 }, max: { hour: 6, minute: 0 } }),
      /"min" \(22:00\) must not be after "max" \(06:00\)/,
    ],
    [
      () => io.input.datetime("M", { min: day as never }),
      /"min" must be a Date, a text such as "2026-11-24T14:30" or \{ year, month, day, hour, minute \}/,
    ],
    [
      () => io.input.datetime("M", { min: { ...day, hour: 1, minute: 0 }, max: { ...day, hour: 0, minute: 59 } }),
      /"min" \(2026-11-24 01:00\) must not be after "max" \(2026-11-24 00:59\)/,
    ],
    [
      () => io.input.richText("R", { defaultValue: '<p class="x">Hi</p>' }),
      /"defaultValue" is no HTML .* class of <p>/,
    ],
    [() => io.input.number("N", { currency: "dollars" }), /"currency" must be an ISO 4217 code/],
  ])("%s", (make, message) => {
    expect(() => composed(make())).toThrow(message);
  });
});
