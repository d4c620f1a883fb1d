import { create } from "@bufbuild/protobuf";
import { type CivilDatetime, CivilDatetimeSchema } from "../../ts/interval/io/v1/input_datetime_pb.ts";
import type { CalendarDate, ClockTime } from "../../ts/interval/io/v1/value_pb.ts";

/** Whether a day is in the calendar, leap years included. */
export function isDate(date: CalendarDate | undefined): date is CalendarDate {
  if (!date) return false;
  const { year, month, day } = date;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  const lastDay = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day <= lastDay;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Whether a time is on the clock. */
export function isTime(time: ClockTime | undefined): time is ClockTime {
  return time !== undefined && time.hour >= 0 && time.hour <= 23 && time.minute >= 0 && time.minute <= 59;
}

const digits = (number: number, length: number) => String(number).padStart(length, "0");

/** The parts of a day, as messages and as a program has them. */
type DateParts = Pick<CalendarDate, "year" | "month" | "day">;

/** The parts of a time on the clock. */
type TimeParts = Pick<ClockTime, "hour" | "minute">;

/** "2026-01-31". Such texts are in the order of their days. */
export function dateText({ year, month, day }: DateParts): string {
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

/** "09:30". */
export function timeText({ hour, minute }: TimeParts): string {
  return `${digits(hour, 2)}:${digits(minute, 2)}`;
}

/** "2026-01-31 09:30". */
export function datetimeText({ date, time }: CivilDatetime): string {
  return `${date ? dateText(date) : ""} ${time ? timeText(time) : ""}`;
}

/** A day and a time as UTC would show them, in milliseconds: what differences of clocks are counted with. */
export function civilMs({ date, time }: CivilDatetime): number {
  const { year = 1, month = 1, day = 1 } = date ?? {};
  const { hour = 0, minute = 0 } = time ?? {};
  return new Date(0).setUTCFullYear(year, month - 1, day) + (hour * 60 + minute) * 60_000;
}

const first = civilMs(create(CivilDatetimeSchema, { date: { year: 1, month: 1, day: 1 }, time: {} }));
const last = civilMs(
  create(CivilDatetimeSchema, { date: { year: 9999, month: 12, day: 31 }, time: { hour: 23, minute: 59 } }),
);

/** Undoes {@link civilMs}. What lies outside of the years 1 to 9999 becomes the first or the last minute of them. */
export function civilOf(ms: number): CivilDatetime {
  const date = new Date(Math.min(Math.max(ms, first), last));
  return create(CivilDatetimeSchema, {
    date: { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() },
    time: { hour: date.getUTCHours(), minute: date.getUTCMinutes() },
  });
}
