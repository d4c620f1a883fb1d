import { create } from "@bufbuild/protobuf";
import { SortDirection, type Table, type TablePage, type TableQuery, TableQuerySchema } from "@interval/proto";
import { computed, shallowRef, watch } from "vue";
import { useReader } from "../../../composables/useReader.ts";
import { type Asked, type PageSource, usePages } from "../pages/usePages.ts";

/** A column that orders the rows. */
export interface Sort {
  column: string;
  direction: SortDirection;
}

/** Where a table's rows come from. */
export interface TableSource extends Pick<PageSource<TablePage>, "failure" | "isLive"> {
  table: () => Table;
  fetch: (query: TableQuery, signal: AbortSignal) => Promise<TablePage>;
}

/** The rows on screen, and the column that orders them. */
export function useTablePages({ table, fetch, ...rest }: TableSource) {
  const sort = shallowRef<Sort>();
  const { reader, timeZone } = useReader();

  function toQuery(asked: Asked): TableQuery {
    return create(TableQuerySchema, {
      ...asked,
      sortColumn: sort.value?.column,
      sortDirection: sort.value?.direction,
      locale: reader.value.locale ?? navigator.language,
      timeZone: timeZone.value,
    });
  }

  const pages = usePages<TablePage>({
    ...rest,
    first: () => table().firstPage,
    pageSize: () => table().pageSize,
    count: ({ rows }) => rows.length,
    total: ({ totalRows }) => (totalRows === undefined ? undefined : Number(totalRows)),
    order: () => sort.value,
    fetch: (asked, signal) => fetch(toQuery(asked), signal),
  });
  watch(pages.isGone, () => (sort.value = undefined));

  return {
    ...pages,
    query: computed(() => toQuery(pages.asked.value)),
    /** A table whose first page failed is told its columns with the page that came later. */
    columns: computed(() => {
      const later = pages.page.value?.columns ?? [];
      return later.length > 0 ? later : table().columns;
    }),
    sort: computed({
      get: () => sort.value,
      set: (by: Sort | undefined) => {
        pages.offset.value = 0;
        sort.value = by;
      },
    }),
  };
}

/** What comes next for a column: ascending, then descending, then as the program has it. */
export function nextSort(sort: Sort | undefined, column: string): Sort | undefined {
  const { ASCENDING, DESCENDING } = SortDirection;
  if (sort?.column !== column) return { column, direction: ASCENDING };
  return sort.direction === ASCENDING ? { column, direction: DESCENDING } : undefined;
}
