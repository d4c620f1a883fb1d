import { create } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { GridQuerySchema, IoFetchSchema } from "@interval/proto";
import { expect, it } from "vitest";
import { displayGrid, type GridProps } from "../display-grid.ts";
import { displayTable } from "../display-table.ts";
import { selectTable } from "../select-table.ts";
import { column, reader, TestTable } from "./table.test-util.ts";

interface Row {
  id: number;
  name?: string;
}

/** Rows that are different ones each time they are read. */
function readings() {
  let count = 0;
  const read = (): Row[] => {
    count++;
    return Array.from({ length: 3 }, (_, i) => ({ id: i, [`read${count}`]: i }));
  };
  return { read, count: () => count };
}

it("reads a table's data function again when a query says so, keys and columns too", async () => {
  const { read, count } = readings();
  const table = await new TestTable<Row>({ data: read }).later();
  expect(table.component.table?.refreshable).toBe(true);
  expect((await table.page({ offset: 1 })).columns).toEqual([]);
  expect(count()).toBe(1);
  const page = await table.page({ offset: 1, reload: true });
  expect([count(), page.columns.map(({ key }) => key)]).toEqual([2, ["id", "read2"]]);
  expect(page.rows.map(({ key }) => key)).toEqual(["n:1", "n:2"]);
  const next = await table.page({ offset: 2 });
  expect([count(), column(next.rows, "read2")]).toEqual([2, [2]]);
  expect(next.columns).toHaveLength(2);
});

it("reads once more for all that ask meanwhile", async () => {
  const { read, count } = readings();
  const table = await new TestTable<Row>({ data: read }).later();
  await Promise.all(Array.from({ length: 10 }, () => table.page({ reload: true })));
  expect(count()).toBe(2);
});

it("keeps the rows that it has where reading them again fails", async () => {
  let fails = false;
  const data = (): Row[] => {
    if (fails) throw new Error("The database is away.");
    return [{ id: 7 }];
  };
  const table = await new TestTable<Row>({ data }).later();
  fails = true;
  await expect(table.page({ reload: true })).rejects.toThrow("The database is away.");
  expect(column((await table.page()).rows, "id")).toEqual([7]);
});

it("reads a grid's data function again when a query says so", async () => {
  let label = "before";
  const props: GridProps<Row> = { data: () => [{ id: 1 }], renderItem: () => ({ label }), refreshEvery: 2000 };
  const grid = displayGrid(reader("io.display.grid", props), props);
  await grid.later?.({ changed: () => {} });
  const { refreshable, refreshEvery } = grid.kind.value;
  expect([refreshable, refreshEvery && durationMs(refreshEvery)]).toEqual([true, 2000]);
  label = "after";
  const query = create(GridQuerySchema, { reload: true });
  const fetch = create(IoFetchSchema, { kind: { case: "displayGrid", value: { query } } });
  const { kind } = (await grid.serve?.(fetch, new AbortController().signal)) ?? {};
  expect(kind?.case === "displayGrid" && kind.value.page?.items[0]?.label).toBe("after");
});

const getData = () => ({ data: [{ id: 1 }] });
const renderItem = () => ({ label: "An item" });
const methods = {
  "io.display.table": (props: object) => displayTable(reader("io.display.table", props), props as never),
  "io.select.table": (props: object) => selectTable(reader("io.select.table", props), props as never),
  "io.display.grid": (props: object) =>
    displayGrid(reader("io.display.grid", { renderItem, ...props }), props as never),
};

it.each(Object.entries(methods))("refuses a refreshEvery of %s that cannot be", (method, build) => {
  for (const refreshEvery of [0, 999, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "10s"]) {
    expect(() => build({ getData, refreshEvery })).toThrow(
      `${method}: "refreshEvery" must be a number of milliseconds`,
    );
  }
  expect(() => build({ data: [{ id: 1 }], refreshEvery: 1000 })).toThrow(
    `${method}: "refreshEvery" needs what can be read again.`,
  );
  expect(() => build({ getData, refreshEvery: 1000 })).not.toThrow();
});
