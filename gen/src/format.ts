import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { CalendarDate, ClockTime, Value } from "../ts/interval/io/v1/value_pb.ts";
import { zoneOrUtc } from "./time/zones.ts";
import { fromValue } from "./value.ts";

/** How one person reads dates and numbers. */
export interface Reader {
  /** BCP 47 tag; undefined means as the process does. */
  locale?: string;
  /** An IANA zone; undefined means the process's. One that is not known here is read as UTC. */
  timeZone?: string;
}

/** A moment, such as "Nov 24, 2026, 2:30 PM". */
export function formatMoment(date: Date, reader: Reader = {}): string {
  return Number.isNaN(date.getTime()) ? "Invalid Date" : formatsOf(reader).moment.format(date);
}

/** A value as a person reads it: numbers and dates by their locale, a bigint with its `n`. Lists and records become JSON. */
export function formatValue(value: Value | undefined, reader: Reader = {}): string {
  const kind = value?.kind;
  switch (kind?.case) {
    case undefined:
    case "undefinedValue":
      return "";
    case "nullValue":
      return "null";
    case "boolValue":
      return String(kind.value);
    case "doubleValue":
      return formatsOf(reader).number.format(kind.value);
    case "stringValue":
      return kind.value;
    case "int64Value":
      return `${kind.value}n`;
    case "decimalValue":
      return /^-?\d+$/.test(kind.value) ? `${kind.value}n` : kind.value;
    case "bytesValue":
      return `${kind.value.byteLength} bytes`;
    case "timestampValue":
      return formatMoment(timestampDate(kind.value), reader);
    case "calendarDateValue":
      return formatDay(kind.value, reader);
    case "clockTimeValue":
      return formatTime(kind.value, reader);
    case "listValue":
    case "recordValue":
    case "mapValue":
    case "setValue":
      return JSON.stringify(fromValue(value), plain);
    default:
      return kind satisfies never;
  }
}

function formatDay({ year, month, day }: CalendarDate, reader: Reader): string {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year);
  return formatsOf(reader).day.format(date);
}

function formatTime({ hour, minute }: ClockTime, reader: Reader): string {
  return formatsOf(reader).time.format(new Date(Date.UTC(2000, 0, 1, hour, minute)));
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Map) return Object.fromEntries(value);
  return value instanceof Set ? [...value] : value;
}

interface Formats {
  number: Intl.NumberFormat;
  moment: Intl.DateTimeFormat;
  day: Intl.DateTimeFormat;
  time: Intl.DateTimeFormat;
}

/** Making a format takes as long as using it fifty times. */
const known = new Map<string, Formats>();
const maxKnown = 50;

function formatsOf({ locale, timeZone }: Reader): Formats {
  const name = `${locale ?? ""} ${timeZone ?? ""}`;
  const found = known.get(name);
  if (found) return found;
  if (known.size >= maxKnown) known.clear();
  const made = makeFormats(locale, timeZone);
  known.set(name, made);
  return made;
}

function makeFormats(locale: string | undefined, timeZone: string | undefined): Formats {
  const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  return {
    number: new Intl.NumberFormat(locale, { maximumFractionDigits: 15 }),
    moment: date({ dateStyle: "medium", timeStyle: "short", timeZone: timeZone && zoneOrUtc(timeZone) }),
    day: date({ dateStyle: "medium", timeZone: "UTC" }),
    time: date({ timeStyle: "short", timeZone: "UTC" }),
  };
}
