import { create } from "@bufbuild/protobuf";
import { fromValue, SortDirection, TableQuerySchema } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import { MemoryAssets } from "../assets/memory-assets.ts";
import { PropReader } from "./props.ts";
import { readTable, type TableProps } from "./table.ts";

function table<Row>(props: TableProps<Row>) {
  return readTable(new PropReader("io.display.table", props, new MemoryAssets().of("run_1")), props);
}

function query(change: {
  queryTerm?: string;
  sortColumn?: string;
  descending?: boolean;
  offset?: bigint;
  pageSize?: number;
}) {
  const { descending, ...rest } = change;
  const sortDirection = descending ? SortDirection.DESCENDING : SortDirection.ASCENDING;
  return create(TableQuerySchema, { pageSize: 20, ...rest, sortDirection });
}

describe("a table in memory", () => {
  it("shows the union of its rows' properties in first-seen order", () => {
    const { message } = table({ data: [{ b: 1 }, { a: 2, b: 3 }] as { a?: number; b: number }[] });
    expect(message.columns.map(({ key }) => key)).toEqual(["b", "a"]);
  });

  it("renders only the rows that are looked at", async () => {
    const renderCell = vi.fn((row: { id: number }) => row.id);
    const data = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    const { message, page } = table({ data, columns: [{ label: "Id", renderCell }] });
    expect(renderCell).toHaveBeenCalledTimes(20);
    expect(message.firstPage).toMatchObject({ totalRows: 100_000n, hasMore: true });
    const { rows } = await page(query({ offset: 99_990n }));
    expect(rows.at(-1)?.key).toBe("n:99999");
    expect(renderCell).toHaveBeenCalledTimes(30);
  });

  it("sorts naturally by value, with empty cells last either way", async () => {
    const data = ["item 10", null, "item 9", "", "Item 1"].map((name) => ({ name }));
    const { page } = table({ data });
    const names = async (descending: boolean) =>
      (await page(query({ sortColumn: "name", descending }))).rows.map(({ cells }) => fromValue(cells.name?.value));
    expect(await names(false)).toEqual(["Item 1", "item 9", "item 10", null, ""]);
    expect(await names(true)).toEqual(["item 10", "item 9", "Item 1", null, ""]);
  });

  it("filters what is shown and sorts by what is meant", async () => {
    const { page } = table({
      data: [{ cents: 100_000 }, { cents: 999 }],
      columns: [
        { label: "Amount", renderCell: ({ cents }) => ({ label: `$${(cents / 100).toFixed(2)}`, value: cents }) },
      ],
    });
    const keys = async (asked: ReturnType<typeof query>) => (await page(asked)).rows.map(({ key }) => key);
    expect(await keys(query({ queryTerm: "$9.99" }))).toEqual(["#1"]);
    expect(await keys(query({ sortColumn: "Amount" }))).toEqual(["#1", "#0"]);
    expect((await page(query({ queryTerm: "none" }))).totalRows).toBe(0n);
  });

  it("falls back to positions where ids are not distinct", () => {
    expect(table({ data: [{ id: 1 }, { id: 1 }] }).keys).toEqual(["#0", "#1"]);
    expect(table({ data: [{ id: 1 }, { id: "1" }] }).keys).toEqual(["n:1", "s:1"]);
  });

  it("refuses a link with a scheme that runs code", () => {
    const renderCell = () => ({ label: "x", url: "javascript:alert(1)" });
    expect(() => table({ data: [1], columns: [{ label: "Link", renderCell }] })).toThrow(/http:, https: or mailto:/);
  });
});
