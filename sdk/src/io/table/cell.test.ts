import { expect, it } from "vitest";
import { plainCell } from "./cell.ts";

const at = new Date("2026-06-15T11:00:00Z");

it("a Date as a label is the cell's value, so that the browser shows it on the reader's clock", () => {
  expect(plainCell({ label: at })).toMatchObject({ value: at, label: undefined });
});

it.each([1, undefined, null])("a Date as a label beside the value %s is a text", (value) => {
  expect(plainCell({ label: at, value })).toMatchObject({ value, label: "2026-06-15T11:00:00.000Z" });
});
