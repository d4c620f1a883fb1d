import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import type { CivilDatetime } from "../../ts/interval/io/v1/input_datetime_pb.ts";
import type { CalendarDate, ClockTime } from "../../ts/interval/io/v1/value_pb.ts";
import type { Fault } from "./faults.ts";
import type { Check } from "./registry.ts";

/** Days: in the calendar, within their bounds, both included. */
export const checkInputDate: Check<"inputDate"> = ({ min, max }, { date }) =>
  isDate(date) ? bounds(dateText, date, min, max) : [invalidDate];

/** Times: on the clock, within their bounds, both included. */
export const checkInputTime: Check<"inputTime"> = ({ min, max }, { time }) =>
  isTime(time) ? bounds(timeText, time, min, max) : [invalidTime];

/** Days and times together. */
export const checkInputDatetime: Check<"inputDatetime"> = ({ min, max }, { datetime, timeZone }) => {
  const faults: Fault[] = [];
  if (!isDate(datetime?.date)) faults.push(invalidDate);
  if (!isTime(datetime?.time)) faults.push(invalidTime);
  if (timeZone !== "" && !isTimeZone(timeZone)) {
    faults.push({
      code: FieldErrorCode.INVALID_TIME,
      text: `"${timeZone}" is not an IANA time zone.`,
      path: "time_zone",
    });
  }
  return faults.length > 0 || !datetime ? faults : bounds(datetimeText, datetime, min, max);
};

const invalidDate: Fault = { code: FieldErrorCode.INVALID_DATE, text: "Enter a day of the calendar." };
const invalidTime: Fault = { code: FieldErrorCode.INVALID_TIME, text: "Enter a time from 00:00 to 23:59." };

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

/** Offsets such as "+02:00" are no zones: they do not know when clocks change. */
export function isTimeZone(timeZone: string): boolean {
  if (!/^[a-z]/i.test(timeZone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** ISO texts of one shape are in the order of what they say. */
function bounds<T>(say: (value: T) => string, value: T, min: T | undefined, max: T | undefined): Fault[] {
  const actual = say(value);
  if (min && actual < say(min)) {
    return [
      { code: FieldErrorCode.TOO_EARLY, text: `Choose ${say(min)} or later.`, params: { min: say(min), actual } },
    ];
  }
  if (max && actual > say(max)) {
    return [
      { code: FieldErrorCode.TOO_LATE, text: `Choose ${say(max)} or earlier.`, params: { max: say(max), actual } },
    ];
  }
  return [];
}

const digits = (number: number, length: number) => String(number).padStart(length, "0");

/** "2026-01-31". Such texts are in the order of their days. */
export function dateText({ year, month, day }: CalendarDate): string {
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

/** "09:30". */
export function timeText({ hour, minute }: ClockTime): string {
  return `${digits(hour, 2)}:${digits(minute, 2)}`;
}

/** "2026-01-31 09:30". */
export function datetimeText({ date, time }: CivilDatetime): string {
  return `${date ? dateText(date) : ""} ${time ? timeText(time) : ""}`;
}
