import { textOf } from "./cell.ts";

/** The rank of an empty value: it comes last, whatever the direction. */
export const emptyRank = -1;

/**
 * The rank of each value among all, equal values alike: numbers, dates and booleans by their size, everything else by its text, in which
 * numbers count as numbers and neither case nor accents matter. Ranks are made once, since comparing texts well is slow.
 */
export function ranksOf(values: readonly unknown[]): Int32Array {
  const sizes = new Float64Array(values.length).fill(Number.NaN);
  let hasBigint = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const size = sizeOf(value);
    if (typeof size === "bigint") hasBigint = true;
    else if (size !== undefined) sizes[i] = size;
    else if (!isEmpty(value)) return ranksOfTexts(values);
  }
  return hasBigint ? ranksBy(values.map(sizeOf), (a, b) => (a < b ? -1 : a > b ? 1 : 0)) : ranksOfNumbers(sizes);
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

/** Of what has no size there is no number. */
function ranksOfNumbers(sizes: Float64Array): Int32Array {
  const sorted = sizes.filter((size) => !Number.isNaN(size)).sort();
  let distinct = 0;
  for (const size of sorted) if (distinct === 0 || sorted[distinct - 1] !== size) sorted[distinct++] = size;
  const ranks = new Int32Array(sizes.length);
  for (let i = 0; i < ranks.length; i++) {
    const size = sizes[i] ?? Number.NaN;
    ranks[i] = Number.isNaN(size) ? emptyRank : indexIn(sorted, distinct, size);
  }
  return ranks;
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
  const keys = values.map((value) => {
    if (typeof value === "string") return value === "" ? undefined : naturalKey(value);
    return isEmpty(value) ? undefined : naturalKey(textOf(value));
  });
  return ranksBy(keys, (a, b) => (a < b ? -1 : a === b ? 0 : 1));
}

function ranksBy<T>(keys: readonly (T | undefined)[], compare: (a: T, b: T) => number): Int32Array {
  const order: number[] = [];
  for (let i = 0; i < keys.length; i++) if (keys[i] !== undefined) order.push(i);
  // Those without a key have just been left out.
  order.sort((a, b) => compare(keys[a] as T, keys[b] as T));
  const ranks = new Int32Array(keys.length).fill(emptyRank);
  let rank = -1;
  let before: T | undefined;
  for (const i of order) {
    const key = keys[i] as T;
    if (before === undefined || compare(before, key) !== 0) rank++;
    ranks[i] = rank;
    before = key;
  }
  return ranks;
}

/** Texts that are the same up to here are the same to an order. */
const keyLength = 256;
/** What is no letter or digit, in the order in which it comes before them. */
const symbols = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
const [zero, nine, firstLetter] = [0x30, 0x39, 0x61];
const codes = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  const symbol = symbols.indexOf(character);
  return symbol >= 0 ? symbol + 1 : code < 0x20 ? 1 : character.toLowerCase().charCodeAt(0);
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
const scratch = Buffer.alloc(2 * keyLength);

/** A text whose characters order as people would order it: "item 9" before "Item 10", "é" with "e". */
export function naturalKey(text: string): string {
  const plain = text.length > keyLength ? text.slice(0, keyLength) : text;
  return asciiKey(plain) ?? otherKey(plain);
}

/** The key of a plain text, made byte by byte since a hundred thousand of them are; undefined for any other text. */
function asciiKey(text: string): string | undefined {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return undefined;
    if (isDigit(code)) {
      const [first, end] = numberAt(text, i);
      scratch[length++] = lengthCode(end - first);
      for (i = first; i < end; i++) scratch[length++] = text.charCodeAt(i);
      i--;
    } else scratch[length++] = codes[code] ?? code;
  }
  return scratch.toString("latin1", 0, length);
}

function otherKey(text: string): string {
  const plain = text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[ßæœøłđðþı]/g, (letter) => letters[letter] ?? letter);
  return plain.replace(/\d+|[\0-\x7f]/g, (part) => {
    if (!isDigit(part.charCodeAt(0))) return String.fromCharCode(codes[part.charCodeAt(0)] ?? 0);
    const [first, end] = numberAt(part, 0);
    return String.fromCharCode(lengthCode(end - first)) + part.slice(first, end);
  });
}

/** Where the digits of a number begin, after zeros, and where they end. */
function numberAt(text: string, start: number): [first: number, end: number] {
  let first = start;
  while (text.charCodeAt(first) === zero) first++;
  let end = first;
  while (isDigit(text.charCodeAt(end))) end++;
  return [first, end];
}

/** A number begins with how long it is, so that longer ones are larger; it stays below the letters. */
function lengthCode(digits: number): number {
  return Math.min(zero + digits, firstLetter - 1);
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}
