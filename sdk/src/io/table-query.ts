import { SortDirection, type TableQuery } from "@interval/proto";
import { textOf } from "./table-cell.ts";

/** What a query needs to know of a table's rows, by index. */
export interface Queryable {
  length: number;
  /** The texts shown in a row. */
  texts: (row: number) => Iterable<string>;
  /** What sorts a row by a column; undefined for an unknown column. */
  sortValue: (row: number, column: string) => unknown;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** The indexes of the rows that a query finds, in its order. Rows that sort equal keep the program's order; empty cells come last. */
export function queryRows(
  rows: Queryable,
  query: Pick<TableQuery, "queryTerm" | "sortColumn" | "sortDirection">,
): number[] {
  const term = query.queryTerm.trim().toLowerCase();
  const found = Array.from({ length: rows.length }, (_, i) => i).filter((i) => term === "" || matches(rows, i, term));
  const { sortColumn } = query;
  if (sortColumn === undefined) return found;
  const values = new Map(found.map((i) => [i, rows.sortValue(i, sortColumn)]));
  const sign = query.sortDirection === SortDirection.DESCENDING ? -1 : 1;
  return found.sort((a, b) => compare(values.get(a), values.get(b), sign));
}

function matches(rows: Queryable, row: number, term: string): boolean {
  for (const text of rows.texts(row)) if (text.toLowerCase().includes(term)) return true;
  return false;
}

function compare(a: unknown, b: unknown, sign: 1 | -1): number {
  const [emptyA, emptyB] = [isEmpty(a), isEmpty(b)];
  if (emptyA || emptyB) return Number(emptyA) - Number(emptyB);
  const [x, y] = [orderOf(a), orderOf(b)];
  if (typeof x === "string" || typeof y === "string") return sign * collator.compare(textOf(a), textOf(b));
  return sign * (x < y ? -1 : x > y ? 1 : 0);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || Number.isNaN(value);
}

/** Numbers, bigints, dates and booleans by their size, everything else by its text. */
function orderOf(value: unknown): number | bigint | string {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "boolean") return Number(value);
  if (value instanceof Date) return value.getTime();
  return textOf(value);
}
