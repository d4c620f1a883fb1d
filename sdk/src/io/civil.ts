import { create } from "@bufbuild/protobuf";
import {
  type CalendarDate,
  CalendarDateSchema,
  type CivilDatetime,
  type ClockTime,
  ClockTimeSchema,
  dateText,
  datetimeText,
  isDate,
  isTime,
  type Moment,
  type StartAndBounds,
  timeText,
} from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { type Given, givenDate, givenDatetime, givenTime, toCivil } from "./civil-given.ts";
import type { PropReader } from "./props.ts";

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

/** How days, times or both are read from a program, and shown in errors. */
interface Civil<F, T> {
  expected: string;
  given: (given: unknown) => Given<F> | undefined;
  /** The fields as the wire has them; undefined for what is not in the calendar or on the clock. */
  from: (fields: F) => T | undefined;
  text: (value: T) => string;
}

const days: Civil<DateObject, CalendarDate> = {
  expected: 'a Date, a text such as "2026-11-24" or { year, month, day }, a day of the calendar',
  given: givenDate,
  from(fields) {
    const date = create(CalendarDateSchema, fields);
    return isDate(date) ? date : undefined;
  },
  text: dateText,
};

const times: Civil<TimeObject, ClockTime> = {
  expected: 'a Date, a text such as "14:30" or { hour, minute }, a time from 00:00 to 23:59',
  given: givenTime,
  from(fields) {
    const time = create(ClockTimeSchema, fields);
    return isTime(time) ? time : undefined;
  },
  text: timeText,
};

const datetimes: Civil<DatetimeObject, CivilDatetime> = {
  expected:
    'a Date, a text such as "2026-11-24T14:30" or { year, month, day, hour, minute }, a day of the calendar and a time',
  given: givenDatetime,
  from(fields) {
    const civil = toCivil(fields);
    return isDate(civil.date) && isTime(civil.time) ? civil : undefined;
  },
  text: datetimeText,
};

/** @throws {HostMisuseError} unless `defaultValue`, `min` and `max` are days or not given, and the bounds in order */
export function readDates(read: PropReader): StartAndBounds<CalendarDate> {
  return readAll(read, days);
}

/** @throws {HostMisuseError} unless `defaultValue`, `min` and `max` are times or not given, and the bounds in order */
export function readTimes(read: PropReader): StartAndBounds<ClockTime> {
  return readAll(read, times);
}

/** @throws {HostMisuseError} unless `defaultValue`, `min` and `max` are days with times or not given, and the bounds in order */
export function readDatetimes(read: PropReader): StartAndBounds<CivilDatetime> {
  const props = readAll(read, datetimes);
  const { minMoment, maxMoment } = props;
  if (minMoment && maxMoment && minMoment.unixSeconds > maxMoment.unixSeconds) {
    throw outOfOrder(read, isoText(minMoment), isoText(maxMoment));
  }
  return props;
}

function readAll<F, T>(read: PropReader, civil: Civil<F, T>): StartAndBounds<T> {
  const start = readOne(read, civil, "defaultValue");
  const [min, max] = [readOne(read, civil, "min"), readOne(read, civil, "max")];
  if (min.value && max.value && civil.text(min.value) > civil.text(max.value)) {
    throw outOfOrder(read, civil.text(min.value), civil.text(max.value));
  }
  return {
    defaultValue: start.value,
    min: min.value,
    max: max.value,
    defaultMoment: start.moment,
    minMoment: min.moment,
    maxMoment: max.moment,
  };
}

function readOne<F, T>(read: PropReader, civil: Civil<F, T>, name: string): { value?: T; moment?: Moment } {
  const raw = read.raw(name);
  if (raw === undefined) return {};
  const given = civil.given(raw);
  if (given && "moment" in given) return given;
  const value = given && civil.from(given.fields);
  if (value === undefined) throw read.wrong(name, civil.expected);
  return { value };
}

function outOfOrder({ method }: PropReader, min: string, max: string): HostMisuseError {
  return new HostMisuseError(`${method}: "min" (${min}) must not be after "max" (${max}).`);
}

function isoText({ unixSeconds }: Moment): string {
  return new Date(Number(unixSeconds) * 1000).toISOString();
}

/** A day that a program gave for a cell: undefined for what is none. */
export function toCalendarDate(given: unknown): { date: CalendarDate } | { moment: Moment } | undefined {
  const day = givenDate(given);
  if (!day || "moment" in day) return day;
  const date = days.from(day.fields);
  return date && { date };
}
