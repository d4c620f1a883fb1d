import { describe, expect, it } from "vitest";
import { KeyReader, shortcutGroups, singleKeys } from "./shortcuts.ts";

const press = (...keys: string[]) => {
  const reader = new KeyReader();
  return keys.map((key) => reader.press(key));
};

describe("single keys", () => {
  it("complete a shortcut alone, or after the first of two", () => {
    expect(press("/")).toEqual(["search"]);
    expect(press("g", "h")).toEqual([undefined, "home"]);
    expect(press("g", "g", "y")).toEqual([undefined, undefined, "history"]);
  });

  it("mean nothing in another order, and a first key is forgotten", () => {
    expect(press("h", "g", "x", "h")).toEqual([undefined, undefined, undefined, undefined]);
    const reader = new KeyReader();
    reader.press("g");
    reader.reset();
    expect(reader.press("h")).toBeUndefined();
  });

  it("all stand in the overview", () => {
    const told = shortcutGroups.flatMap(({ shortcuts }) => shortcuts.map(({ keys }) => keys.join(" ")));
    expect(told).toEqual(expect.arrayContaining(Object.keys(singleKeys)));
  });
});
