import { SortDirection } from "@interval/proto";
import { describe, expect, it } from "vitest";
import type { PropReader } from "../props.ts";
import { readColumns } from "./columns.ts";
import type { SortAs } from "./props.ts";
import { QueryableRows } from "./query.ts";
import { textKey } from "./sort.ts";
import { reader } from "./table.test-util.ts";

/** The values that a filter finds, in the order of a sort. */
function find(values: readonly unknown[], queryTerm: string, direction?: SortDirection): unknown[] {
  const rows = values.map((value) => ({ value }));
  const columns = readColumns(reader("io.display.table", {}) satisfies PropReader, undefined, rows);
  const sortColumn = direction === undefined ? undefined : "value";
  const found = new QueryableRows(rows, columns).find({
    queryTerm,
    sortColumn,
    sortDirection: direction ?? 0,
    locale: "en-US",
    timeZone: "UTC",
  });
  return Array.from(found, (i) => values[i]);
}

const { ASCENDING, DESCENDING } = SortDirection;
const day = (year: number, month: number, day: number) => ({ day, month, year });
/** As a library of decimals has it. */
const decimal = (digits: string) => ({ valueOf: () => digits, toJSON: () => digits });
const sorted = (values: readonly unknown[]) => find(values, "", ASCENDING);

describe("an order", () => {
  it.each([
    [
      "numbers",
      [2, -1, Number.POSITIVE_INFINITY, 10, 0.5, Number.NaN],
      [-1, 0.5, 2, 10, Number.POSITIVE_INFINITY, Number.NaN],
    ],
    ["numbers and bigints", [10n ** 20n, 3, 2n, 2.5, null], [2n, 2.5, 3, 10n ** 20n, null]],
    [
      "dates",
      [new Date(5), undefined, new Date(1), new Date(Number.NaN)],
      [new Date(1), new Date(5), undefined, new Date(Number.NaN)],
    ],
    ["booleans", [true, false, true], [false, true, true]],
    ["versions", ["v1.10", "v1.9", "v1.2"], ["v1.2", "v1.9", "v1.10"]],
    ["numbers among texts", ["b", 10, "9", "a", 2], [2, "9", 10, "a", "b"]],
    [
      "numbers and texts that hold one, before other texts",
      ["n/a", 1000.5, "-3", -10, "0.25", 0.5, ""],
      [-10, "-3", "0.25", 0.5, 1000.5, "n/a", ""],
    ],
    ["all kinds", ["x", new Date(5), true, 3n, 2.5, null], [true, 2.5, 3n, new Date(5), "x", null]],
    [
      "infinities",
      [Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY],
      [Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY],
    ],
    ["minus zero, which is zero", [0, -0, -1], [-1, 0, -0]],
    ["numbers in texts, naturally", ["10", "9", "1.5"], ["1.5", "9", "10"]],
    [
      "days",
      [day(2026, 10, 1), day(2026, 9, 30), day(999, 1, 1)],
      [day(999, 1, 1), day(2026, 9, 30), day(2026, 10, 1)],
    ],
    ["what has no value at all", [Symbol.iterator, 1, undefined, describe], [1, Symbol.iterator, undefined, describe]],
    [
      "accents and case",
      ["Zoë", "éclair", "Eclair", "zoe", "Ähre", "apfel"],
      ["Ähre", "apfel", "éclair", "Eclair", "Zoë", "zoe"],
    ],
    ["leading zeros", ["file 010", "file 9", "file 0"], ["file 0", "file 9", "file 010"]],
    ["symbols before digits before letters", ["a", "1", "_", " x", "~"], [" x", "_", "~", "1", "a"]],
    ["scripts", ["яблоко", "b", "арбуз", "漢"], ["b", "арбуз", "яблоко", "漢"]],
    ["very long numbers", ["9".repeat(60), "1".repeat(50), "5"], ["5", "1".repeat(50), "9".repeat(60)]],
  ])("of %s", (_what, values, expected) => {
    expect(sorted(values)).toEqual(expected);
  });

  it("of decimals of a library is by their number", () => {
    const values = ["10.50", "-3", "9", "1e3"].map(decimal);
    expect(sorted(values).map((value) => (value as object).valueOf())).toEqual(["-3", "9", "10.50", "1e3"]);
  });

  it.each<[SortAs | undefined, string[]]>([
    [undefined, ["-3", "-10", "007", "9", "10", "10.5", "x"]],
    ["natural", ["-3", "-10", "007", "9", "10", "10.5", "x"]],
    ["text", ["-10", "-3", "007", "10", "10.5", "9", "x"]],
    ["number", ["-10", "-3", "007", "9", "10", "10.5", "x"]],
  ])("of texts is what the column says: %s", (sortAs, expected) => {
    const rows = ["x", "9", "10.5", "10", "-3", "-10", "007"].map((value) => ({ value }));
    const columns = readColumns<{ value: string }>(
      reader("io.display.table", { columns: [] }),
      [{ accessorKey: "value", sortAs }],
      rows,
    );
    const found = new QueryableRows(rows, columns).find({
      queryTerm: "",
      sortColumn: "value",
      sortDirection: ASCENDING,
    });
    expect(Array.from(found, (i) => rows[i]?.value)).toEqual(expected);
  });

  it("agrees with how people order texts", () => {
    const words = [
      "Item 2",
      "item 10",
      "Item-3",
      "item_1",
      "item",
      "ITEM 1",
      "10",
      "9",
      "#5",
      "(a)",
      "a.b",
      "ab",
      "a b",
    ];
    const { compare } = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
    expect(sorted(words)).toEqual([...words].sort(compare));
  });

  it("keeps the program's order of equals, and puts what is empty last, in both directions", () => {
    const values = ["b", "", "A", "a", null, "B"];
    expect(find(values, "", ASCENDING)).toEqual(["A", "a", "b", "B", "", null]);
    expect(find(values, "", DESCENDING)).toEqual(["b", "B", "A", "a", "", null]);
  });

  it("of a column that is not there changes nothing", () => {
    const rows = [{ a: 2 }, { a: 1 }];
    const queryable = new QueryableRows(rows, readColumns(reader("io.display.table", {}), undefined, rows));
    expect([...queryable.find({ queryTerm: "", sortColumn: "gone", sortDirection: ASCENDING })]).toEqual([0, 1]);
  });

  it("makes keys that are short and plain", () => {
    expect(textKey("Straße 007")).toBe("strasse\u0006" + "17");
  });
});

describe("a filter", () => {
  it.each([
    ["text, whatever its case", "ADA", ["Ada", "Bob", "adaptor"], ["Ada", "adaptor"]],
    ["a number as written and as shown", "1,250", [1250, 12, "1,250 EUR", 12_500], [1250, "1,250 EUR", 12_500]],
    ["a negative number", "-5", [-5, 5, -50], [-5, -50]],
    ["a bigint", "9007199254740993", [9007199254740993n, 1n], [9007199254740993n]],
    [
      "a date by its day",
      "2026-11-24",
      [new Date("2026-11-24T10:00:00Z"), new Date(0)],
      [new Date("2026-11-24T10:00:00Z")],
    ],
    [
      "a date as it is shown",
      "nov 24",
      [new Date("2026-11-24T10:00:00Z"), new Date("2026-10-24T10:00:00Z")],
      [new Date("2026-11-24T10:00:00Z")],
    ],
    ["no date by what none can say", "ada", [new Date(0), "Ada"], ["Ada"]],
    ["yes and no", "tru", [true, false], [true]],
    ["what lists and records hold", "berlin", [{ city: "Berlin" }, ["Rome"]], [{ city: "Berlin" }]],
    ["nothing in what is empty", "null", [null, undefined, "null"], ["null"]],
    ["all rows without a term", "  ", [1, 2], [1, 2]],
  ])("finds %s", (_what, term, values, expected) => {
    expect(find(values, term)).toEqual(expected);
  });

  it("finds dates as they are shown to the one who looks for them", () => {
    const rows = [{ at: new Date("2026-11-24T23:30:00Z") }];
    const queryable = new QueryableRows(rows, readColumns(reader("io.display.table", {}), undefined, rows));
    const count = (queryTerm: string, locale: string, timeZone: string) =>
      queryable.find({ queryTerm, locale, timeZone, sortDirection: 0 }).length;
    expect(count("24. nov", "de-DE", "UTC")).toBe(0);
    expect(count("24.11.2026", "de-DE", "UTC")).toBe(1);
    expect(count("25.11.2026", "de-DE", "Europe/Berlin")).toBe(1);
    expect(count("nov 25", "en-US", "Europe/Berlin")).toBe(1);
    expect(count("nov 25", "en-US", "UTC")).toBe(0);
  });
});
