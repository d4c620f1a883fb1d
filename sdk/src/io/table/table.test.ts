import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { DisplayTableSchema } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import type { TableProps } from "./props.ts";
import { column, TestTable } from "./table.test-util.ts";

function table<Row>(props: TableProps<Row>): TestTable<Row> {
  return new TestTable(props);
}

interface Money {
  amount: number | null;
  of: { amount: number | null };
}
const money = (amount: number | null) =>
  amount === null ? "n/a" : amount.toLocaleString("en-US", { style: "currency", currency: "USD" });

/** What is no row, and how errors call it. */
const noRows: [row: unknown, shown: string][] = [
  [undefined, "undefined"],
  [null, "null"],
  ["str", '"str" (a string)'],
  [[7, 8], "an array"],
  [5, "5"],
  [true, "true"],
  [5n, "5n"],
  [() => 1, "a function"],
  [Symbol("s"), "a symbol"],
  [new Date(0), "an object (Date)"],
  [new Map(), "an object (Map)"],
  [new Set(), "an object (Set)"],
  [Promise.resolve({}), "a promise that was not awaited"],
  [new String("x"), "an object (String)"],
  [new Uint8Array(1), "an object (Uint8Array)"],
];

const numbered = (length: number) => Array.from({ length }, (_, id) => ({ id, name: `Row ${id}` }));

describe("a table in memory", () => {
  it("shows the union of its rows' properties in first-seen order", () => {
    const { component } = table({ data: [{ b: 1 }, { a: 2, b: 3 }] as { a?: number; b: number }[] });
    expect(component.table?.columns.map(({ key }) => key)).toEqual(["b", "a"]);
  });

  it("renders only the rows that are looked at", async () => {
    const renderCell = vi.fn((row: { id: number }) => row.id);
    const rows = table({ data: numbered(100_000), columns: [{ label: "Id", renderCell }] });
    expect(renderCell).toHaveBeenCalledTimes(20);
    expect(rows.component.table?.firstPage).toMatchObject({ totalRows: 100_000n, hasMore: true });
    const page = await rows.page({ offset: 99_990 });
    expect(page.rows.at(-1)?.key).toBe("n:99999");
    expect(renderCell).toHaveBeenCalledTimes(30);
  });

  it("renders a cell once for all filters", async () => {
    const renderCell = vi.fn(({ name }: { name: string }) => ({ label: name.toUpperCase(), value: name }));
    const rows = table({ data: numbered(1000), columns: [{ label: "Name", renderCell }] });
    renderCell.mockClear();
    for (const queryTerm of ["row 1", "row 12", "ROW 123"]) await rows.page({ queryTerm, pageSize: 1 });
    expect(renderCell).toHaveBeenCalledTimes(1000 + 3);
  });

  it("has 20 rows on a page, 5 when vertical, and never more than 100", async () => {
    const data = numbered(200);
    expect(table({ data }).component.table?.firstPage?.rows).toHaveLength(20);
    expect(table({ data, orientation: "vertical" }).component.table?.firstPage?.rows).toHaveLength(5);
    expect(table({ data, defaultPageSize: 50 }).component.table?.firstPage?.rows).toHaveLength(50);
    expect((await table({ data }).page({ pageSize: 5000 })).rows).toHaveLength(100);
    expect((await table({ data }).page({ pageSize: 0 })).rows).toHaveLength(20);
  });

  it("sorts naturally by value, with empty cells last either way", async () => {
    const data = ["item 10", null, "item 9", "", "Item 1"].map((name) => ({ name }));
    const names = async (descending: boolean) =>
      column((await table({ data }).page({ sortColumn: "name", descending })).rows, "name");
    expect(await names(false)).toEqual(["Item 1", "item 9", "item 10", null, ""]);
    expect(await names(true)).toEqual(["item 10", "item 9", "Item 1", null, ""]);
  });

  it("filters what is shown and sorts by what is meant", async () => {
    const amounts = table({
      data: [{ cents: 100_000 }, { cents: 999 }],
      columns: [
        { label: "Amount", renderCell: ({ cents }) => ({ label: `$${(cents / 100).toFixed(2)}`, value: cents }) },
      ],
    });
    const keys = async (asked: object) => (await amounts.page(asked)).rows.map(({ key }) => key);
    expect(await keys({ queryTerm: "$9.99" })).toEqual(["#1"]);
    expect(await keys({ sortColumn: "Amount" })).toEqual(["#1", "#0"]);
    expect((await amounts.page({ queryTerm: "none" })).totalRows).toBe(0n);
  });

  it.each<[what: string, columns: TableProps<Money>["columns"], sortColumn: string]>([
    [
      "a cell's value",
      [{ label: "Sum", renderCell: ({ amount }) => ({ label: money(amount), value: amount }) }],
      "Sum",
    ],
    ["its accessorKey", [{ label: "Sum", accessorKey: "amount", renderCell: ({ amount }) => money(amount) }], "amount"],
    [
      "its accessorKey beside a label alone",
      [{ label: "Sum", accessorKey: "amount", renderCell: ({ amount }) => ({ label: money(amount) }) }],
      "amount",
    ],
    ["the property of its key", [{ label: "amount", renderCell: ({ amount }) => money(amount) }], "amount"],
    ["a path", [{ label: "Sum", accessorKey: "of.amount", renderCell: ({ amount }) => money(amount) }], "of.amount"],
    ["a number that is rendered", [{ label: "Sum", renderCell: ({ amount }) => amount }], "Sum"],
    ["what is rendered of a record", [{ label: "Sum", accessorKey: "of", renderCell: ({ amount }) => amount }], "of"],
  ])("sorts by %s, never by the text on screen; what is empty is last", async (_what, columns, sortColumn) => {
    const data = [1000.5, -3, null, 2].map((amount) => ({ amount, of: { amount } }));
    const rows = table<Money>({ data, columns });
    const amounts = async (descending: boolean) =>
      (await rows.page({ sortColumn, descending })).rows.map(({ key }) => data[Number(key.slice(1))]?.amount);
    expect(await amounts(false)).toEqual([-3, 2, 1000.5, null]);
    expect(await amounts(true)).toEqual([1000.5, 2, -3, null]);
  });

  it("has own properties of any name as data, and never shows what all objects inherit", async () => {
    const data: unknown[] = [
      JSON.parse('{"__proto__": 2, "constructor": 2, "toString": 2, "hasOwnProperty": 2}'),
      JSON.parse('{"__proto__": 1, "constructor": 1, "toString": 1, "hasOwnProperty": 1}'),
      {},
      Object.create({ toString: 5, inherited: 6 }),
    ];
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    const rows = table({ data });
    expect(rows.component.table?.columns.map(({ key }) => key)).toEqual(names);
    const back = fromBinary(DisplayTableSchema, toBinary(DisplayTableSchema, rows.component));
    for (const name of names) {
      expect(column(back.table?.firstPage?.rows ?? [], name)).toEqual([2, 1, undefined, undefined]);
      expect(column((await rows.page({ sortColumn: name })).rows, name)).toEqual([1, 2, undefined, undefined]);
      expect((await rows.page({ queryTerm: "function" })).rows).toEqual([]);
    }
    const lines = (await rows.csv()).text.split("\r\n");
    expect(lines.slice(1, -1)).toEqual(['"2","2","2","2"', '"1","1","1","1"', '"","","",""', '"","","",""']);
    const inherited = table({ data, columns: ["inherited", "valueOf"] as never });
    expect(inherited.component.table?.firstPage?.rows.map(({ cells }) => Object.keys(cells))).toEqual([[], [], [], []]);
  });

  it("reads the getters of a class, as libraries for databases have them", async () => {
    class Person {
      readonly #name: string;
      constructor(name: string) {
        this.#name = name;
      }
      get name() {
        return this.#name;
      }
      greet() {}
    }
    const rows = table({ data: [new Person("Grace"), new Person("Ada")], columns: ["name", "greet"] });
    const page = await rows.page({ sortColumn: "name" });
    expect([column(page.rows, "name"), column(page.rows, "greet")]).toEqual([
      ["Ada", "Grace"],
      [undefined, undefined],
    ]);
  });

  it("keeps a property whose name has a dot apart from a path", async () => {
    const data = [{ "a.b": 1, a: { b: 2 } }, { a: { b: 3 } }] as { a: { b: number } }[];
    expect(column((await table({ data, columns: [{ accessorKey: "a.b" }] }).page()).rows, "a.b")).toEqual([1, 3]);
  });

  it("shows a stand-in for a Date that has no time, and says so once for a column", async () => {
    const data = numbered(3).map(({ id }) => ({ id, at: new Date(Number.NaN) }));
    const rows = table({ data });
    expect(column((await rows.page()).rows, "at")).toEqual(["Invalid Date", "Invalid Date", "Invalid Date"]);
    expect(rows.warnings).toEqual(['io.display.table: "at" is shown as "Invalid Date": a Date without a time.']);
    expect((await rows.page({ queryTerm: "invalid" })).rows).toHaveLength(3);
  });

  it("keeps cells of its own: label, link, picture, colour, also where a row holds them", async () => {
    const cell = { label: "Ada", value: 1, route: "users/edit", params: { id: 1 }, highlightColor: "red" } as const;
    const { rows } = await table({ data: [{ user: cell, address: { url: "not a cell" } }] }).page();
    expect(rows[0]?.cells.user).toMatchObject({ label: "Ada", link: { target: { case: "route" } } });
    expect(column(rows, "address")).toEqual([{ url: "not a cell" }]);
  });

  it("refuses a link with a scheme that runs code", () => {
    const renderCell = () => ({ label: "x", url: "javascript:alert(1)" });
    expect(() => table({ data: [{}], columns: [{ label: "Link", renderCell }] })).toThrow(/http:, https: or mailto:/);
    const menu = { data: [{}], rowMenuItems: () => [{ label: "Run", url: "javascript:alert(1)" }] };
    expect(() => table(menu)).toThrow(/http:, https: or mailto:/);
  });

  it("tells rows apart by rowKey, by a distinct id, else by position", () => {
    const keys = <Row>(props: TableProps<Row>) => table(props).component.table?.firstPage?.rows.map(({ key }) => key);
    expect(keys({ data: [{ sku: "a" }, { sku: "b" }], rowKey: "sku" })).toEqual(["s:a", "s:b"]);
    expect(keys({ data: [{ n: 1 }], rowKey: ({ n }) => n + 1 })).toEqual(["n:2"]);
    expect(keys({ data: [{ id: 1 }, { id: "1" }] as { id: unknown }[] })).toEqual(["n:1", "s:1"]);
    expect(keys({ data: [{ id: 1 }, { id: 1 }] })).toEqual(["#0", "#1"]);
  });
});

describe("a table's props", () => {
  const bad = (props: unknown) => () => table(props as TableProps<unknown>);

  it.each([
    [{}, /"data" \(an array\) or from "getData" \(a function\), but there is neither/],
    [{ data: [], getData: () => ({ data: [] }) }, /but there are both/],
    [{ data: "rows" }, /io.display.table: "data" must be an array of rows, but it is "rows"/],
    [{ getData: [] }, /"getData" must be a function/],
    [{ data: [], defaultPageSize: 101 }, /"defaultPageSize" must be a whole number from 1 to 100/],
    [{ data: [], orientation: "diagonal" }, /"orientation" must be one of "horizontal", "vertical"/],
    [{ data: [], columns: [{}] }, /"columns\[0\]" needs an accessorKey or a renderCell/],
    [{ getData: () => ({ data: [] }), columns: [5] }, /"columns\[0\]" must be a property/],
    [{ data: [{ a: 1 }], rowKey: "b" }, /"rowKey" gives undefined for row 0/],
    [{ data: [{ a: 1 }, { a: 1 }], rowKey: "a" }, /two rows have the key "1"/],
    [{ data: [], rowMenuItems: [] }, /"rowMenuItems" must be a function/],
  ])("%o is told what is wrong", (props, message) => {
    expect(bad(props)).toThrow(message);
  });
});

describe("rows that are on their way", () => {
  it.each([
    ["a promise", Promise.resolve(numbered(3))],
    ["an async function", async () => numbered(3)],
  ])("%s: a skeleton first, then the table", async (_what, data) => {
    const rows = new TestTable({ data, columns: ["name"] });
    expect(rows.component.eventual?.state.case).toBe("pending");
    expect(rows.component.table).toMatchObject({ columns: [{ key: "name" }], pageSize: 20 });
    expect(rows.component.table?.firstPage).toBeUndefined();
    await rows.later();
    expect(rows.component.eventual).toBeUndefined();
    expect(rows.component.table?.firstPage?.rows).toHaveLength(3);
    expect((await rows.page({ offset: 2 })).rows).toHaveLength(1);
  });

  it("that fail are told in place, and may be tried again", async () => {
    const data = vi.fn(async () => numbered(3));
    data.mockRejectedValueOnce(new Error("The bank is closed."));
    const rows = await new TestTable({ data }).later();
    expect(rows.component.eventual?.state).toEqual({ case: "error", value: "The bank is closed." });
    const page = await rows.page();
    expect(page.rows).toHaveLength(3);
    expect(page.columns.map(({ key }) => key)).toEqual(["id", "name"]);
  });

  it.each(noRows)("%s is no row: the error names its index before anything is drawn", async (row, shown) => {
    const text = (place: string) =>
      `io.display.table: ${place} must be an object with a property for each column, but it is ${shown}.`;
    const renderCell = vi.fn(() => 1);
    const props = { data: [{ a: 1 }, row], columns: [{ label: "A", renderCell }] };
    expect(() => table(props)).toThrow(text('"data[1]"'));
    const later = await new TestTable({ ...props, data: async () => props.data }).later();
    expect(later.component.eventual?.state.value).toBe(text('"data[1]"'));
    const getData = ({ offset }: { offset: number }) => ({ data: offset === 0 ? [{ a: 1 }] : [{ a: 2 }, row] });
    renderCell.mockClear();
    const fetched = await new TestTable({ getData, columns: props.columns }).later();
    expect(renderCell).toHaveBeenCalledTimes(1);
    await expect(fetched.page({ offset: 40 })).rejects.toThrow(text('row 41 ("data[1]" of what "getData" returned)'));
    expect(renderCell).toHaveBeenCalledTimes(1);
  });

  it("that are missing from an array are no rows either", () => {
    const data = [{ a: 1 }];
    data[2] = { a: 2 };
    expect(() => table({ data })).toThrow('"data[1]" must be an object');
  });

  it("that are no rows are told in place", async () => {
    const rows = await new TestTable({ data: Promise.resolve("rows" as never) }).later();
    expect(rows.component.eventual?.state.value).toContain('"data" must be an array of rows');
  });
});
