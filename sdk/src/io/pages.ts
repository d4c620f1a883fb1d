import type { RowKey } from "./table-keys.ts";

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
export type GetPage<Row, State = PageState> = (
  state: State,
  options: { signal: AbortSignal },
) => PageData<Row> | PromiseLike<PageData<Row>>;

/** Where items come from, and what tells them apart. */
export interface PageProps<Row> {
  /** What tells items apart; by default an `id` that is distinct, else the position, with `getData` the content. */
  rowKey?: RowKey<Row>;
}
