import { expect, test } from "vitest";
import { newId } from "./ids.ts";

test("an id is a prefix and a UUID of version 7", () => {
  expect(newId("run")).toMatch(/^run_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
});

test("ids sort by the time they were made, also within a millisecond", () => {
  const ids = Array.from({ length: 20_000 }, () => newId("run"));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
