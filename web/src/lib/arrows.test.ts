import { expect, it } from "vitest";
import { arrowTarget } from "./arrows.ts";

/** Three columns, the last row with one item. */
const grid = Array.from({ length: 7 }, (_, n) => ({ left: (n % 3) * 100, top: Math.floor(n / 3) * 50 }));

it.each([
  ["ArrowRight", 0, 1],
  ["ArrowRight", 2, 3],
  ["ArrowLeft", 0, undefined],
  ["ArrowDown", 1, 4],
  ["ArrowDown", 5, 6],
  ["ArrowDown", 6, undefined],
  ["ArrowUp", 4, 1],
  ["ArrowUp", 0, undefined],
  ["Enter", 0, undefined],
])("%s from item %i leads to %s", (key, from, to) => {
  expect(arrowTarget(grid, from, key)).toBe(to);
});
