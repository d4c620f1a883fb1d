import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { FieldErrorCode, IoFetchSchema, IoValueSchema, limits, type SelectTableValueSchema } from "@interval/proto";
import { describe, expect, it, vi } from "vitest";
import { type SelectTableProps, selectTable } from "./select-table.ts";
import { ChoosableRows } from "./table/chosen.ts";
import { FetchedRows } from "./table/fetched.ts";
import { checkRecords } from "./table/layout.ts";
import type { GetData } from "./table/props.ts";
import { type Asked, query, reader } from "./table/table.test-util.ts";

interface Item {
  id: number;
  kind: string;
}

const items: Item[] = Array.from({ length: 450 }, (_, i) => ({ id: i, kind: i % 3 === 0 ? "pear" : "apple" }));

/** Filters and orders as a database would. */
const getItems: GetData<Item> = async ({ queryTerm = "", sortColumn, sortDirection, offset, pageSize }) => {
  const found = items.filter(({ kind }) => kind.includes(queryTerm));
  if (sortColumn) found.sort((a, b) => (sortDirection === "desc" ? b.id - a.id : a.id - b.id));
  return { data: found.slice(offset, offset + pageSize), totalRecords: found.length };
};

/** A table to select from, on its screen. */
class Selecting<Row> {
  readonly progress = vi.fn();
  readonly built: ReturnType<typeof selectTable<Row>>;
  readonly read;

  constructor(props: SelectTableProps<Row>) {
    this.read = reader("io.select.table", props);
    this.built = selectTable(this.read, props);
  }

  async open(): Promise<this> {
    await this.built.before?.(new AbortController().signal);
    return this;
  }

  get spec() {
    return this.built.kind.value;
  }

  async look(asked: Asked): Promise<string[]> {
    const ask = { case: "query" as const, value: query(asked) };
    const fetch = create(IoFetchSchema, { kind: { case: "selectTable", value: { ask } } });
    const { kind } = (await this.built.serve?.(fetch, new AbortController().signal)) ?? {};
    const answer = kind?.case === "selectTable" ? kind.value.answer : undefined;
    return answer?.case === "page" ? answer.value.rows.map(({ key }) => key) : [];
  }

  async answer(value: MessageInitShape<typeof SelectTableValueSchema>) {
    const answer = create(IoValueSchema, { kind: { case: "selectTable", value } });
    const answering = { signal: new AbortController().signal, progress: this.progress };
    const reading = await this.built.read?.(answer, answering);
    if (!reading) throw new Error("It takes no answers.");
    return reading.ok ? reading.value : reading.faults.map(({ code, text }) => [code, text]);
  }
}

describe("selecting from rows in memory", () => {
  it("gives the very rows in the data's order", async () => {
    const table = new Selecting({ data: items });
    expect(await table.answer({ rowKeys: ["n:7", "n:2"] })).toEqual([items[2], items[7]]);
  });

  it("takes all of a query but exceptions", async () => {
    const table = new Selecting({ data: items });
    const allOf = query({ queryTerm: "pear", sortColumn: "id", descending: true });
    expect(await table.answer({ rowKeys: ["n:3"], allOf })).toEqual(
      items.filter(({ id, kind }) => kind === "pear" && id !== 3),
    );
  });

  it("counts what is really selected", async () => {
    const table = new Selecting({ data: items, minSelections: 2, maxSelections: 3 });
    expect(await table.answer({ rowKeys: ["n:1"] })).toEqual([[FieldErrorCode.TOO_FEW, "Select at least 2."]]);
    expect(await table.answer({ allOf: query() })).toEqual([[FieldErrorCode.TOO_MANY, "Select at most 3."]]);
    expect(await table.answer({ rowKeys: ["gone"] })).toEqual([[FieldErrorCode.UNKNOWN_OPTION, expect.any(String)]]);
  });

  it("starts with the rows given, and warns of those that are not there", () => {
    const table = new Selecting({ data: items, initiallySelected: [items[4] as Item, { id: 4, kind: "copy" }] });
    expect(table.spec.initiallySelected).toEqual(["n:4"]);
    expect(table.read.warnings).toEqual([expect.stringContaining("not among the rows")]);
  });
});

describe("selecting from rows that are fetched", () => {
  it("has its first page before it is shown", async () => {
    const table = await new Selecting({ getData: getItems }).open();
    expect(table.spec.table?.firstPage).toMatchObject({ totalRows: 450n, rows: { length: 20 } });
  });

  it("rejects the call when the first page fails", async () => {
    const cause = new Error("no such table");
    const table = new Selecting({ getData: () => Promise.reject(cause) });
    await expect(table.open()).rejects.toMatchObject({
      message: 'io.select.table: "getData" failed: no such table',
      cause,
    });
  });

  it("gives the very rows that were shown, in the order in which the program has them", async () => {
    const getData = vi.fn(getItems);
    const table = await new Selecting({ getData }).open();
    await table.look({ sortColumn: "id", descending: true });
    await table.look({ offset: 40 });
    const calls = getData.mock.calls.length;
    const rows = await table.answer({ rowKeys: ["n:449", "n:41", "n:2"] });
    expect(rows).toEqual([items[2], items[41], items[449]]);
    expect((rows as Item[])[1]).toBe(items[41]);
    expect(getData).toHaveBeenCalledTimes(calls);
  });

  it("looks for rows that were never shown, and refuses those that are nowhere", async () => {
    const table = await new Selecting({ getData: getItems }).open();
    expect(await table.answer({ rowKeys: ["n:300", "n:1"] })).toEqual([items[1], items[300]]);
    expect(await table.answer({ rowKeys: ["n:1000"] })).toEqual([[FieldErrorCode.UNKNOWN_OPTION, expect.any(String)]]);
  });

  it("forgets rows that were not shown for long, and finds them again", async () => {
    const read = reader("io.select.table", {});
    const rows = new ChoosableRows(new FetchedRows(read, getItems, { strict: true, check: checkRecords }), 30);
    const { signal } = new AbortController();
    for (const offset of [0, 20, 40]) await rows.page(query(), offset, 20, signal);
    const chosen = await rows.choose(
      { $typeName: "interval.io.v1.SelectTableValue", rowKeys: ["n:0", "n:59"] },
      { signal, progress: () => {} },
    );
    expect(chosen).toEqual({ rows: [items[0], items[59]] });
  });

  it("takes all of a query but exceptions, page by page, in the program's order, and says how far it is", async () => {
    const getData = vi.fn(getItems);
    const table = await new Selecting({ getData }).open();
    const allOf = query({ queryTerm: "apple", sortColumn: "id", descending: true });
    getData.mockClear();
    expect(await table.answer({ rowKeys: ["n:1", "n:449"], allOf })).toEqual(
      items.filter(({ id, kind }) => kind === "apple" && id !== 1 && id !== 449),
    );
    expect(getData.mock.calls.map(([{ queryTerm, sortColumn, offset }]) => [queryTerm, sortColumn, offset])).toEqual([
      ["apple", null, 0],
      ["apple", null, 100],
      ["apple", null, 200],
    ]);
    expect(table.progress.mock.calls.at(-1)).toEqual([expect.any(String), 300, 300]);
  });

  it("refuses an exception that is not among the rows any more: it might be one of those taken", async () => {
    const table = await new Selecting({ getData: getItems }).open();
    expect(await table.answer({ rowKeys: ["n:0"], allOf: query({ queryTerm: "apple" }) })).toEqual([
      [FieldErrorCode.UNKNOWN_OPTION, expect.any(String)],
    ]);
  });

  it("refuses more rows than may be taken at once, without reading them all", async () => {
    const getData = vi.fn<GetData<Item>>(async (state) => ({
      ...(await getItems(state, { signal })),
      totalRecords: 1e9,
    }));
    const { signal } = new AbortController();
    const table = await new Selecting({ getData }).open();
    expect(await table.answer({ allOf: query() })).toEqual([
      [FieldErrorCode.TOO_MANY, `Select at most ${limits.selectAllRows} rows at once.`],
    ]);
    expect(getData.mock.calls.length).toBeLessThan(5);
  });

  it("counts what is really selected, and tells an error of the program on the field", async () => {
    const getData = vi.fn(getItems);
    const table = await new Selecting({ getData, maxSelections: 10 }).open();
    expect(await table.answer({ allOf: query() })).toEqual([[FieldErrorCode.TOO_MANY, "Select at most 10."]]);
    getData.mockRejectedValue(new Error("The database is away."));
    expect(await table.answer({ allOf: query() })).toEqual([[FieldErrorCode.REJECTED, "The database is away."]]);
  });

  it("starts with rows that the program names, shown or not", async () => {
    const initiallySelected = [items[400] as Item];
    const table = await new Selecting({ getData: getItems, initiallySelected }).open();
    expect(table.spec.initiallySelected).toEqual(["n:400"]);
    expect(await table.answer({ rowKeys: ["n:400"] })).toEqual([items[400]]);
  });

  it("refuses two rows that cannot be told apart", async () => {
    const twice = { getData: () => ({ data: [{ k: 1 }, { k: 1 }] }), rowKey: "k" as const };
    await expect(new Selecting(twice).open()).rejects.toThrow(/two rows have the key "1"/);
    const pages: GetData<{ id: number }> = ({ offset }) => ({ data: [{ id: 1 }, { id: offset === 0 ? 2 : 1 }] });
    const table = await new Selecting({ getData: pages }).open();
    await expect(table.look({ offset: 20 })).rejects.toThrow(/two rows have the key "1". Say with "rowKey"/);
  });
});
