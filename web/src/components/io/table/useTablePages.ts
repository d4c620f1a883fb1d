import { create } from "@bufbuild/protobuf";
import { SortDirection, type Table, type TablePage, type TableQuery, TableQuerySchema } from "@interval/proto";
import { computed, shallowRef } from "vue";
import { type Asked, usePages } from "../pages/usePages.ts";

/** Where rows that are not there yet come from. */
export type FetchRows = (query: TableQuery, signal: AbortSignal) => Promise<TablePage>;

/** The rows on screen, and the column that orders them. */
export function useTablePages(table: () => Table, fetchRows: FetchRows) {
  const sort = shallowRef<{ column: string; direction: SortDirection }>();

  function toQuery(asked: Asked): TableQuery {
    return create(TableQuerySchema, {
      ...asked,
      sortColumn: sort.value?.column,
      sortDirection: sort.value?.direction,
    });
  }

  const pages = usePages<TablePage>({
    first: () => table().firstPage,
    pageSize: () => table().pageSize,
    order: () => sort.value,
    fetch: (asked, signal) => fetchRows(toQuery(asked), signal),
  });

  return {
    ...pages,
    query: computed(() => toQuery(pages.asked.value)),
    sort: computed(() => sort.value),
    /** Orders by a column: ascending, then descending, then as the program has it. */
    sortBy(column: string): void {
      const { ASCENDING, DESCENDING } = SortDirection;
      pages.offset.value = 0;
      if (sort.value?.column !== column) sort.value = { column, direction: ASCENDING };
      else if (sort.value.direction === ASCENDING) sort.value = { column, direction: DESCENDING };
      else sort.value = undefined;
    },
  };
}
