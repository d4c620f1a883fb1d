import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";
import type { Reader } from "@interval/proto";

const styles = {
  clock: { timeStyle: "medium" },
  day: { dateStyle: "full" },
  shortDay: { dateStyle: "medium" },
  exact: {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    timeZoneName: "short",
  },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Making a format takes as long as using it fifty times. */
const known = new Map<string, Intl.DateTimeFormat>();

function formatOf(style: keyof typeof styles, { locale, timeZone }: Reader): Intl.DateTimeFormat {
  const name = `${style} ${locale ?? ""} ${timeZone ?? ""}`;
  const format = known.get(name) ?? new Intl.DateTimeFormat(locale, { ...styles[style], timeZone });
  known.set(name, format);
  return format;
}

const relatives = new Map<string | undefined, Intl.RelativeTimeFormat>();

function relativeOf({ locale }: Reader): Intl.RelativeTimeFormat {
  const format = relatives.get(locale) ?? new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  relatives.set(locale, format);
  return format;
}

type Unit = "second" | "minute" | "hour";
const units = new Map<string, Intl.NumberFormat>();

function unitOf(unit: Unit, locale: string | undefined): Intl.NumberFormat {
  const name = `${unit} ${locale ?? ""}`;
  const format = units.get(name) ?? new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" });
  units.set(name, format);
  return format;
}

/** A time on the clock with seconds, for log lines. */
export function formatClock(date: Date, reader: Reader = {}): string {
  return formatOf("clock", reader).format(date);
}

/** A day in words, above what happened on it. */
export function formatDay(date: Date, reader: Reader = {}): string {
  return formatOf("day", reader).format(date);
}

/** A moment to the millisecond, with its zone. */
export function formatExact(date: Date, reader: Reader = {}): string {
  return formatOf("exact", reader).format(date);
}

const numbers = new Map<string, Intl.NumberFormat>();

/** A count within a text, such as "1,000". */
export function formatNumber(number: number | bigint, { locale }: Reader = {}): string {
  const name = locale ?? "";
  const format = numbers.get(name) ?? new Intl.NumberFormat(locale);
  numbers.set(name, format);
  return format.format(number);
}

/** So many bytes, such as "1.5 MiB". */
export function formatBytes(bytes: number, { locale }: Reader = {}): string {
  if (bytes < 1024) {
    return new Intl.NumberFormat(locale, { style: "unit", unit: "byte", unitDisplay: "long" }).format(bytes);
  }
  const units = ["KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), units.length);
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(bytes / 1024 ** power);
  return `${number} ${units[power - 1]}`;
}

/** A day, a time on the clock or both, as the schema's checks quote them: "2026-01-31", "09:30", "2026-01-31 09:30". */
export function formatCivil(text: string, { locale }: Reader = {}): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)? ?(\d\d:\d\d)?$/.exec(text) ?? [];
  if (!day && !time) return text;
  const styles = { ...(day && { dateStyle: "medium" as const }), ...(time && { timeStyle: "short" as const }) };
  const format = new Intl.DateTimeFormat(locale, { ...styles, timeZone: "UTC" });
  return format.format(new Date(`${day ?? "2000-01-01"}T${time ?? "00:00"}Z`));
}

const steps: Array<[limit: number, unit: Intl.RelativeTimeFormatUnit, seconds: number]> = [
  [60, "second", 1],
  [3600, "minute", 60],
  [86_400, "hour", 3600],
  [7 * 86_400, "day", 86_400],
];

/** How long ago, up to a week; then the day. */
export function formatAgo(date: Date, now: number, reader: Reader = {}): string {
  const seconds = Math.min(0, Math.round((date.getTime() - now) / 1000));
  const step = steps.find(([limit]) => -seconds < limit);
  if (!step) return formatOf("shortDay", reader).format(date);
  const [, unit, length] = step;
  const relative = relativeOf(reader);
  return unit === "second" ? relative.format(0, "second") : relative.format(Math.round(seconds / length), unit);
}

/** A day of the calendar, such as "Nov 24, 2026". */
export function formatCivilDay({ year, month, day }: CivilDay, { locale }: Reader = {}): string {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year);
  return formatOf("shortDay", { locale, timeZone: "UTC" }).format(date);
}

interface CivilDay {
  year: number;
  month: number;
  day: number;
}

/** A span, such as "1 min 5 sec". */
export function formatSpan(ms: number, { locale }: Reader = {}): string {
  const unit = (value: number, name: Unit) => unitOf(name, locale).format(value);
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return unit(seconds, "second");
  if (seconds < 3600 && seconds % 60 === 0) return unit(seconds / 60, "minute");
  if (seconds < 3600) return `${unit(Math.floor(seconds / 60), "minute")} ${unit(seconds % 60, "second")}`;
  return `${unit(Math.floor(seconds / 3600), "hour")} ${unit(Math.floor((seconds % 3600) / 60), "minute")}`;
}

export function toDate(timestamp: Timestamp | undefined): Date | undefined {
  return timestamp && timestampDate(timestamp);
}
