import { create } from "@bufbuild/protobuf";
import {
  type CalendarDate,
  CalendarDateSchema,
  type CivilDatetime,
  CivilDatetimeSchema,
  type ClockTime,
  ClockTimeSchema,
  dateText,
  datetimeText,
  isDate,
  isTime,
  timeText,
} from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { isRecord, type PropReader } from "./props.ts";

/** A day of the calendar. */
export interface DateObject {
  /** 1 to 9999. */
  year: number;
  /** 1 to 12. */
  month: number;
  /** 1 to 31. */
  day: number;
}

/** A time on the clock. */
export interface TimeObject {
  /** 0 to 23; midnight is 0. */
  hour: number;
  /** 0 to 59. */
  minute: number;
}

/** A day and a time. */
export interface DatetimeObject extends DateObject, TimeObject {}

type Fields = Readonly<Record<string, unknown>>;

/** How days, times or both are read from a program, and shown in errors. */
interface Civil<T> {
  expected: string;
  from: (fields: Fields) => T | undefined;
  text: (value: T) => string;
}

const days: Civil<CalendarDate> = {
  expected: "a Date or { year, month, day }, a day of the calendar",
  from({ year, month, day }) {
    if (!isWhole(year) || !isWhole(month) || !isWhole(day)) return undefined;
    const date = create(CalendarDateSchema, { year, month, day });
    return isDate(date) ? date : undefined;
  },
  text: dateText,
};

const times: Civil<ClockTime> = {
  expected: "a Date or { hour, minute }, a time from 00:00 to 23:59",
  from({ hour, minute }) {
    if (!isWhole(hour) || !isWhole(minute)) return undefined;
    const time = create(ClockTimeSchema, { hour, minute });
    return isTime(time) ? time : undefined;
  },
  text: timeText,
};

const datetimes: Civil<CivilDatetime> = {
  expected: "a Date or { year, month, day, hour, minute }, a day of the calendar and a time",
  from(fields) {
    const [date, time] = [days.from(fields), times.from(fields)];
    return date && time && create(CivilDatetimeSchema, { date, time });
  },
  text: datetimeText,
};

/** What a field of days or times starts with, and its bounds. */
interface CivilProps<T> {
  defaultValue?: T;
  min?: T;
  max?: T;
}

/** @throws {HostMisuseError} unless `defaultValue`, `min` and `max` are days or not given, and the bounds in order */
export function readDates(read: PropReader): CivilProps<CalendarDate> {
  return readAll(read, days);
}

/** @throws {HostMisuseError} unless `defaultValue`, `min` and `max` are times or not given, and the bounds in order */
export function readTimes(read: PropReader): CivilProps<ClockTime> {
  return readAll(read, times);
}

/** @throws {HostMisuseError} unless `defaultValue`, `min` and `max` are days with times or not given, and the bounds in order */
export function readDatetimes(read: PropReader): CivilProps<CivilDatetime> {
  return readAll(read, datetimes);
}

function readAll<T>(read: PropReader, civil: Civil<T>): CivilProps<T> {
  const [min, max] = [readOne(read, civil, "min"), readOne(read, civil, "max")];
  if (min && max && civil.text(min) > civil.text(max)) {
    throw new HostMisuseError(
      `${read.method}: "min" (${civil.text(min)}) must not be after "max" (${civil.text(max)}).`,
    );
  }
  return { defaultValue: readOne(read, civil, "defaultValue"), min, max };
}

function readOne<T>(read: PropReader, { expected, from }: Civil<T>, name: string): T | undefined {
  const given = read.raw(name);
  if (given === undefined) return undefined;
  const value = fromGiven(given, from);
  if (value === undefined) throw read.wrong(name, expected);
  return value;
}

function fromGiven<T>(given: unknown, from: Civil<T>["from"]): T | undefined {
  const fields = given instanceof Date ? { ...ofDate(given) } : given;
  return isRecord(fields) ? from(fields) : undefined;
}

/** A day that a program gave; undefined for what is none. */
export function toCalendarDate(given: unknown): CalendarDate | undefined {
  return fromGiven(given, days.from);
}

/** A Date says what its getters say on this machine. */
export function ofDate(date: Date): DatetimeObject {
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
  };
}

/** A whole number, which is all that parts of days and times can be. */
export function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}
