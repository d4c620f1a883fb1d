import { textOf } from "./table-cell.ts";

/** The rank of an empty value: it comes last, whatever the direction. */
export const emptyRank = -1;

/**
 * The rank of each value among all, equal values alike: numbers, dates and booleans by their size, everything else by its text, in which
 * numbers count as numbers and neither case nor accents matter. Ranks are made once, since comparing texts well is slow.
 */
export function ranksOf(values: readonly unknown[]): Int32Array {
  let [hasText, hasBigint] = [false, false];
  const sizes = values.map((value) => {
    const size = sizeOf(value);
    if (typeof size === "bigint") hasBigint = true;
    else if (size === undefined && !isEmpty(value)) hasText = true;
    return size;
  });
  if (hasText) return ranksOfTexts(values);
  return hasBigint ? ranksOfDistinct(sizes, (a, b) => (a < b ? -1 : a > b ? 1 : 0)) : ranksOfNumbers(sizes);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || Number.isNaN(value) || isInvalidDate(value);
}

function isInvalidDate(value: unknown): boolean {
  return value instanceof Date && Number.isNaN(value.getTime());
}

/** The size of what has one; undefined for texts and for what is empty. */
function sizeOf(value: unknown): number | bigint | undefined {
  switch (typeof value) {
    case "number":
      return Number.isNaN(value) ? undefined : value;
    case "bigint":
      return value;
    case "boolean":
      return Number(value);
    default:
      return value instanceof Date && !isInvalidDate(value) ? value.getTime() : undefined;
  }
}

function ranksOfNumbers(sizes: readonly (number | bigint | undefined)[]): Int32Array {
  const sorted = Float64Array.from(sizes.filter((size) => typeof size === "number")).sort();
  let distinct = 0;
  for (const size of sorted) if (distinct === 0 || sorted[distinct - 1] !== size) sorted[distinct++] = size;
  return Int32Array.from(sizes, (size) => (typeof size === "number" ? indexIn(sorted, distinct, size) : emptyRank));
}

/** Where a number is among the first ones of a sorted list that holds it. */
function indexIn(sorted: Float64Array, length: number, wanted: number): number {
  let [low, high] = [0, length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function ranksOfTexts(values: readonly unknown[]): Int32Array {
  // Comparing with `<` is what sort() does for strings by itself, and it does it fastest.
  return ranksOfDistinct(values.map((value) => (isEmpty(value) ? undefined : naturalKey(textOf(value)))));
}

function ranksOfDistinct<T>(values: readonly (T | undefined)[], compare?: (a: T, b: T) => number): Int32Array {
  const distinct = new Set<T>();
  for (const value of values) if (value !== undefined) distinct.add(value);
  const ranks = new Map<T, number>();
  for (const value of [...distinct].sort(compare)) ranks.set(value, ranks.size);
  return Int32Array.from(values, (value) => (value === undefined ? emptyRank : (ranks.get(value) ?? emptyRank)));
}

/** Texts that are the same up to here are the same to an order. */
const keyLength = 256;
/** What is no letter or digit, in the order in which it comes before them. */
const symbols = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
const [zero, nine, firstLetter] = [0x30, 0x39, 0x61];
const codes = Uint8Array.from({ length: 128 }, (_, code) => {
  const symbol = symbols.indexOf(String.fromCharCode(code));
  return symbol >= 0 ? symbol + 1 : code < 0x20 ? 1 : code;
});
const letters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/** A text whose characters order as people would order it: "item 9" before "Item 10", "é" with "e". */
export function naturalKey(text: string): string {
  let plain = text.slice(0, keyLength).toLowerCase();
  if (/[^\0-\x7f]/.test(plain)) {
    plain = plain
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .replace(/[ßæœøłđðþı]/g, (letter) => letters[letter] ?? letter);
  }
  let key = "";
  for (let i = 0; i < plain.length; i++) {
    const code = plain.charCodeAt(i);
    if (code < zero || code > nine) {
      key += code < 128 ? String.fromCharCode(codes[code] ?? code) : plain[i];
      continue;
    }
    let first = i;
    while (plain.charCodeAt(first) === zero) first++;
    let end = first;
    while (isDigit(plain.charCodeAt(end))) end++;
    // A number begins with how long it is, so that longer ones are larger.
    key += String.fromCharCode(Math.min(zero + end - first, firstLetter - 1)) + plain.slice(first, end);
    i = end - 1;
  }
  return key;
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}
