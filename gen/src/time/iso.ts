import type { CalendarDate, ClockTime } from "../../ts/interval/io/v1/value_pb.ts";

/** What an ISO text says. Its numbers may be none of the calendar or the clock. */
export interface IsoParts {
  date?: Pick<CalendarDate, "year" | "month" | "day">;
  time?: Pick<ClockTime, "hour" | "minute">;
  /** The moment in milliseconds, where the text has a day, a time and an offset; not a number where there is no such moment. */
  moment?: number;
}

const pattern =
  /^(?:(?<year>\d{4}|[+-]\d{6})-(?<month>\d\d)-(?<day>\d\d))?(?:(?<between>[T ]?)(?<hour>\d\d):(?<minute>\d\d)(?<second>:\d\d(?:\.\d{1,9})?)?(?<offset>Z|[+-]\d\d:?\d\d)?)?$/i;

/**
 * Reads a day, a time, or both in ISO notation, also as JavaScript writes years beyond 9999. Seconds of what has no offset are dropped.
 *
 * @returns undefined for what is written otherwise
 * @example readIso("2026-03-29T14:30") // { date: { year: 2026, month: 3, day: 29 }, time: { hour: 14, minute: 30 } }
 */
export function readIso(text: string): IsoParts | undefined {
  const groups = text.length <= maxLength ? pattern.exec(text)?.groups : undefined;
  if (!groups) return undefined;
  const { between, second = ":00", offset } = groups;
  const number = (name: string) => Number(groups[name]);
  const date = groups.year ? { year: number("year"), month: number("month"), day: number("day") } : undefined;
  const time = groups.hour ? { hour: number("hour"), minute: number("minute") } : undefined;
  if (!date && !time) return undefined;
  if (time && Boolean(date) !== Boolean(between)) return undefined;
  if (!offset) return second < ":60" ? { date, time } : undefined;
  if (!date) return undefined;
  const day = `${groups.year}-${groups.month}-${groups.day}`;
  const clock = `${groups.hour}:${groups.minute}${second}`;
  const colon = offset.replace(/(\d\d):?(\d\d)$/, "$1:$2").toUpperCase();
  const exists = isInCalendar(date) && Number(groups.hour) < 24;
  return { date, time, moment: exists ? Date.parse(`${day}T${clock}${colon}`) : Number.NaN };
}

/** Longer than any of them. */
const maxLength = 40;

/** `Date.parse` takes 30 February for 2 March, and 24:00 for the next day's midnight. */
function isInCalendar({ year, month, day }: Pick<CalendarDate, "year" | "month" | "day">): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
