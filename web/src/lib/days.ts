import { create } from "@bufbuild/protobuf";
import { type CalendarDate, CalendarDateSchema, isDate } from "@interval/proto";

/** Two digits of a year from here on mean the last century. */
const lastCentury = 70;

/**
 * The day that a person wrote: ISO, or in the order of their language, with or without the name of the month. A time of midnight behind it is
 * dropped, as spreadsheet programs write one.
 *
 * @returns undefined for what is no day of the calendar
 * @example parseDay("29.2.2024", "de") // { year: 2024, month: 2, day: 29 }
 */
export function parseDay(text: string, locale?: string): CalendarDate | undefined {
  const bare = text
    .normalize("NFKC")
    .trim()
    .replace(/[T ]0{1,2}:00(:00(\.0+)?)?( ?AM)?Z?$/i, "");
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(bare);
  if (iso) return day(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const parts = bare.split(/[\s/.,-]+/).filter((part) => part !== "");
  if (parts.length !== 3) return undefined;
  const numbers = parts.map((part) => (/^\d{1,4}$/.test(part) ? Number(part) : undefined));
  const named = numbers.indexOf(undefined);
  if (named < 0) return ordered(parts, orderOf(locale));
  const month = monthOf(parts[named] ?? "", locale);
  const rest = parts.filter((_, at) => at !== named);
  const [first, second] = rest;
  if (month === undefined || first === undefined || second === undefined) return undefined;
  return first.length === 4 ? day(Number(first), month, Number(second)) : day(yearOf(second), month, Number(first));
}

type Part = "year" | "month" | "day";

function ordered(parts: string[], order: Part[]): CalendarDate | undefined {
  const of = (part: Part) => parts[order.indexOf(part)] ?? "";
  return day(yearOf(of("year")), Number(of("month")), Number(of("day")));
}

function yearOf(text: string): number {
  if (text.length !== 2) return text.length === 4 ? Number(text) : Number.NaN;
  return Number(text) + (Number(text) < lastCentury ? 2000 : 1900);
}

function day(year: number, month: number, day: number): CalendarDate | undefined {
  if (![year, month, day].every(Number.isInteger)) return undefined;
  const date = create(CalendarDateSchema, { year, month, day });
  return isDate(date) ? date : undefined;
}

const orders = new Map<string | undefined, Part[]>();

function orderOf(locale: string | undefined): Part[] {
  const known = orders.get(locale);
  if (known) return known;
  const shown = new Intl.DateTimeFormat(locale, { calendar: "gregory" }).formatToParts(0);
  const order = shown.flatMap(({ type }): Part[] =>
    type === "year" || type === "month" || type === "day" ? [type] : [],
  );
  orders.set(locale, order);
  return order;
}

const months = new Map<string | undefined, ReadonlyMap<string, number>>();

function monthOf(name: string, locale: string | undefined): number | undefined {
  const known = months.get(locale) ?? monthNames([locale, "en"]);
  months.set(locale, known);
  return known.get(bareName(name));
}

/** Months by their long and short names, as they stand in dates. */
function monthNames(languages: Array<string | undefined>): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  for (const language of languages.reverse()) {
    for (const style of ["long", "short"] as const) {
      const format = new Intl.DateTimeFormat(language, {
        month: style,
        day: "numeric",
        timeZone: "UTC",
        calendar: "gregory",
      });
      for (let month = 1; month <= 12; month++) {
        const parts = format.formatToParts(Date.UTC(2000, month - 1, 1));
        names.set(bareName(parts.find(({ type }) => type === "month")?.value ?? ""), month);
      }
    }
  }
  return names;
}

function bareName(name: string): string {
  return name.normalize("NFKC").replace(/\.$/, "").toLowerCase();
}
