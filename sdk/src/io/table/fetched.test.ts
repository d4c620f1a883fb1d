import { describe, expect, it, vi } from "vitest";
import type { GetData, TableState } from "./props.ts";
import { column, TestTable } from "./table.test-util.ts";

const numbered = (length: number) => Array.from({ length }, (_, id) => ({ id, name: `Row ${id}` }));

/** Fetches from rows in memory, as a program does from its database. */
function from<Row>(rows: readonly Row[], counted = true): GetData<Row> {
  return async ({ offset, pageSize }) => ({
    data: rows.slice(offset, offset + pageSize),
    totalRecords: counted ? rows.length : undefined,
  });
}

describe("a table that is fetched", () => {
  it("does not hold up its step: a skeleton first, then the first page", async () => {
    const getData = vi.fn(from(numbered(45)));
    const table = new TestTable({ getData });
    expect(getData).not.toHaveBeenCalled();
    expect(table.component.eventual?.state.case).toBe("pending");
    await table.later();
    expect(table.component.table?.columns.map(({ key }) => key)).toEqual(["id", "name"]);
    expect(table.component.table?.firstPage).toMatchObject({ totalRows: 45n, hasMore: true });
    expect(getData).toHaveBeenCalledTimes(1);
  });

  it("is asked for a page with the state of the screen, and a signal", async () => {
    const asked: TableState[] = [];
    const getData: GetData<{ id: number }> = (state, { signal }) => {
      expect(signal.aborted).toBe(false);
      asked.push(state);
      return { data: [{ id: 1 }] };
    };
    const table = await new TestTable({ getData }).later();
    await table.page({ queryTerm: " ada ", sortColumn: "id", descending: true, offset: 40, pageSize: 10 });
    await table.page({ sortColumn: "id" });
    expect(asked).toEqual([
      { queryTerm: undefined, sortColumn: null, sortDirection: null, offset: 0, pageSize: 20 },
      { queryTerm: "ada", sortColumn: "id", sortDirection: "desc", offset: 40, pageSize: 10 },
      { queryTerm: undefined, sortColumn: "id", sortDirection: "asc", offset: 0, pageSize: 20 },
    ]);
  });

  it("is asked to sort by the accessorKey or label of a column, also where two columns have the same", async () => {
    const asked: unknown[] = [];
    const getData: GetData<{ sum: number }> = ({ sortColumn }) => {
      asked.push(sortColumn);
      return { data: [{ sum: 1 }] };
    };
    const columns = [
      "sum" as const,
      { label: "Euro", accessorKey: "sum" as const },
      { label: "Sum", renderCell: () => 1 },
    ];
    const table = await new TestTable({ getData, columns }).later();
    const keys = table.component.table?.columns.map(({ key }) => key) ?? [];
    expect(new Set(keys).size).toBe(3);
    for (const sortColumn of keys) await table.page({ sortColumn });
    expect(asked).toEqual([null, "sum", "sum", "Sum"]);
  });

  it("goes on without a total for as long as pages come back full", async () => {
    const table = await new TestTable({ getData: from(numbered(45), false) }).later();
    expect(table.component.table?.firstPage).toMatchObject({ hasMore: true });
    expect(table.component.table?.firstPage?.totalRows).toBeUndefined();
    expect(await table.page({ offset: 40 })).toMatchObject({ hasMore: false, rows: { length: 5 } });
  });

  it("shows no more of a page than was asked for", async () => {
    const table = await new TestTable({ getData: () => ({ data: numbered(45) }) }).later();
    expect(table.component.table?.firstPage).toMatchObject({ hasMore: true, rows: { length: 20 } });
  });

  it("tells rows apart by rowKey, by ids that are distinct on its first page, else by content", async () => {
    const keys = async <Row>(rows: Row[], rowKey?: (row: Row) => number) => {
      const table = await new TestTable({ getData: from(rows), rowKey }).later();
      return table.component.table?.firstPage?.rows.map(({ key }) => key) ?? [];
    };
    expect(await keys([{ n: 1 }, { n: 2 }], ({ n }) => n)).toEqual(["n:1", "n:2"]);
    expect(await keys([{ id: 1 }, { id: 2 }])).toEqual(["n:1", "n:2"]);
    const [a, b, c, d] = await keys([{ x: 1 }, { x: 1n }, { x: "1" }, { x: 1 }]);
    expect(new Set([a, b, c]).size).toBe(3);
    expect(d).toBe(`${a}#2`);
  });

  it.each([
    [() => [1, 2], /"getData" must return \{ data, totalRecords\? \}, but it returned an array/],
    [() => ({ data: [], totalRecords: "12" }), /"totalRecords" that "getData" returns must be a whole number/],
    [() => Promise.reject(new Error("no such table")), /no such table/],
    [() => Promise.reject("offline"), /offline/],
  ])("says in its place what is wrong with what it is given: %s", async (getData, message) => {
    const table = await new TestTable({ getData: getData as unknown as GetData<unknown> }).later();
    expect(table.component.eventual?.state.value).toMatch(message);
  });

  it("may be tried again after an error, and then tells its columns", async () => {
    const getData = vi.fn(from(numbered(3)));
    getData.mockRejectedValueOnce(new Error("timed out"));
    const table = await new TestTable({ getData }).later();
    expect(table.component.eventual?.state.case).toBe("error");
    const page = await table.page();
    expect(page.columns.map(({ key }) => key)).toEqual(["id", "name"]);
    expect(column(page.rows, "id")).toEqual([0, 1, 2]);
  });

  it("does not show what came after nobody waited for it", async () => {
    const abort = new AbortController();
    const table = await new TestTable({ getData: from(numbered(3)) }).later();
    const page = table.page({ offset: 20 }, abort.signal);
    abort.abort();
    await expect(page).rejects.toThrow(/abort/);
  });
});
