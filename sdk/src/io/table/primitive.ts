import { create } from "@bufbuild/protobuf";
import { ClockTimeSchema, dateText, timeText } from "@interval/proto";
import { toCalendarDate } from "../civil.ts";
import { isRecord } from "../props.ts";
import { isScalar, property } from "../records.ts";

/** A value that has no parts. */
export type Primitive = string | number | boolean | bigint | Date | null | undefined;

/** What a value sorts by: numbers and dates of libraries by their own number. Undefined for lists, records and what else has no order. */
export function sortedAs(value: unknown): Primitive {
  return typeof value === "object" && value !== null ? firstOf(value, [itself, civil, unboxed, toJson]) : plain(value);
}

/** What a value is in a file: dates of libraries as they write themselves. Undefined for lists, records and what else has parts. */
export function writtenAs(value: unknown): Primitive {
  return typeof value === "object" && value !== null ? firstOf(value, [itself, civil, toJson, unboxed]) : plain(value);
}

function plain(value: unknown): Primitive {
  return isScalar(value) || value instanceof Date || value === null ? value : undefined;
}

/** Objects may throw wherever they are looked at: `valueOf` of a Temporal.PlainDate does. */
function firstOf(value: object, ways: ReadonlyArray<(value: object) => unknown>): Primitive {
  for (const way of ways) {
    try {
      const found = plain(way(value));
      if (found !== undefined) return found;
    } catch {}
  }
  return undefined;
}

const itself = (value: object) => (value instanceof Date ? value : undefined);
const unboxed = (value: object) => value.valueOf();
const toJson = (value: object) => {
  const method = "toJSON" in value ? value.toJSON : undefined;
  return typeof method === "function" ? Reflect.apply(method, value, []) : undefined;
};

/** The properties of a day, or of a day with a time, as `io.input.date` and its like give and take them. */
const civilNames = new Set([
  ...["year", "month", "day", "hour", "minute"],
  ...["jsDate", "instant", "timeZone", "isoDate", "isoTime"],
]);

/** A day as "2026-11-24", with a time as "2026-11-24T14:30", or as the moment that is meant where that is known. */
function civil(value: object): string | Date | undefined {
  if (!isRecord(value) || !Object.keys(value).every((name) => civilNames.has(name))) return undefined;
  const instant = property(value, "instant");
  if (instant instanceof Date) return instant;
  const day = toCalendarDate(value);
  if (!day || !("date" in day)) return undefined;
  const [hour, minute] = [property(value, "hour"), property(value, "minute")];
  return isWhole(hour) && isWhole(minute)
    ? `${dateText(day.date)}T${timeText(create(ClockTimeSchema, { hour, minute }))}`
    : dateText(day.date);
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value);
}
