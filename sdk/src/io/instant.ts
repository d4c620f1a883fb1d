import type { DateObject, DatetimeObject } from "./civil.ts";

/**
 * A Date of this machine's own zone whose getters say these fields. A time that the zone leaps over becomes the one as long after the
 * leap, as the Date constructor has it.
 */
export function localDate({ year, month, day, hour, minute }: DateObject & Partial<DatetimeObject>): Date {
  // The constructor takes years below 100 for those of the last century.
  const date = new Date(2000, 0, 1, hour, minute);
  date.setFullYear(year, month - 1, day);
  date.setHours(hour ?? 0, minute ?? 0);
  return date;
}

/**
 * The moment at which clocks of an IANA zone show these fields. Where they show them twice it is the first; a time that they leap over
 * becomes the one as long after the leap, so 02:30 becomes 03:30.
 */
export function instantIn(timeZone: string, fields: DatetimeObject): Date {
  const offsetAt = offsets(timeZone);
  const asUtc = utc(fields);
  const before = offsetAt(asUtc - day);
  const after = offsetAt(asUtc + day);
  for (const offset of [before, after]) {
    if (offsetAt(asUtc - offset) === offset) return new Date(asUtc - offset);
  }
  return new Date(asUtc - before);
}

const day = 86_400_000;

/** How far clocks of a zone are ahead of UTC at a moment, both in milliseconds. */
function offsets(timeZone: string): (moment: number) => number {
  const numeric = "numeric" as const;
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    era: "short",
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  });
  return (moment) => {
    const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const year = parts.get("era")?.startsWith("B") ? 1 - number("year") : number("year");
    const shown = utc({
      year,
      month: number("month"),
      day: number("day"),
      hour: number("hour"),
      minute: number("minute"),
    });
    return shown + number("second") * 1000 - Math.floor(moment / 1000) * 1000;
  };
}

function utc({ year, month, day, hour, minute }: DatetimeObject): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) + (hour * 60 + minute) * 60_000;
}
