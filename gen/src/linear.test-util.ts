import { expect } from "vitest";

/** Texts of any length in which patterns that try many ways find many ways. */
export const pumps: Array<{ name: string; pump: (length: number) => string }> = [
  ...[
    " ",
    "a",
    "a.",
    ".",
    "<",
    "<a",
    "<a ",
    '<a b="',
    "&",
    "&#",
    "[",
    "[](",
    "![",
    "(",
    "_",
    "*",
    ":",
    ":\n",
    "/",
    "0",
    "1,",
    "-",
    "T",
    "00:00 ",
    ".0",
    'W/"',
    "gzip;",
    "q=0",
    "on",
    " on",
    "=",
    ",",
    ";",
    "\t",
    "\0",
    "\u0301",
    "😀",
    "http://",
    "a@",
    "%",
  ].map((unit) => ({
    name: JSON.stringify(unit),
    pump: (length: number) => unit.repeat(Math.ceil(length / unit.length)),
  })),
  ...[
    ["a", " ", "b"],
    ["a@", "a.", "!"],
    ["a@a.", "a", "@"],
    ["<a", " ", "x"],
    ['<a href="', " ", "<"],
    [" on", "a", " x"],
    ["-1", " ", "x"],
    ["1", ",000", "x"],
    ["gzip;q=0", " ", "x"],
    ["2026-01-01", " ", "x"],
    ["[a](", " ", "\n"],
  ].map(([head, unit = "", tail]) => ({
    name: `${JSON.stringify(head)} and many ${JSON.stringify(unit)} before ${JSON.stringify(tail)}`,
    pump: (length: number) => `${head}${unit.repeat(Math.ceil(length / unit.length))}${tail}`,
  })),
];

const short = 10_000;
const times = 8;

/** Fails for what takes more than four times its share for a text that is eight times as long. */
export function expectLinear(read: (text: string) => unknown, pump: (length: number) => string): void {
  const fastest = (text: string) => {
    const spans = Array.from({ length: 3 }, () => {
      const begin = performance.now();
      read(text);
      return performance.now() - begin;
    });
    return Math.min(...spans);
  };
  const base = Math.max(fastest(pump(short)), 10);
  expect(fastest(pump(short * times))).toBeLessThan(4 * times * base);
}
