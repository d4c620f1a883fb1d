import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import type { CivilDatetime, InputDatetimeValue } from "../../ts/interval/io/v1/input_datetime_pb.ts";
import type { Moment } from "../../ts/interval/io/v1/moment_pb.ts";
import { limits } from "../limits.ts";
import { daysIn, millisecondsOf, momentOfAnswer, timesIn, zoneOfAnswer } from "../time/answers.ts";
import { dateText, datetimeText, isDate, isTime, timeText } from "../time/civil.ts";
import { civilAt, gapAround, isTimeZone, isZoneName, minuteAt, momentsOf, offsetText } from "../time/zones.ts";
import type { Fault } from "./faults.ts";
import type { Check } from "./registry.ts";

/** Days: in the calendar, within their bounds, both included. */
export const checkInputDate: Check<"inputDate"> = (props, { date, timeZone }) => {
  if (!isDate(date)) return [invalidDate];
  const text = textsOf(dateText, daysIn(props, timeZone));
  const actual = dateText(date);
  return [...tooEarly(actual, text.min), ...tooLate(actual, text.max)];
};

/** Times: on the clock, within their bounds, both included. */
export const checkInputTime: Check<"inputTime"> = (props, { time, timeZone }) => {
  if (!isTime(time)) return [invalidTime];
  const { min, max } = textsOf(timeText, timesIn(props, timeZone));
  const actual = timeText(time);
  const faults = [...tooEarly(actual, min), ...tooLate(actual, max)];
  // Only moments make bounds that go over midnight: outside of them is what is both before and after.
  const isOverMidnight = min !== undefined && max !== undefined && min > max;
  if (!isOverMidnight) return faults;
  return faults.length === 2 ? faults.slice(0, 1) : [];
};

/** Days and times together. */
export const checkInputDatetime: Check<"inputDatetime"> = (props, value) => {
  const { datetime } = value;
  const faults: Fault[] = [];
  if (!isDate(datetime?.date)) faults.push(invalidDate);
  if (!isTime(datetime?.time)) faults.push(invalidTime);
  faults.push(...checkZone(value));
  if (faults.length > 0 || !datetime) return faults;
  const skipped = checkSkipped(zoneOfAnswer(value), datetime);
  return skipped ? [skipped] : checkSpan(props, value, datetime);
};

/** A zone that is newer than this machine will do, where its clock is told by the offset. */
function checkZone({ timeZone, utcOffsetSeconds }: InputDatetimeValue): Fault[] {
  const faults: Fault[] = [];
  if (timeZone !== "" && !isTimeZone(timeZone) && !(utcOffsetSeconds !== undefined && isZoneName(timeZone))) {
    const text = `"${timeZone.slice(0, 40)}" is not an IANA time zone that is known here. Send its utc_offset_seconds too.`;
    faults.push({ code: FieldErrorCode.INVALID_TIME, text, path: "time_zone" });
  }
  const max = limits.utcOffsetSeconds;
  if (utcOffsetSeconds !== undefined && Math.abs(utcOffsetSeconds) > max) {
    const text = `Clocks are at most ${max} seconds away from UTC; the offset is ${utcOffsetSeconds}.`;
    faults.push({ code: FieldErrorCode.INVALID_TIME, text, path: "utc_offset_seconds" });
  }
  return faults;
}

/** A time that daylight saving leaves out is none: nobody knows which one is meant. */
function checkSkipped(timeZone: string, datetime: CivilDatetime): Fault | undefined {
  const gap = gapAround(timeZone, datetime);
  if (!gap?.from.date || !gap.to.date || !gap.from.time || !gap.to.time || !datetime.date || !datetime.time) {
    return undefined;
  }
  const isOneDay = dateText(gap.from.date) === dateText(gap.to.date);
  const [from, to] = isOneDay
    ? [timeText(gap.from.time), timeText(gap.to.time)]
    : [datetimeText(gap.from), datetimeText(gap.to)];
  const missing = `${timeText(datetime.time)} does not exist on ${dateText(datetime.date)} in ${timeZone}`;
  return {
    code: FieldErrorCode.SKIPPED_TIME,
    text: `${missing}: clocks go from ${from} to ${to}. Choose a time before ${from}, or ${to} or later.`,
    params: { actual: datetimeText(datetime), timeZone, from, to },
  };
}

/** Bounds on the operator's clock are compared with what it shows, moments with the moment that is meant. */
function checkSpan(
  { min, max, minMoment, maxMoment }: Parameters<typeof checkInputDatetime>[0],
  value: InputDatetimeValue,
  datetime: CivilDatetime,
): Fault[] {
  const timeZone = zoneOfAnswer(value);
  const actual = datetimeText(datetime);
  const meant = momentOfAnswer(value);
  const startOf = (moment: Moment) => minuteAt(timeZone, millisecondsOf(moment));
  return [
    ...(minMoment
      ? meant < startOf(minMoment)
        ? [tooEarlyFault(actual, momentText(timeZone, minMoment))]
        : []
      : tooEarly(actual, min && datetimeText(min))),
    ...(maxMoment
      ? meant > startOf(maxMoment)
        ? [tooLateFault(actual, momentText(timeZone, maxMoment))]
        : []
      : tooLate(actual, max && datetimeText(max))),
  ];
}

/** A moment as clocks show it, with the offset where they show it twice. */
function momentText(timeZone: string, moment: Moment): string {
  const ms = millisecondsOf(moment);
  const civil = civilAt(timeZone, ms);
  const isTwice = momentsOf(timeZone, civil).length > 1;
  return isTwice ? `${datetimeText(civil)} (${offsetText(timeZone, ms)})` : datetimeText(civil);
}

const invalidDate: Fault = { code: FieldErrorCode.INVALID_DATE, text: "Enter a day of the calendar." };
const invalidTime: Fault = { code: FieldErrorCode.INVALID_TIME, text: "Enter a time from 00:00 to 23:59." };

function textsOf<T>(say: (value: T) => string, { min, max }: { min?: T; max?: T }): { min?: string; max?: string } {
  return { min: min && say(min), max: max && say(max) };
}

/** ISO texts of one shape are in the order of what they say. */
function tooEarly(actual: string, min: string | undefined): Fault[] {
  return min !== undefined && actual < min ? [tooEarlyFault(actual, min)] : [];
}

function tooLate(actual: string, max: string | undefined): Fault[] {
  return max !== undefined && actual > max ? [tooLateFault(actual, max)] : [];
}

function tooEarlyFault(actual: string, min: string): Fault {
  return { code: FieldErrorCode.TOO_EARLY, text: `Choose ${min} or later.`, params: { min, actual } };
}

function tooLateFault(actual: string, max: string): Fault {
  return { code: FieldErrorCode.TOO_LATE, text: `Choose ${max} or earlier.`, params: { max, actual } };
}
