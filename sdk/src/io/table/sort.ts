import { textOf } from "./cell.ts";
import { sortedAs } from "./primitive.ts";
import type { SortAs } from "./props.ts";

/** The rank of an empty value: it comes last, whatever the direction. */
export const emptyRank = -1;

/**
 * The rank of each value among all, equal values alike. Numbers, dates and booleans sort by their size and come first, everything else sorts by
 * its text. Ranks are made once, since comparing texts well is slow.
 *
 * @param sortAs how texts sort
 */
export function ranksOf(values: readonly unknown[], sortAs: SortAs = "natural"): Int32Array {
  const sizes = new Float64Array(values.length).fill(Number.NaN);
  let hasBigint = false;
  for (let i = 0; i < values.length; i++) {
    const place = placeOf(values[i], sortAs);
    if (typeof place === "string") return ranksOfAll(values, sortAs);
    if (typeof place === "bigint") hasBigint = true;
    else if (place !== undefined) sizes[i] = place;
  }
  return hasBigint ? ranksOfAll(values, sortAs) : ranksOfNumbers(sizes);
}

/** The size of a value, or its text where it has none; undefined for what is empty. */
type Place = number | bigint | string | undefined;

function placeOf(value: unknown, sortAs: SortAs): Place {
  switch (typeof value) {
    case "number":
      return Number.isNaN(value) ? undefined : value;
    case "string":
      return placeOfText(value, sortAs);
    case "bigint":
      return value;
    case "boolean":
      return Number(value);
    case "object":
      return value === null ? undefined : placeOfObject(value, sortAs);
    default:
      return undefined;
  }
}

function placeOfText(text: string, sortAs: SortAs): Place {
  if (text === "") return undefined;
  return (sortAs === "number" ? numberIn(text) : undefined) ?? text;
}

/** A decimal of a library gives its digits: they are a number, whatever texts are. */
function placeOfObject(value: object, sortAs: SortAs): Place {
  if (value instanceof Date) return placeOf(value.getTime(), sortAs);
  const plain = sortedAs(value);
  if (plain === undefined) return textOf(value);
  return typeof plain === "string" ? placeOfText(plain, "number") : placeOf(plain, sortAs);
}

/** The number that a text holds, and nothing else; undefined for other texts. */
function numberIn(text: string): number | bigint | undefined {
  if (!/^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) || !/^\s*[-+]?\d+\s*$/.test(text) ? number : BigInt(text);
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

/** Numbers among texts are compared as numbers, and so are texts beside them that hold one; other texts follow. */
function ranksOfAll(values: readonly unknown[], sortAs: SortAs): Int32Array {
  const places = values.map((value) => placeOf(value, sortAs));
  const isMixed = places.some((place) => place !== undefined && typeof place !== "string");
  const isPlain = sortAs === "text";
  const keys = places.map((place) => {
    if (typeof place !== "string") return place;
    return (isMixed && !isPlain ? numberIn(place) : undefined) ?? textKey(place, !isPlain);
  });
  return ranksOfPlaces(keys);
}

function comparePlaces(a: number | bigint | string, b: number | bigint | string): number {
  const [isText, isOtherText] = [typeof a === "string", typeof b === "string"];
  if (isText !== isOtherText) return isText ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The ranks of sizes and of the keys of texts. */
function ranksOfPlaces(places: readonly Place[]): Int32Array {
  const order: Array<{ at: number; place: Exclude<Place, undefined> }> = [];
  for (const [at, place] of places.entries()) if (place !== undefined) order.push({ at, place });
  order.sort((a, b) => comparePlaces(a.place, b.place));
  const ranks = new Int32Array(places.length).fill(emptyRank);
  let rank = -1;
  let before: Place;
  for (const { at, place } of order) {
    if (before === undefined || comparePlaces(before, place) !== 0) rank++;
    ranks[at] = rank;
    before = place;
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

/**
 * A text whose characters order as people would order it: "é" with "e", and "item 9" before "Item 10" where it is natural.
 * @param isNatural whether digits are read as numbers
 */
export function textKey(text: string, isNatural = true): string {
  const plain = text.length > keyLength ? text.slice(0, keyLength) : text;
  return asciiKey(plain, isNatural) ?? otherKey(plain, isNatural);
}

/** The key of a plain text, made byte by byte since a hundred thousand of them are; undefined for any other text. */
function asciiKey(text: string, isNatural: boolean): string | undefined {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return undefined;
    if (isNatural && isDigit(code)) {
      const [first, end] = numberAt(text, i);
      scratch[length++] = lengthCode(end - first);
      for (i = first; i < end; i++) scratch[length++] = text.charCodeAt(i);
      i--;
    } else scratch[length++] = codes[code] ?? code;
  }
  return scratch.toString("latin1", 0, length);
}

function otherKey(text: string, isNatural: boolean): string {
  const plain = text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[ßæœøłđðþı]/g, (letter) => letters[letter] ?? letter);
  return plain.replace(/\d+|[\0-\x7f]/g, (part) => {
    if (!isDigit(part.charCodeAt(0))) return String.fromCharCode(codes[part.charCodeAt(0)] ?? 0);
    if (!isNatural) return part;
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
