import { create } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { SortDirection, type Table, type TablePage, type TableQuery, TableQuerySchema } from "@interval/proto";
import { computed, onScopeDispose, shallowRef, watch } from "vue";

const debounceMs = 250;

/** Where rows that are not there yet come from. */
export type FetchRows = (query: TableQuery, signal: AbortSignal) => Promise<TablePage>;

/** The rows on screen: the table's first page, and what the host answers to filter, sort and page. Late answers are dropped. */
export function useTablePages(table: () => Table, fetchRows: FetchRows) {
  const term = shallowRef("");
  const sort = shallowRef<{ column: string; direction: SortDirection }>();
  const offset = shallowRef(0);
  const fetched = shallowRef<TablePage>();
  const loading = shallowRef(false);
  const error = shallowRef<string>();
  const attempt = shallowRef(0);
  let running: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const pageSize = computed(() => Math.max(1, table().pageSize));
  const query = computed(() =>
    create(TableQuerySchema, {
      queryTerm: term.value,
      sortColumn: sort.value?.column,
      sortDirection: sort.value?.direction,
      offset: BigInt(offset.value),
      pageSize: pageSize.value,
    }),
  );
  const isFirst = computed(() => term.value === "" && !sort.value && offset.value === 0);
  const page = computed(() => (isFirst.value ? table().firstPage : (fetched.value ?? table().firstPage)));

  function stop(): void {
    clearTimeout(timer);
    running?.abort();
  }

  async function load(): Promise<void> {
    const mine = new AbortController();
    running = mine;
    try {
      const answer = await fetchRows(query.value, mine.signal);
      if (mine.signal.aborted) return;
      fetched.value = answer;
      loading.value = false;
    } catch (cause) {
      if (mine.signal.aborted) return;
      error.value = ConnectError.from(cause).rawMessage;
      loading.value = false;
    }
  }

  watch([query, attempt], ([now], [before]) => {
    stop();
    error.value = undefined;
    loading.value = !isFirst.value;
    if (isFirst.value) return;
    timer = setTimeout(load, now.queryTerm === before.queryTerm ? 0 : debounceMs);
  });
  onScopeDispose(stop);

  return {
    query,
    page,
    loading,
    error,
    pageSize,
    term: computed({
      get: () => term.value,
      set: (text: string) => {
        term.value = text;
        offset.value = 0;
      },
    }),
    sort: computed(() => sort.value),
    offset: computed({ get: () => offset.value, set: (rows: number) => (offset.value = Math.max(0, rows)) }),
    /** Orders by a column: ascending, then descending, then as the program has it. */
    sortBy(column: string): void {
      const { ASCENDING, DESCENDING } = SortDirection;
      offset.value = 0;
      if (sort.value?.column !== column) sort.value = { column, direction: ASCENDING };
      else if (sort.value.direction === ASCENDING) sort.value = { column, direction: DESCENDING };
      else sort.value = undefined;
    },
    retry: () => attempt.value++,
  };
}
