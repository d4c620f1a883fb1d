import { create } from "@bufbuild/protobuf";
import { TableQuerySchema } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { countSelected, isSelected, range, type Selection, select } from "./selection.ts";

const allOf = create(TableQuerySchema);
const all: Selection = { keys: new Set(), allOf };

describe("rows that are selected", () => {
  it("go on and off by key", () => {
    const two = select({ keys: new Set(["a"]) }, ["b", "c"], true);
    expect([...select(two, ["a"], false).keys]).toEqual(["b", "c"]);
  });

  it("are exceptions once all of a query are selected", () => {
    const without = select(all, ["b"], false);
    expect([isSelected(without, "a"), isSelected(without, "b")]).toEqual([true, false]);
    expect([countSelected(without, 10), countSelected(without, undefined)]).toEqual([9, undefined]);
    expect(isSelected(select(without, ["b"], true), "b")).toBe(true);
  });

  it("reach from the last one to this one, in either direction", () => {
    expect(range(["a", "b", "c", "d"], "c", "a")).toEqual(["a", "b", "c"]);
    expect(range(["a", "b"], "gone", "b")).toEqual(["b"]);
  });
});
