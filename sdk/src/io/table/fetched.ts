import { limits, SortDirection } from "@interval/proto";
import { HostMisuseError } from "../../errors.ts";
import { isRecord, type PropReader, show } from "../props.ts";
import { FetchedKeys } from "./keys.ts";
import type { GetData } from "./props.ts";
import type { RowQuery } from "./query.ts";
import type { RowPage, RowSource } from "./rows.ts";

/** All rows of a program, in its order. */
export const allRows: RowQuery = { queryTerm: "", sortDirection: SortDirection.UNSPECIFIED };

/** How rows are fetched. */
interface FetchedRowsOptions {
  /** Whether rows are going to be chosen by their key. */
  strict?: boolean;
  /** Throws for rows that cannot be shown. `where` names the row at an index. */
  check: (rows: readonly unknown[], where: (index: number) => string) => void;
  /** What the program calls the column of a key; by default the key. */
  nameOf?: (key: string) => string;
}

/** Rows that a program fetches as they are asked for. */
export class FetchedRows<Row> implements RowSource<Row> {
  readonly #props: PropReader;
  readonly #getData: GetData<Row>;
  readonly #keys: FetchedKeys<Row>;
  readonly #check: FetchedRowsOptions["check"];
  readonly #nameOf: NonNullable<FetchedRowsOptions["nameOf"]>;

  constructor(
    read: PropReader,
    getData: GetData<Row>,
    { strict = false, check, nameOf = (key) => key }: FetchedRowsOptions,
  ) {
    this.#props = read;
    this.#getData = getData;
    this.#keys = new FetchedKeys(read, strict);
    this.#check = check;
    this.#nameOf = nameOf;
  }

  /** @throws {HostMisuseError} when `getData` returns something else than rows */
  async page(query: RowQuery, offset: number, size: number, signal: AbortSignal): Promise<RowPage<Row>> {
    const state = {
      queryTerm: query.queryTerm.trim() || undefined,
      sortColumn: query.sortColumn === undefined ? null : this.#nameOf(query.sortColumn),
      sortDirection: query.sortColumn === undefined ? null : directionOf(query.sortDirection),
      offset,
      pageSize: size,
    };
    const { data, total } = this.#readPage(await this.#getData(state, { signal }));
    signal.throwIfAborted();
    const rows = data.slice(0, size);
    this.#check(rows, (i) => `${this.#props.method}: row ${offset + i} ("data[${i}]" of what "getData" returned)`);
    const hasMore = total === undefined ? data.length >= size : rows.length > 0 && offset + rows.length < total;
    return { rows, keys: this.#keys.of(rows), total, hasMore };
  }

  /** The keys of rows that the program names by itself. */
  keysOf(rows: readonly Row[]): string[] {
    return this.#keys.of(rows);
  }

  #readPage(got: unknown): { data: readonly Row[]; total: number | undefined } {
    const { method } = this.#props;
    if (!isRecord(got) || !Array.isArray(got.data)) {
      throw new HostMisuseError(
        `${method}: "getData" must return { data, totalRecords? }, but it returned ${show(got)}.`,
      );
    }
    const { data, totalRecords } = got;
    if (totalRecords === undefined || totalRecords === null) return { data, total: undefined };
    const total = typeof totalRecords === "bigint" ? Number(totalRecords) : totalRecords;
    if (typeof total === "number" && Number.isInteger(total) && total >= 0) return { data, total };
    throw new HostMisuseError(
      `${method}: the "totalRecords" that "getData" returns must be a whole number, but it is ${show(totalRecords)}.`,
    );
  }
}

/**
 * All rows of a query, page by page. A program that does not say how many there are is asked until a page brings nothing new: it may
 * return fewer at a time than it is asked for.
 */
export async function* pagesOf<Row>(
  source: RowSource<Row>,
  query: RowQuery,
  signal: AbortSignal,
): AsyncGenerator<RowPage<Row>> {
  let offset = 0;
  let before: string | undefined;
  while (true) {
    const page = await source.page(query, offset, limits.tablePageSize.max, signal);
    const [first] = page.keys;
    if (first === undefined || first === before) return;
    yield page;
    before = first;
    offset += page.rows.length;
    if (page.total !== undefined && offset >= page.total) return;
  }
}

function directionOf(direction: SortDirection): "asc" | "desc" {
  return direction === SortDirection.DESCENDING ? "desc" : "asc";
}
