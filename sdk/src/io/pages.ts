import { createHash } from "node:crypto";
import { toBinary } from "@bufbuild/protobuf";
import { optionKey, SortDirection, toValue, ValueSchema } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { numbered } from "./compose.ts";
import { isRecord, type PropReader, show } from "./props.ts";
import { field, type RowKey, rowKeys } from "./table-keys.ts";
import { queryRows } from "./table-query.ts";

/** Which items are wanted. */
export interface PageState {
  /** What items must contain; undefined means all. */
  queryTerm: string | undefined;
  /** How many items to skip. */
  offset: number;
  /** How many items to return, at most 100. */
  pageSize: number;
}

/** Some items. */
export interface PageData<Row> {
  data: readonly Row[];
  /** How many items match the state in all. Without it there are more for as long as pages come back full. */
  totalRecords?: number | bigint | null;
}

/** Fetches items. The signal aborts when nobody waits for them any more. */
export type GetPage<Row> = (
  state: PageState,
  options: { signal: AbortSignal },
) => PageData<Row> | PromiseLike<PageData<Row>>;

/** Where items come from, and what tells them apart. */
export interface PageProps<Row> {
  /** What tells items apart; by default an `id` that is distinct, else the position, with `getData` the content. */
  rowKey?: RowKey<Row>;
}

/** One page of a program's items. */
export interface RowPage<Row> {
  rows: readonly { row: Row; key: string }[];
  offset: number;
  /** How many items there are in all; undefined where nobody says. */
  total: number | undefined;
  hasMore: boolean;
}

/** Where the pages of a program's items come from. */
export interface PageSource<Row> {
  page(state: PageState, signal: AbortSignal): RowPage<Row> | Promise<RowPage<Row>>;
}

/**
 * Items that are all in the program's memory.
 *
 * @param texts what is shown of an item, for the filter
 */
export function memoryPages<Row>(
  read: PropReader,
  rows: readonly Row[],
  texts: (row: Row) => Iterable<string>,
): { page(state: PageState): RowPage<Row> } {
  const keys = rowKeys(read, rows);
  const all = { length: rows.length, texts: (i: number) => texts(rows[i] as Row), sortValue: () => undefined };
  // Who pages asks for the same again and again.
  let last: { term: string; found: readonly number[] } | undefined;
  const find = (term: string) => {
    if (last?.term !== term) {
      last = { term, found: queryRows(all, { queryTerm: term, sortDirection: SortDirection.UNSPECIFIED }) };
    }
    return last.found;
  };
  return {
    page({ queryTerm, offset, pageSize }) {
      const found = queryTerm ? find(queryTerm) : undefined;
      const total = found?.length ?? rows.length;
      const count = Math.max(0, Math.min(pageSize, total - offset));
      const indexes = Array.from({ length: count }, (_, i) => (found ? (found[offset + i] ?? 0) : offset + i));
      const items = indexes.map((i) => ({ row: rows[i] as Row, key: keys[i] ?? `#${i}` }));
      return { rows: items, offset, total, hasMore: offset + count < total };
    },
  };
}

/** Items that the program fetches as they are looked at. */
export function fetchedPages<Row>(read: PropReader, getData: GetPage<Row>): PageSource<Row> {
  return {
    async page(state, signal) {
      const got: unknown = await getData(state, { signal });
      if (!isRecord(got) || !Array.isArray(got.data)) {
        throw new HostMisuseError(
          `${read.method}: "getData" must return { data, totalRecords? }, but it returned ${show(got)}.`,
        );
      }
      const data: readonly Row[] = got.data;
      const total = totalOf(read, got.totalRecords);
      const shown = data.slice(0, state.pageSize);
      const keys = fetchedKeys(read, shown);
      return {
        rows: shown.map((row, i) => ({ row, key: keys[i] ?? `#${i}` })),
        offset: state.offset,
        total,
        hasMore: total === undefined ? data.length >= state.pageSize : state.offset + shown.length < total,
      };
    },
  };
}

function totalOf(read: PropReader, total: unknown): number | undefined {
  if (total === undefined || total === null) return undefined;
  const count = typeof total === "bigint" ? Number(total) : total;
  if (typeof count === "number" && Number.isInteger(count) && count >= 0) return count;
  throw new HostMisuseError(
    `${read.method}: the "totalRecords" that "getData" returns must be a whole number, but it is ${show(total)}.`,
  );
}

/** Items are told apart by `rowKey`, by an `id` that is distinct on the page, else by what is in them. */
function fetchedKeys(read: PropReader, rows: readonly unknown[]): string[] {
  if (read.raw("rowKey") !== undefined) return rowKeys(read, rows);
  const ids = new Set(
    rows.map((row) => field(row, "id")).filter((id) => typeof id === "string" || typeof id === "number"),
  );
  if (ids.size === rows.length) return [...ids].map((id) => optionKey(id));
  const taken = new Map<string, number>();
  return rows.map((row) => {
    const digest = createHash("sha256")
      .update(toBinary(ValueSchema, toValue(row)))
      .digest("base64url");
    return numbered(`h:${digest.slice(0, 22)}`, taken);
  });
}
