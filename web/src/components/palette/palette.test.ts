import { describe, expect, it } from "vitest";
import { type PaletteGroup, type PaletteItem, paletteSearch } from "./palette.ts";

function item(group: PaletteGroup, name: string, more: Partial<PaletteItem> = {}): PaletteItem {
  return { id: `${group} ${name}`, group, name, icon: "", choose: () => undefined, ...more };
}
const items = [
  item("runs", "Refund"),
  item("recent", "Refund"),
  item("actions", "Refund"),
  item("actions", "Darken the lights"),
  item("pages", "People", { keywords: "users dark" }),
  item("go", "History"),
  item("commands", "Theme: dark"),
];
const shown = (text: string) =>
  paletteSearch(items)(text).map(({ group, items }) => [group, ...items.map(({ name }) => name)]);

describe("the palette", () => {
  it("shows open runs and what was run last before anything is typed, but not the whole catalogue", () => {
    expect(shown("").map(([group]) => group)).toEqual(["runs", "recent", "go", "commands"]);
  });

  it("offers an action before a run of it that is open, and once", () => {
    expect(shown("refund")).toEqual([
      ["actions", "Refund"],
      ["runs", "Refund"],
    ]);
  });

  it("shows the group of the best hit first", () => {
    expect(shown("dark")).toEqual([
      ["actions", "Darken the lights"],
      ["commands", "Theme: dark"],
      ["pages", "People"],
    ]);
    expect(shown("theme dark")).toEqual([["commands", "Theme: dark"]]);
  });

  it("shows twelve of a group", () => {
    const many = Array.from({ length: 30 }, (_, n) => item("actions", `Action ${n}`));
    expect(paletteSearch(many)("action")[0]?.items).toHaveLength(12);
  });
});
