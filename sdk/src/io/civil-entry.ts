import { type DateObject, type DatetimeObject, isWhole, ofDate, type TimeObject } from "./civil.ts";
import type { Entry } from "./entry.ts";
import { isRecord } from "./props.ts";

const datePattern = "(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)";
const timePattern = "(?<hour>\\d\\d):(?<minute>\\d\\d)";

/** A day that a scripted operator enters; whether it is in the calendar is for the checks to say. */
export function enterDate(given: unknown, entry: Entry): DateObject {
  const expected = 'a Date, { year, month, day } or a text such as "2026-11-24"';
  const { year, month, day } = fieldsOf(given, new RegExp(`^${datePattern}$`));
  if (!isWhole(year) || !isWhole(month) || !isWhole(day)) throw entry.wrong(expected, given);
  return { year, month, day };
}

/** A time on the clock that a scripted operator enters. */
export function enterTime(given: unknown, entry: Entry): TimeObject {
  const expected = 'a Date, { hour, minute } or a text such as "14:30"';
  const { hour, minute } = fieldsOf(given, new RegExp(`^${timePattern}$`));
  if (!isWhole(hour) || !isWhole(minute)) throw entry.wrong(expected, given);
  return { hour, minute };
}

/** A day and a time that a scripted operator enters, and the zone in which they stand on the clock: the operator's unless it is said. */
export function enterDatetime(given: unknown, entry: Entry): DatetimeObject & { timeZone: string } {
  const expected = 'a Date, { year, month, day, hour, minute } or a text such as "2026-11-24T14:30"';
  const pattern = new RegExp(`^${datePattern}[T ]${timePattern}$`);
  const { year, month, day, hour, minute, timeZone } = fieldsOf(given, pattern);
  if (!isWhole(year) || !isWhole(month) || !isWhole(day) || !isWhole(hour) || !isWhole(minute)) {
    throw entry.wrong(expected, given);
  }
  return { year, month, day, hour, minute, timeZone: typeof timeZone === "string" ? timeZone : entry.timeZone };
}

/** The parts of a day or time. A Date says what its getters say on this machine. */
function fieldsOf(given: unknown, pattern: RegExp): Readonly<Record<string, unknown>> {
  if (given instanceof Date) return { ...ofDate(given) };
  if (typeof given !== "string") return isRecord(given) ? given : {};
  const parts = Object.entries(pattern.exec(given)?.groups ?? {});
  return Object.fromEntries(parts.map(([name, digits]) => [name, Number(digits)]));
}
