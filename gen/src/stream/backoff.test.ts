import { describe, expect, it } from "vitest";
import { limits } from "../limits.ts";
import { Backoff, backoffMs, retryMs } from "./backoff.ts";

it("comes back at once, then after bounds that double up to the greatest", () => {
  const bounds = [0, 1, 2, 3, 4, 80, 81, 5000].map((attempt) => backoffMs(attempt, () => 1));
  expect(bounds).toEqual([0, 250, 500, 1000, 1000, 1000, 10_000, 10_000]);
});

it("takes a random part of the bound, half of it at least", () => {
  expect(backoffMs(1, () => 0)).toBe(limits.backoff.firstMs / 2);
  const waits = new Set(Array.from({ length: 50 }, () => backoffMs(7)));
  expect(waits.size).toBeGreaterThan(10);
});

it("goes on doubling to the greatest bound for a single request", () => {
  const bounds = [0, 1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => retryMs(attempt, () => 1));
  expect(bounds).toEqual([0, 250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

describe("the pauses between attempts", () => {
  const pauses = (...open: Array<number | undefined>) => {
    const backoff = new Backoff((attempt) => attempt);
    return open.map((openMs) => backoff.next(openMs));
  };
  const { goodMs } = limits.backoff;

  it("are none after the first loss, and grow with each attempt that fails", () => {
    expect(pauses(100, undefined, undefined)).toEqual([0, 1, 2]);
    expect(pauses(undefined, undefined)).toEqual([1, 2]);
  });

  it("grow on where connections are accepted and lost at once, and start over after a good one", () => {
    expect(pauses(10, 0, goodMs - 1, 10)).toEqual([0, 1, 2, 3]);
    expect(pauses(undefined, undefined, goodMs, 0, goodMs)).toEqual([1, 2, 0, 1, 0]);
  });
});
