import { create } from "@bufbuild/protobuf";
import { type CalendarDate, CalendarDateSchema, type ClockTime, ClockTimeSchema, isDate } from "@interval/proto";
import type { CivilFields } from "../../lib/segments.ts";

// What is not filled in is no day and no time of the wire, so that checks say so: a half-typed day is a fault, not an empty field.

/** The day of some fields; a part that is missing is 0. */
export function dateOf({ year = 0, month = 0, day = 0 }: CivilFields): CalendarDate {
  return create(CalendarDateSchema, { year, month, day });
}

/** The time of some fields; a part that is missing is -1. */
export function timeOf({ hour = -1, minute = -1 }: CivilFields): ClockTime {
  return create(ClockTimeSchema, { hour, minute });
}

/** The fields of a day and a time; parts that are missing are left out. */
export function fieldsOf(date: CalendarDate | undefined, time: ClockTime | undefined): CivilFields {
  return {
    year: date?.year || undefined,
    month: date?.month || undefined,
    day: date?.day || undefined,
    hour: atLeastZero(time?.hour),
    minute: atLeastZero(time?.minute),
  };
}

/** A day of the calendar; undefined while it is not wholly filled in. */
export function wholeDay(fields: CivilFields | undefined): CalendarDate | undefined {
  const date = dateOf(fields ?? {});
  return isDate(date) ? date : undefined;
}

function atLeastZero(number: number | undefined): number | undefined {
  return number !== undefined && number >= 0 ? number : undefined;
}
