import { create } from "@bufbuild/protobuf";
import { limits, type Table, TableOrientation, TableSchema } from "@interval/proto";
import { HostMisuseError } from "../../errors.ts";
import type { MenuItem } from "../link.ts";
import { type PropReader, show } from "../props.ts";
import { isPropertyRecord } from "../records.ts";
import { readRefreshing } from "../refresh.ts";
import { type ReadColumn, readColumns } from "./columns.ts";
import type { GetData, TableOptions } from "./props.ts";

/** How a table is shown, whatever its rows are. */
export interface TableLayout<Row> {
  /** The table without its rows, with the columns that are known without them. */
  message: Table;
  menu: ((row: Row) => readonly MenuItem[]) | undefined;
  /** The columns of a table with these rows on its first page. */
  columns: (rows: readonly Row[]) => ReadColumn<Row>[];
  /** What the program calls the column of a key. */
  nameOf: (key: string) => string;
}

/** @throws {HostMisuseError} for props of the wrong shape */
export function readLayout<Row>(read: PropReader, props: TableOptions<Row>): TableLayout<Row> {
  const orientation = read.oneOf("orientation", ["horizontal", "vertical"]) ?? "horizontal";
  const { max, vertical, default: horizontal } = limits.tablePageSize;
  const given = read.list("columns") ? readColumns<Row>(read, props.columns, []) : undefined;
  const message = create(TableSchema, {
    columns: (given ?? []).map(({ key, label }) => ({ key, label })),
    pageSize: read.integer("defaultPageSize", 1, max) ?? (orientation === "vertical" ? vertical : horizontal),
    orientation: orientation === "vertical" ? TableOrientation.VERTICAL : TableOrientation.HORIZONTAL,
    sortable: read.boolean("isSortable") ?? true,
    filterable: read.boolean("isFilterable") ?? true,
    ...readRefreshing(read),
  });
  return {
    message,
    menu: read.function("rowMenuItems"),
    columns: (rows) => given ?? readColumns(read, undefined, rows),
    nameOf: (key) => given?.find((column) => column.key === key)?.name ?? key,
  };
}

/**
 * The function that fetches a table's rows; undefined where it has `data`.
 * @throws {HostMisuseError} for both, and for none
 */
export function readGetData<Row>(read: PropReader): GetData<Row> | undefined {
  const getData = read.function<GetData<Row>>("getData");
  const data = read.raw("data");
  if ((getData === undefined) !== (data === undefined)) return getData;
  const both = getData === undefined ? 'there is neither "data" nor "getData"' : 'there are both "data" and "getData"';
  throw new HostMisuseError(
    `${read.method}: a table takes its rows from "data" (an array) or from "getData" (a function), but ${both}.`,
  );
}

/** @throws {HostMisuseError} unless they are an array of records */
export function checkRows<Row>(read: PropReader, rows: unknown): readonly Row[] {
  if (!Array.isArray(rows)) throw read.wrong("data", "an array of rows", rows);
  checkRecords(rows, (i) => `${read.method}: "data[${i}]"`);
  return rows;
}

/**
 * @param where names the record at an index, for errors
 * @throws {HostMisuseError} for the first one that is none
 */
export function checkRecords(rows: readonly unknown[], where: (index: number) => string): void {
  for (const [i, row] of rows.entries()) {
    if (isPropertyRecord(row)) continue;
    throw new HostMisuseError(`${where(i)} must be an object with a property for each column, but it is ${show(row)}.`);
  }
}
