import { create } from "@bufbuild/protobuf";
import {
  type CivilDatetime,
  type InputDatetimeValue,
  InputDatetimeValueSchema,
} from "../../ts/interval/io/v1/input_datetime_pb.ts";
import type { Moment } from "../../ts/interval/io/v1/moment_pb.ts";
import type { CalendarDate, ClockTime } from "../../ts/interval/io/v1/value_pb.ts";
import { limits } from "../limits.ts";
import { civilMs, isDate, isTime } from "./civil.ts";
import { civilAt, fixedZone, isTimeZone, momentIn, momentsOf, offsetSeconds, offsetText } from "./zones.ts";

/** A moment in milliseconds, as JavaScript counts them. What is beyond all clocks becomes the first or the last moment of them. */
export function millisecondsOf({ unixSeconds }: Moment): number {
  return withinClocks(Number(unixSeconds) * 1000);
}

/** The nearest moment that formats can show. */
export function withinClocks(ms: number): number {
  return Math.min(Math.max(ms, limits.momentMs.first), limits.momentMs.last);
}

/** The days of a component, with its moments as the days that they are in a zone. */
export function daysIn(props: StartAndBounds<CalendarDate>, timeZone: string): Resolved<CalendarDate> {
  return resolve(props, (moment) => civilAt(timeZone, millisecondsOf(moment)).date);
}

/** The times of a component, with its moments as what clocks of a zone show. */
export function timesIn(props: StartAndBounds<ClockTime>, timeZone: string): Resolved<ClockTime> {
  return resolve(props, (moment) => civilAt(timeZone, millisecondsOf(moment)).time);
}

interface Resolved<T> {
  start?: T;
  min?: T;
  max?: T;
}

/** What a field starts with and is bounded by, each as fields or as a moment, which wins. */
export interface StartAndBounds<T> {
  defaultValue?: T;
  min?: T;
  max?: T;
  defaultMoment?: Moment;
  minMoment?: Moment;
  maxMoment?: Moment;
}

function resolve<T>(props: StartAndBounds<T>, of: (moment: Moment) => T | undefined): Resolved<T> {
  const { defaultMoment, minMoment, maxMoment } = props;
  return {
    start: defaultMoment ? of(defaultMoment) : props.defaultValue,
    min: minMoment ? of(minMoment) : props.min,
    max: maxMoment ? of(maxMoment) : props.max,
  };
}

/** What an answer says of the clock that it was read on. */
type AnsweredClock = Pick<InputDatetimeValue, "timeZone" | "utcOffsetSeconds">;

/** The zone of an answer. Where it is not known here, the offset that came along stands for it, such as "+02:00"; else it is UTC. */
export function zoneOfAnswer({ timeZone, utcOffsetSeconds }: AnsweredClock): string {
  if (isTimeZone(timeZone)) return timeZone;
  return utcOffsetSeconds === undefined ? "UTC" : fixedZone(utcOffsetSeconds);
}

/** The moment that an answer means, in milliseconds; not a number where it says no day and time. */
export function momentOfAnswer(value: InputDatetimeValue): number {
  const { datetime, utcOffsetSeconds } = value;
  if (!isDate(datetime?.date) || !isTime(datetime?.time)) return Number.NaN;
  return utcOffsetSeconds === undefined
    ? momentIn(zoneOfAnswer(value), datetime)
    : civilMs(datetime) - utcOffsetSeconds * 1000;
}

/** The answer that a moment is on the clocks of a zone. */
export function answerAt(timeZone: string, ms: number): InputDatetimeValue {
  const utcOffsetSeconds = offsetSeconds(timeZone, ms);
  return create(InputDatetimeValueSchema, { datetime: civilAt(timeZone, ms), timeZone, utcOffsetSeconds });
}

/** The answer that a day and a time are on the clocks of a zone: the first moment where they show them twice, none where they leap over them. */
export function answerAsWritten(timeZone: string, datetime: CivilDatetime): InputDatetimeValue {
  const isWhole = isDate(datetime.date) && isTime(datetime.time);
  const [moment] = isWhole ? momentsOf(timeZone, datetime) : [];
  const utcOffsetSeconds = moment === undefined ? undefined : offsetSeconds(timeZone, moment);
  return create(InputDatetimeValueSchema, { datetime, timeZone, utcOffsetSeconds });
}

/** Where clocks show the day and time of an answer twice: which of the two is meant, and the offset of the clock then, such as "UTC+2". */
export function repeatedTime(value: InputDatetimeValue): { which: "first" | "second"; offset: string } | undefined {
  const { datetime } = value;
  if (!isDate(datetime?.date) || !isTime(datetime?.time)) return undefined;
  const zone = zoneOfAnswer(value);
  const [, second] = momentsOf(zone, datetime);
  if (second === undefined) return undefined;
  const meant = momentOfAnswer(value);
  return { which: meant === second ? "second" : "first", offset: offsetText(zone, meant) };
}
