import { create } from "@bufbuild/protobuf";
import {
  limits,
  type Table,
  TableOrientation,
  type TablePage,
  TablePageSchema,
  type TableQuery,
  type TableRow,
  TableRowSchema,
  TableSchema,
} from "@interval/proto";
import { Uploads } from "../assets/assets.ts";
import { HostMisuseError } from "../errors.ts";
import { type MenuItem, toMenu } from "./link.ts";
import { isRecord, type PropReader, show } from "./props.ts";
import { type Cell, type PlainCell, packCell, plainCell, textOf } from "./table-cell.ts";
import { field, type RowKey, rowKeys } from "./table-keys.ts";
import { queryRows } from "./table-query.ts";

/** A column of a table. */
export interface Column<Row> {
  /** The header's text. */
  label?: string;
  /** The property of the row that the column shows. */
  accessorKey?: keyof Row & string;
  /** What the column shows of a row; by default the property that `accessorKey` names. */
  renderCell?: (row: Row) => Cell;
}

/** What all tables accept. */
export interface TableProps<Row> {
  /** The rows. They are rendered page by page. */
  data: readonly Row[];
  /** The columns, as properties or in more detail; by default every property of every row. */
  columns?: readonly ((keyof Row & string) | Column<Row>)[];
  /** What tells rows apart; by default an `id` that is distinct, else the position. */
  rowKey?: RowKey<Row>;
  /** What can be done with a row. */
  rowMenuItems?: (row: Row) => readonly MenuItem[];
  /** Rows on a page, at most 100; 20 by default, 5 when vertical. */
  defaultPageSize?: number;
  orientation?: "horizontal" | "vertical";
  /** Whether headers sort; true by default. */
  isSortable?: boolean;
  /** Whether a filter field is shown; true by default. */
  isFilterable?: boolean;
}

interface ReadColumn<Row> {
  key: string;
  label: string;
  cell: (row: Row) => PlainCell;
}

/** A table in the host's memory: packed for the screen, and served page by page. */
export interface MemoryTable<Row> {
  message: Table;
  rows: readonly Row[];
  /** Key of each row. */
  keys: readonly string[];
  /** One page of a query. */
  page: (query: TableQuery) => Promise<TablePage>;
  /** The indexes of all rows of a query. */
  query: (query: TableQuery) => number[];
}

/** @throws {HostMisuseError} for data, columns or other props of the wrong shape */
export function readTable<Row>(read: PropReader, props: TableProps<Row>): MemoryTable<Row> {
  const data = props?.data;
  if (!Array.isArray(data)) throw read.wrong("data", "an array of rows");
  const rows: readonly Row[] = data;
  const columns = readColumns(read, rows, props.columns);
  const keys = rowKeys(read, rows);
  const menu = read.function<(row: Row) => readonly MenuItem[]>("rowMenuItems");
  const orientation = read.oneOf("orientation", ["horizontal", "vertical"]) ?? "horizontal";
  const { max, vertical, default: horizontal } = limits.tablePageSize;
  const pageSize = read.integer("defaultPageSize", 1, max) ?? (orientation === "vertical" ? vertical : horizontal);

  const packRow = (i: number, uploads: Uploads): TableRow => {
    const row = rows[i] as Row;
    const cells = columns.flatMap(({ key, cell }) => {
      const plain = cell(row);
      return plain.value === undefined && !plain.props
        ? []
        : [[key, packCell(plain, `${read.method}, column "${key}"`, uploads)]];
    });
    const items = menu ? toMenu(menu(row) ?? [], `${read.method}: "rowMenuItems"`) : [];
    return create(TableRowSchema, { key: keys[i], cells: Object.fromEntries(cells), menu: items });
  };
  const query = remember((asked: TableQuery) =>
    queryRows(
      {
        length: rows.length,
        texts: (i) => columns.map(({ cell }) => shown(cell(rows[i] as Row))),
        sortValue: (i, key) => columns.find((column) => column.key === key)?.cell(rows[i] as Row).value,
      },
      asked,
    ),
  );
  const slice = (found: readonly number[], offset: number, size: number, uploads: Uploads) =>
    create(TablePageSchema, {
      rows: found.slice(offset, offset + size).map((i) => packRow(i, uploads)),
      offset: BigInt(offset),
      totalRows: BigInt(found.length),
      hasMore: offset + size < found.length,
    });
  const message = create(TableSchema, {
    columns: columns.map(({ key, label }) => ({ key, label })),
    firstPage: {
      ...slice(
        Array.from({ length: Math.min(pageSize, rows.length) }, (_, i) => i),
        0,
        pageSize,
        read.uploads,
      ),
      totalRows: BigInt(rows.length),
      hasMore: rows.length > pageSize,
    },
    pageSize,
    orientation: orientation === "vertical" ? TableOrientation.VERTICAL : TableOrientation.HORIZONTAL,
    sortable: read.boolean("isSortable") ?? true,
    filterable: read.boolean("isFilterable") ?? true,
  });
  const page = async (asked: TableQuery) => {
    const size = Math.min(max, asked.pageSize || pageSize);
    const uploads = new Uploads(read.assets);
    const rows = slice(query(asked), Math.max(0, Number(asked.offset)), size, uploads);
    await uploads.done();
    return rows;
  };
  return { message, rows, keys, page, query };
}

function shown({ label, value }: PlainCell): string {
  return label ?? textOf(value);
}

/** Keeps the last query's rows: an operator who pages asks the same again and again. */
function remember(query: (asked: TableQuery) => number[]): (asked: TableQuery) => number[] {
  let last: { id: string; found: number[] } | undefined;
  return (asked) => {
    const id = JSON.stringify([asked.queryTerm, asked.sortColumn, asked.sortDirection]);
    if (last?.id !== id) last = { id, found: query(asked) };
    return last.found;
  };
}

function readColumns<Row>(
  read: PropReader,
  rows: readonly Row[],
  given: TableProps<Row>["columns"],
): ReadColumn<Row>[] {
  const list = read.list("columns") ? (given ?? []) : propertiesOf(rows);
  const taken = new Set<string>();
  return list.map((column, i) => {
    const where = `${read.method}: "columns[${i}]"`;
    if (typeof column !== "string" && !isRecord(column)) {
      throw new HostMisuseError(`${where} must be a property or { label, renderCell }, but it is ${show(column)}.`);
    }
    const { label, accessorKey, renderCell }: Column<Row> =
      typeof column === "string" ? { accessorKey: column } : column;
    if (renderCell === undefined && accessorKey === undefined) {
      throw new HostMisuseError(`${where} needs an accessorKey or a renderCell.`);
    }
    const cell = renderCell
      ? (row: Row) => plainCell(renderCell(row))
      : (row: Row) => ({ value: field(row, accessorKey ?? "") });
    const key = distinctKey(accessorKey ?? label ?? `column ${i + 1}`, taken);
    return { key, label: label ?? accessorKey ?? "", cell };
  });
}

function distinctKey(base: string, taken: Set<string>): string {
  let key = base;
  for (let n = 2; taken.has(key); n++) key = `${base}#${n}`;
  taken.add(key);
  return key;
}

/** The properties of all rows, in the order in which they are first seen. */
function propertiesOf<Row>(rows: readonly Row[]): (keyof Row & string)[] {
  const seen = new Set<keyof Row & string>();
  for (const row of rows) {
    if (!isRecord(row)) continue;
    for (const name of Object.keys(row)) seen.add(name as keyof Row & string);
  }
  return [...seen];
}
