import { civilAt, readIso } from "@interval/proto";

/** One part of a day or a time that is typed by itself. */
export type Part = "year" | "month" | "day" | "hour" | "minute" | "dayPeriod";

/**
 * What stands in the parts, as it is shown: on a clock of 12 hours the hour goes from 1 to 12, and the day period is 0 before noon and 1
 * from noon on.
 */
export type Parts = Partial<Record<Part, number>>;

/** A day, a time, or both, as far as it is filled in; hours go from 0 to 23. */
export interface CivilFields {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  minute?: number;
}

/** How days and times are written in one language. */
export interface SegmentFormat {
  /** The parts in their order, and the text between them. */
  layout: ReadonlyArray<{ part: Part } | { literal: string }>;
  /** Whether the clock has 12 hours. */
  twelve: boolean;
  /** The least and the greatest number of a part. */
  range(part: Part): readonly [min: number, max: number];
  /** A part as it is written: "05", "PM". */
  show(part: Part, number: number): string;
  /** A part as it is said: "5 – May". */
  say(part: Part, number: number): string;
  /** Digits of the language's own as those of the wire. */
  digit(letter: string): string | undefined;
}

/** Any evening: its parts are those of every day. */
const evening = Date.UTC(2000, 0, 2, 21, 0);
const parts: ReadonlySet<string> = new Set<Part>(["year", "month", "day", "hour", "minute", "dayPeriod"]);
const isPart = (type: string): type is Part => parts.has(type);

/** How a language writes a day, a time, or both, in the civil calendar. */
export function segmentFormat(locale: string | undefined, what: "date" | "time" | "datetime"): SegmentFormat {
  const intl = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { calendar: "gregory", timeZone: "UTC", ...options });
  const time = intl({ hour: "2-digit", minute: "2-digit" });
  const cycle = time.resolvedOptions().hourCycle;
  const twelve = cycle === "h11" || cycle === "h12";
  const whole = intl({
    ...(what === "time" ? {} : { year: "numeric", month: "2-digit", day: "2-digit" }),
    ...(what === "date" ? {} : { hour: "2-digit", minute: "2-digit" }),
  });
  const layout = whole
    .formatToParts(evening)
    .map(({ type, value }) => (isPart(type) ? { part: type } : { literal: value }));
  const dayPeriods = [evening - 12 * 3_600_000, evening].map(
    (moment) => time.formatToParts(moment).find(({ type }) => type === "dayPeriod")?.value ?? "",
  );
  const number = (digits: number) =>
    new Intl.NumberFormat(locale, { useGrouping: false, minimumIntegerDigits: digits, maximumFractionDigits: 0 });
  const [one, two, four] = [number(1), number(2), number(4)];
  const digits = new Map(Array.from({ length: 10 }, (_, digit) => [one.format(digit), String(digit)]));
  const month = intl({ month: "long" });

  return {
    layout,
    twelve,
    range(part) {
      if (part === "hour") return twelve ? [1, 12] : [0, 23];
      return ranges[part];
    },
    show(part, value) {
      if (part === "dayPeriod") return dayPeriods[value] ?? "";
      return (part === "year" ? four : two).format(value);
    },
    say(part, value) {
      if (part === "dayPeriod") return dayPeriods[value] ?? "";
      const plain = one.format(value);
      return part === "month" && value >= 1 ? `${plain} – ${month.format(Date.UTC(2000, value - 1, 1))}` : plain;
    },
    digit: (letter) => (/^\d$/.test(letter) ? letter : digits.get(letter)),
  };
}

const ranges = { year: [1, 9999], month: [1, 12], day: [1, 31], minute: [0, 59], dayPeriod: [0, 1] } as const;

/** What the parts say; `undefined` when all are empty. */
export function toFields(
  { year, month, day, hour, minute, dayPeriod }: Parts,
  twelve: boolean,
): CivilFields | undefined {
  if ([year, month, day, hour, minute, dayPeriod].every((part) => part === undefined)) return undefined;
  if (!twelve || hour === undefined) return { year, month, day, hour, minute };
  return { year, month, day, hour: dayPeriod === undefined ? undefined : (hour % 12) + 12 * dayPeriod, minute };
}

/** The parts of what is said. */
export function toParts(fields: CivilFields | undefined, twelve: boolean): Parts {
  const { hour, ...others } = fields ?? {};
  if (!twelve || hour === undefined) return { ...others, hour };
  return { ...others, hour: hour % 12 || 12, dayPeriod: hour < 12 ? 0 : 1 };
}

/** What one more digit makes of a part. */
export interface Typed {
  parts: Parts;
  /** The digits typed into this part so far. */
  buffer: string;
  /** Whether no further digit fits, so that the next part has its turn. */
  done: boolean;
}

/** Types a digit behind those that were typed before; where it does not fit it begins anew. */
export function typeDigit(format: SegmentFormat, part: Part, buffer: string, digit: string): Typed {
  const [, max] = format.range(part);
  const length = String(max).length;
  const twelve = format.twelve && part === "hour";
  // On a clock of 12 hours people also type 13 to 19, and 00 for midnight.
  const most = twelve ? 19 : max;
  const joined = buffer + digit;
  const text = joined.length <= length && Number(joined) <= most ? joined : digit;
  const number = Number(text);
  const done = text.length === length || number * 10 > (twelve ? 12 : max);
  if (twelve && (number > 12 || text === "00")) {
    return { parts: { hour: number % 12 || 12, dayPeriod: number > 12 ? 1 : 0 }, buffer: text, done };
  }
  return { parts: { [part]: number }, buffer: text, done };
}

/** The number that is `by` further, beginning again behind the last one. */
export function turn(format: SegmentFormat, part: Part, from: number, by: number): number {
  const [min, max] = format.range(part);
  const count = max - min + 1;
  return ((((from - min + by) % count) + count) % count) + min;
}

/** More than a day and a time with fractions of a second take. */
const longestIso = 100;

/**
 * A day, perhaps with a time, in ISO notation, as people paste it. With an offset it is a moment, shown on the clocks of a zone.
 *
 * @param wantsDay whether only the day counts: then midnight in UTC, as programs write a day, means that day
 */
export function parseIso(text: string, timeZone = "UTC", wantsDay = false): CivilFields | undefined {
  const trimmed = text.trim();
  if (trimmed.length > longestIso) return undefined;
  const iso = readIso(trimmed.replace(/(?<=^[-\d]{10})\s+/, " "));
  if (!iso || Number.isNaN(iso.moment)) return undefined;
  const { moment } = iso;
  const zone = wantsDay && moment !== undefined && moment % 86_400_000 === 0 ? "UTC" : timeZone;
  const { date, time } = moment === undefined ? iso : civilAt(zone, moment);
  return { year: date?.year, month: date?.month, day: date?.day, hour: time?.hour, minute: time?.minute };
}
