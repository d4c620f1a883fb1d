import type { TableQuery } from "@interval/proto";
import type { ReadColumn } from "./columns.ts";
import type { RowKeys } from "./keys.ts";
import { QueryableRows, type RowQuery } from "./query.ts";

/** Some rows of a query. */
export interface RowPage<Row> {
  rows: readonly Row[];
  /** The key of each row. */
  keys: readonly string[];
  /** How many rows the query has in all; undefined when nobody says. */
  total: number | undefined;
  /** Whether rows seem to follow. */
  hasMore: boolean;
}

/** Where the rows of a table are. */
export interface RowSource<Row> {
  /** Some rows of a query. */
  page(query: RowQuery, offset: number, size: number, signal: AbortSignal): RowPage<Row> | Promise<RowPage<Row>>;
}

/** Rows that are all in the program's memory. */
export class MemoryRows<Row> implements RowSource<Row> {
  readonly rows: readonly Row[];
  readonly keys: RowKeys;
  readonly #queryable: QueryableRows<Row>;

  constructor(rows: readonly Row[], columns: readonly ReadColumn<Row>[], keys: RowKeys) {
    this.rows = rows;
    this.keys = keys;
    this.#queryable = new QueryableRows(rows, columns);
  }

  page(query: RowQuery, offset: number, size: number): RowPage<Row> {
    const all = query.queryTerm.trim() === "" && query.sortColumn === undefined;
    return all ? this.first(offset, size) : this.#pageOf(this.#queryable.find(query), offset, size);
  }

  /** Rows in the program's order. */
  first(offset: number, size: number): RowPage<Row> {
    const length = Math.max(0, Math.min(size, this.rows.length - offset));
    const indexes = Array.from({ length }, (_, i) => offset + i);
    return this.#toPage(indexes, this.rows.length, offset);
  }

  /** The indexes of all rows that a query finds, in the program's order. */
  indexesOf({ queryTerm, locale, timeZone }: TableQuery): Uint32Array {
    return this.#queryable.find({ queryTerm, locale, timeZone, sortDirection: 0 });
  }

  #pageOf(found: Uint32Array, offset: number, size: number): RowPage<Row> {
    return this.#toPage([...found.subarray(offset, offset + size)], found.length, offset);
  }

  #toPage(indexes: readonly number[], total: number, offset: number): RowPage<Row> {
    return {
      rows: indexes.map((i) => this.rows[i] as Row),
      keys: indexes.map((i) => this.keys.of(i)),
      total,
      hasMore: offset + indexes.length < total,
    };
  }
}
