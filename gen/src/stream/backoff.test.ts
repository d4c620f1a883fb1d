import { expect, it } from "vitest";
import { limits } from "../limits.ts";
import { backoffMs } from "./backoff.ts";

it("comes back at once, then after bounds that double up to the greatest", () => {
  const bounds = [0, 1, 2, 3, 4, 80, 81, 5000].map((attempt) => backoffMs(attempt, () => 1));
  expect(bounds).toEqual([0, 250, 500, 1000, 1000, 1000, 10_000, 10_000]);
});

it("takes a random part of the bound, half of it at least", () => {
  expect(backoffMs(1, () => 0)).toBe(limits.backoff.firstMs / 2);
  const waits = new Set(Array.from({ length: 50 }, () => backoffMs(7)));
  expect(waits.size).toBeGreaterThan(10);
});
