import { ConnectError } from "@connectrpc/connect";
import { computed, onScopeDispose, shallowRef, watch } from "vue";

const debounceMs = 250;

/** Which items are asked for. */
export interface Asked {
  queryTerm: string;
  offset: bigint;
  pageSize: number;
}

/** Where pages come from. */
export interface PageSource<Page> {
  /** The first page, unfiltered and in the program's order. */
  first: () => Page | undefined;
  pageSize: () => number;
  /** What orders the items; undefined keeps the program's order. */
  order?: () => unknown;
  fetch: (asked: Asked, signal: AbortSignal) => Promise<Page>;
}

/** The items on screen: the first page, and what the host answers to filter, order and page. Late answers are dropped. */
export function usePages<Page>(source: PageSource<Page>) {
  const term = shallowRef("");
  const offset = shallowRef(0);
  const fetched = shallowRef<Page>();
  const loading = shallowRef(false);
  const error = shallowRef<string>();
  const attempt = shallowRef(0);
  let running: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const order = computed(() => source.order?.());
  const pageSize = computed(() => Math.max(1, source.pageSize()));
  const asked = computed<Asked>(() => ({
    queryTerm: term.value,
    offset: BigInt(offset.value),
    pageSize: pageSize.value,
  }));
  const isFirst = computed(() => term.value === "" && order.value === undefined && offset.value === 0);
  const page = computed(() => (isFirst.value ? source.first() : (fetched.value ?? source.first())));

  function stop(): void {
    clearTimeout(timer);
    running?.abort();
  }

  async function load(): Promise<void> {
    const mine = new AbortController();
    running = mine;
    try {
      const answer = await source.fetch(asked.value, mine.signal);
      if (mine.signal.aborted) return;
      fetched.value = answer;
      loading.value = false;
    } catch (cause) {
      if (mine.signal.aborted) return;
      error.value = ConnectError.from(cause).rawMessage;
      loading.value = false;
    }
  }

  watch([asked, order, attempt], ([now], [before]) => {
    stop();
    error.value = undefined;
    loading.value = !isFirst.value;
    if (isFirst.value) return;
    timer = setTimeout(load, now.queryTerm === before.queryTerm ? 0 : debounceMs);
  });
  onScopeDispose(stop);

  return {
    asked,
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
    offset: computed({ get: () => offset.value, set: (items: number) => (offset.value = Math.max(0, items)) }),
    retry: () => attempt.value++,
  };
}
