import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";
import { type CalendarDate, type ClockTime, fromValue, type Value } from "@interval/proto";

/** How one person reads dates and numbers. */
export interface Reader {
  /** BCP 47 tags, best first; undefined means the browser's. */
  locale?: string;
  /** An IANA zone; undefined means the browser's. */
  timeZone?: string;
}

/** A moment, such as "Nov 24, 2026, 2:30 PM". */
export function formatMoment(date: Date, { locale, timeZone }: Reader = {}): string {
  if (Number.isNaN(date.getTime())) return "Invalid Date";
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(date);
}

/** A time on the clock with seconds, for log lines. */
export function formatClock(date: Date, { locale, timeZone }: Reader = {}): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "medium", timeZone }).format(date);
}

const steps: Array<[limit: number, unit: Intl.RelativeTimeFormatUnit, seconds: number]> = [
  [60, "second", 1],
  [3600, "minute", 60],
  [86_400, "hour", 3600],
  [7 * 86_400, "day", 86_400],
];

/** How long ago, up to a week; then the day. */
export function formatAgo(date: Date, now: number, { locale, timeZone }: Reader = {}): string {
  const seconds = Math.min(0, Math.round((date.getTime() - now) / 1000));
  const step = steps.find(([limit]) => -seconds < limit);
  if (!step) return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone }).format(date);
  const [, unit, length] = step;
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  return unit === "second" ? relative.format(0, "second") : relative.format(Math.round(seconds / length), unit);
}

/** A span, such as "1 min 5 sec". */
export function formatSpan(ms: number, { locale }: Reader = {}): string {
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return unit(seconds, "second");
  if (seconds < 3600) return `${unit(Math.floor(seconds / 60), "minute")} ${unit(seconds % 60, "second")}`;
  return `${unit(Math.floor(seconds / 3600), "hour")} ${unit(Math.floor((seconds % 3600) / 60), "minute")}`;
}

export function toDate(timestamp: Timestamp | undefined): Date | undefined {
  return timestamp && timestampDate(timestamp);
}

function formatDay({ year, month, day }: CalendarDate, { locale }: Reader): string {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year);
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(date);
}

function formatTime({ hour, minute }: ClockTime, { locale }: Reader): string {
  const date = new Date(Date.UTC(2000, 0, 1, hour, minute));
  return new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: "UTC" }).format(date);
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
      return new Intl.NumberFormat(reader.locale, { maximumFractionDigits: 15 }).format(kind.value);
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

function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Map) return Object.fromEntries(value);
  return value instanceof Set ? [...value] : value;
}
