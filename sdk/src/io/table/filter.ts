import { formatMoment, type Reader } from "@interval/proto";
import { textOf } from "./cell.ts";

/** Whether what a cell shows contains a text. */
export type Matches = (shown: unknown) => boolean;

/**
 * What finds cells that contain a term, whatever its case. It reads every cell of every row, so what cannot match for its type alone is not even
 * written out: no date contains "smith".
 */
export function matcher(term: string, reader: Reader = {}): Matches {
  const wanted = term.toLowerCase();
  const number = numberIn(wanted);
  const inDate = dateMatcher(wanted);
  const inShownDate = shownDateMatcher(wanted, reader);
  return (shown) => {
    switch (typeof shown) {
      case "string":
        return shown.toLowerCase().includes(wanted);
      case "number":
      case "bigint":
        return number !== undefined && String(shown).toLowerCase().includes(number);
      case "boolean":
        return String(shown).includes(wanted);
      case "object":
        if (shown === null) return false;
        return shown instanceof Date && !Number.isNaN(shown.getTime())
          ? inDate(shown) || inShownDate(shown)
          : textOf(shown).toLowerCase().includes(wanted);
      default:
        return false;
    }
  };
}

/** A term as it may stand in a number; people also write "1,250" as they see it. */
function numberIn(term: string): string | undefined {
  const plain = term.replace(/(?<=\d)[,'’\s](?=\d)/g, "");
  return /^-?[\d.]+(e[+-]?\d*)?$|^(nan|-?infinity)$/.test(plain) ? plain : undefined;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Finds dates as cells show them, such as "nov 24, 2026". Writing dates out takes a while, so it is not done for what no date can say. */
function shownDateMatcher(term: string, reader: Reader): (date: Date) => boolean {
  const evenly = (text: string) => text.toLowerCase().replace(/\s/g, " ");
  const wanted = evenly(term);
  const words = wanted.split(/\d+/).filter((word) => word !== "");
  const everyWord = wordsOfDates(reader).map(evenly).join("\n");
  if (!words.every((word) => everyWord.includes(word))) return () => false;
  return (date) => evenly(formatMoment(date, reader)).includes(wanted);
}

/** A morning and an evening of each month: all words that stand in dates. */
function wordsOfDates(reader: Reader): string[] {
  const times = [6, 18].flatMap((hour) => Array.from({ length: 12 }, (_, month) => Date.UTC(2026, month, 15, hour)));
  return times.map((time) => formatMoment(new Date(time), reader));
}

/** Finds dates by their day, written as in "2026-11-24"; by their time too where the term has one, as in "2026-11-24T09:30". */
function dateMatcher(term: string): (date: Date) => boolean {
  if (!/^[\d-]+(t?[\d:.]*z?)?$/.test(term)) return () => false;
  const wanted = term.toUpperCase();
  if (/[T:.Z]/.test(wanted)) return (date) => textOf(date).includes(wanted);
  const days = new Map<number, boolean>();
  return (date) => {
    const day = Math.floor(date.getTime() / dayMs);
    const known = days.get(day);
    if (known !== undefined) return known;
    const matches = textOf(date).slice(0, -"T00:00:00.000Z".length).includes(wanted);
    days.set(day, matches);
    return matches;
  };
}
