import type { EventualValue } from "../eventual.ts";
import type { MenuItem } from "../link.ts";
import type { Cell } from "./cell.ts";
import type { RowKey } from "./keys.ts";

/**
 * How texts of a column sort. `natural` reads digits within a text as numbers: "9", "10", "item 2", "item 10". `text` compares character by
 * character: "10", "9". `number` sorts texts that hold a number by it: "-3", "2.5", "1000.50"; other texts follow.
 */
export type SortAs = "natural" | "text" | "number";

/** A column of a table. */
export interface Column<Row> {
  /** The header's text. */
  label?: string;
  /** The property of the row that the column shows and sorts by, or a path to one, such as "customer.name". */
  accessorKey?: AccessorKey<Row>;
  /** What the column shows of a row; by default the property that `accessorKey` names. */
  renderCell?: (row: Row) => Cell;
  /** How texts of the column sort; `natural` by default. Numbers, Dates and booleans always sort by value. */
  sortAs?: SortAs;
}

/** A property of a row, or a path that begins with one. */
type AccessorKey<Row> = (keyof Row & string) | `${keyof Row & string}.${string}`;

/** Which rows of a table are wanted. */
export interface TableState {
  /** What rows must contain; undefined means all rows. */
  queryTerm: string | undefined;
  /** The column that orders the rows: its `accessorKey`, else its label. `null` means your own order. */
  sortColumn: string | null;
  sortDirection: "asc" | "desc" | null;
  /** How many rows to skip. */
  offset: number;
  /** How many rows to return, at most 100. */
  pageSize: number;
}

/** Some rows of a table. */
export interface TableData<Row> {
  data: readonly Row[];
  /** How many rows match the state in all. Without it there are more for as long as pages come back full. */
  totalRecords?: number | bigint | null;
}

/** Fetches rows of a table. The signal aborts when nobody waits for them any more. */
export type GetData<Row> = (
  state: TableState,
  options: { signal: AbortSignal },
) => TableData<Row> | PromiseLike<TableData<Row>>;

/** What all tables accept beside their rows. */
export interface TableOptions<Row> {
  /** The columns, as properties or in more detail; by default every property of every row, with `getData` of those on the first page. */
  columns?: readonly ((keyof Row & string) | Column<Row>)[];
  /** What tells rows apart; by default an `id` that is distinct, else the position, with `getData` the content. */
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
  /**
   * Reads the rows again every so many milliseconds, for as long as somebody looks at them: at least 1000. It needs `getData`, or `data` as a function.
   * By default they are read again when the operator or `ctx.refresh` asks for it.
   */
  refreshEvery?: number;
}

/** Where rows come from: `data`, of any length, or `getData`, a page at a time. */
export type TableRows<Row, Data = readonly Row[]> =
  | {
      /** The rows. They are rendered page by page. */
      data: Data;
      getData?: undefined;
    }
  | {
      data?: undefined;
      /** Fetches rows as they are looked at. */
      getData: GetData<Row>;
    };

/** What all tables accept. */
export type TableProps<Row, Data = readonly Row[]> = TableOptions<Row> & TableRows<Row, Data>;

/** Rows that may not be there yet. */
export type EventualRows<Row> = EventualValue<readonly Row[]>;
