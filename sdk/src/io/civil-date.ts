import { create } from "@bufbuild/protobuf";
import { type CalendarDate, CalendarDateSchema, type CivilDate } from "@interval/proto";
import { isRecord } from "./props.ts";

/** A day as programs get it. `jsDate` is its midnight on the host's clock. */
export interface DateValue extends CivilDate {
  jsDate: Date;
}

/** A day as programs give it. A `Date` is the day that its local getters name. */
export type DateInput = Date | CivilDate;

/** A day of the calendar; undefined for what is none. */
export function toCalendarDate(given: unknown): CalendarDate | undefined {
  const date = given instanceof Date ? localDay(given) : given;
  if (!isRecord(date)) return undefined;
  const { year, month, day } = date;
  if (!isWhole(year) || !isWhole(month) || !isWhole(day)) return undefined;
  const built = fromCalendarDate({ year, month, day }).jsDate;
  const exists = built.getFullYear() === year && built.getMonth() === month - 1 && built.getDate() === day;
  return exists && year >= 1 && year <= 9999 ? create(CalendarDateSchema, { year, month, day }) : undefined;
}

/** A day for the program. */
export function fromCalendarDate({ year, month, day }: CivilDate): DateValue {
  const jsDate = new Date(2000, month - 1, day);
  // The constructor takes years below 100 for the last century's.
  jsDate.setFullYear(year, month - 1, day);
  return { year, month, day, jsDate };
}

function localDay(date: Date): CivilDate {
  return { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() };
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}
