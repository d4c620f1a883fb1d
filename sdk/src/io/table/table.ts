import type { Table } from "@interval/proto";
import type { PropReader } from "../props.ts";
import { allRows } from "./fetched.ts";
import { rowKeys } from "./keys.ts";
import { checkRows, type TableLayout } from "./layout.ts";
import { OpenTable } from "./open.ts";
import { MemoryRows, type RowSource } from "./rows.ts";

/** A table that is there, and how it is shown at first. */
export interface Opened<Row> {
  table: OpenTable<Row>;
  message: Table;
}

/**
 * Opens a table of rows in memory.
 * @throws {HostMisuseError} for rows or columns of the wrong shape
 */
export function openMemory<Row>(
  read: PropReader,
  layout: TableLayout<Row>,
  data: unknown,
): Opened<Row> & { source: MemoryRows<Row> } {
  const rows = checkRows<Row>(read, data);
  const columns = layout.columns(rows);
  const source = new MemoryRows(rows, columns, rowKeys(read, rows));
  const table = new OpenTable(read, layout, columns, source);
  return { table, source, message: table.message(source.first(0, layout.message.pageSize)) };
}

/** Opens a table of rows that are fetched: fetches the first page. */
export async function openFetched<Row>(
  read: PropReader,
  layout: TableLayout<Row>,
  source: RowSource<Row>,
  signal: AbortSignal,
): Promise<Opened<Row>> {
  const first = await source.page(allRows, 0, layout.message.pageSize, signal);
  const table = new OpenTable(read, layout, layout.columns(first.rows), source);
  return { table, message: table.message(first) };
}
