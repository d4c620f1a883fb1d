import type { CivilDatetime } from "../../ts/interval/io/v1/input_datetime_pb.ts";
import { civilMs, civilOf } from "./civil.ts";

/** How far clocks are ahead of UTC at a moment, both in milliseconds. */
type OffsetAt = (ms: number) => number;

/** Making a format takes as long as using it fifty times. What is no zone is remembered too. */
const known = new Map<string, OffsetAt | undefined>();
const maxKnown = 100;

/** Whether a text is an IANA time zone that is known here. Offsets such as "+02:00" are no zones: they do not know when clocks change. */
export function isTimeZone(timeZone: string): boolean {
  return isZoneName(timeZone) && clockOf(timeZone) !== undefined;
}

/** Whether a text is written as names of zones are, be there such a zone or not. */
export function isZoneName(timeZone: string): boolean {
  return /^[a-z][\w+\-/]{0,63}$/i.test(timeZone);
}

/** A zone if it is known here, else UTC: a zone that is newer than this machine must not fail what it is wanted for. */
export function zoneOrUtc(timeZone: string): string {
  return isTimeZone(timeZone) ? timeZone : "UTC";
}

function clockOf(timeZone: string): OffsetAt | undefined {
  if (known.has(timeZone)) return known.get(timeZone);
  if (known.size >= maxKnown) known.clear();
  const clock = makeClock(timeZone);
  known.set(timeZone, clock);
  return clock;
}

function makeClock(timeZone: string): OffsetAt | undefined {
  const fixed = /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(timeZone);
  if (fixed) {
    const [, sign, hours, minutes, seconds = 0] = fixed;
    const ahead = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return () => (sign === "-" ? -ahead : ahead);
  }
  if (!isZoneName(timeZone)) return undefined;
  const numeric = "numeric" as const;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en", {
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
  } catch {
    return undefined;
  }
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const year = parts.get("era")?.startsWith("B") ? 1 - number("year") : number("year");
    const shown = new Date(0).setUTCFullYear(year, number("month") - 1, number("day"));
    const time = (number("hour") * 60 + number("minute")) * 60 + number("second");
    return shown + time * 1000 - Math.floor(ms / 1000) * 1000;
  };
}

/** A zone whose clocks never change, such as "+02:00". Such names hold in this file and in `Intl`, but no person lives by them. */
export function fixedZone(seconds: number): string {
  if (seconds === 0) return "UTC";
  const two = (number: number) => String(number).padStart(2, "0");
  const ahead = Math.abs(seconds);
  const parts = [Math.floor(ahead / 3600), Math.floor(ahead / 60) % 60, ...(ahead % 60 ? [ahead % 60] : [])];
  return `${seconds < 0 ? "-" : "+"}${parts.map(two).join(":")}`;
}

/** A zone that is not known here has the clock of UTC. */
function clockOrUtc(timeZone: string): OffsetAt {
  return clockOf(timeZone) ?? (() => 0);
}

/** How far clocks of a zone are ahead of UTC at a moment, in seconds. */
export function offsetSeconds(timeZone: string, ms: number): number {
  return clockOrUtc(timeZone)(ms) / 1000;
}

/** What clocks of a zone show at a moment, to the minute. */
export function civilAt(timeZone: string, ms: number): CivilDatetime {
  return civilOf(ms + clockOrUtc(timeZone)(ms));
}

/** The beginning of the minute that clocks of a zone show at a moment. Zones of old are seconds beside UTC. */
export function minuteAt(timeZone: string, ms: number): number {
  const shown = ms + clockOrUtc(timeZone)(ms);
  return ms - (((shown % 60_000) + 60_000) % 60_000);
}

const day = 86_400_000;

/** The moments at which clocks of a zone show a day and a time, the first one first: mostly one; none where they leap over it, two where they go back. */
export function momentsOf(timeZone: string, civil: CivilDatetime): number[] {
  const offsetAt = clockOrUtc(timeZone);
  const shown = civilMs(civil);
  const offsets = new Set([offsetAt(shown - day), offsetAt(shown + day)]);
  const moments = [...offsets].map((offset) => shown - offset);
  return moments.filter((ms) => ms + offsetAt(ms) === shown).sort((a, b) => a - b);
}

/**
 * The moment at which clocks of a zone show a day and a time. Where they show it twice it is the first; a time that they leap over becomes the
 * one as long after the leap, so 02:30 becomes 03:30.
 */
export function momentIn(timeZone: string, civil: CivilDatetime): number {
  const shown = civilMs(civil);
  return momentsOf(timeZone, civil)[0] ?? shown - clockOrUtc(timeZone)(shown - day);
}

/** Where clocks of a zone leap over a day and a time: what they show at the leap, and right after it. Undefined where they show it. */
export function gapAround(
  timeZone: string,
  civil: CivilDatetime,
): { from: CivilDatetime; to: CivilDatetime } | undefined {
  if (momentsOf(timeZone, civil).length > 0) return undefined;
  const offsetAt = clockOrUtc(timeZone);
  const shown = civilMs(civil);
  const before = offsetAt(shown - day);
  let [low, high] = [shown - day, shown + day];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return { from: civilOf(high + before), to: civilOf(high + offsetAt(high)) };
}

/** How far clocks of a zone are ahead of UTC at a moment, as people write it: "UTC+2", "UTC-3:30", "UTC". */
export function offsetText(timeZone: string, ms: number): string {
  const seconds = offsetSeconds(timeZone, ms);
  if (seconds === 0) return "UTC";
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const rest = minutes % 60 === 0 ? "" : `:${String(minutes % 60).padStart(2, "0")}`;
  return `UTC${seconds < 0 ? "-" : "+"}${Math.floor(minutes / 60)}${rest}`;
}
