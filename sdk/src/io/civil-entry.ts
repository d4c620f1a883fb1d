import { answerAsWritten, answerAt, civilAt, millisecondsOf } from "@interval/proto";
import type { DateObject, TimeObject } from "./civil.ts";
import { givenDate, givenDatetime, givenTime, toCivil } from "./civil-given.ts";
import type { Entry } from "./entry.ts";
import { isRecord } from "./props.ts";

/** A day that a scripted operator enters; whether it is in the calendar is for the checks to say. */
export function enterDate(given: unknown, entry: Entry): { date: DateObject | undefined; timeZone: string } {
  const { timeZone } = entry;
  const day = givenDate(given);
  if (!day) throw entry.wrong('a Date, { year, month, day } or a text such as "2026-11-24"', given);
  const date = "fields" in day ? day.fields : civilAt(timeZone, millisecondsOf(day.moment)).date;
  return { date, timeZone };
}

/** A time on the clock that a scripted operator enters. */
export function enterTime(given: unknown, entry: Entry): { time: TimeObject | undefined; timeZone: string } {
  const { timeZone } = entry;
  const clock = givenTime(given);
  if (!clock) throw entry.wrong('a Date, { hour, minute } or a text such as "14:30"', given);
  const time = "fields" in clock ? clock.fields : civilAt(timeZone, millisecondsOf(clock.moment)).time;
  return { time, timeZone };
}

/** A day and a time that a scripted operator enters, and the zone in which they stand on the clock: the operator's unless it is said. */
export function enterDatetime(given: unknown, entry: Entry) {
  const said = isRecord(given) && typeof given.timeZone === "string" ? given.timeZone : undefined;
  const zone = said ?? entry.timeZone;
  // An answer from a zone that is not known here says the offset of its clock.
  const isOffset = /^[+-]/.test(zone);
  const timeZone = isOffset ? "" : zone;
  const entered = givenDatetime(given);
  if (!entered) {
    throw entry.wrong('a Date, { year, month, day, hour, minute } or a text such as "2026-11-24T14:30"', given);
  }
  if ("moment" in entered) return { ...answerAt(zone, millisecondsOf(entered.moment)), timeZone };
  const datetime = toCivil(entered.fields);
  return isOffset ? { ...answerAsWritten(zone, datetime), timeZone } : { datetime, timeZone };
}
