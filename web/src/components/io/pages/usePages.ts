import { Code, ConnectError } from "@connectrpc/connect";
import { computed, onScopeDispose, shallowRef, watch } from "vue";
import { useIoContext } from "../context.ts";

const debounceMs = 250;

/** Which items are asked for. */
export interface Asked {
  queryTerm: string;
  offset: bigint;
  pageSize: number;
}

/** Where pages come from. */
export interface PageSource<Page> {
  /** The first page, unfiltered and in the program's order; undefined while it is not there. */
  first: () => Page | undefined;
  /** Why the first page is not there, where it will not come by itself. */
  failure?: () => string | undefined;
  /** How many items the program wants on a page. */
  pageSize: () => number;
  /** What orders the items; undefined keeps the program's order. */
  order?: () => unknown;
  /** Whether anybody answers. */
  isLive?: () => boolean;
  fetch: (asked: Asked, signal: AbortSignal) => Promise<Page>;
}

/** The items on screen: the first page, and what the host answers to filter, order and page. Late answers are dropped. */
export function usePages<Page>(source: PageSource<Page>) {
  const context = useIoContext();
  const term = shallowRef("");
  const offset = shallowRef(0);
  const size = shallowRef<number>();
  const fetched = shallowRef<Page>();
  const loading = shallowRef(false);
  const error = shallowRef<string>();
  const attempt = shallowRef(0);
  const left = shallowRef(false);
  let running: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const order = computed(() => source.order?.());
  const ownSize = computed(() => Math.max(1, source.pageSize()));
  const pageSize = computed(() => size.value ?? ownSize.value);
  const asked = computed<Asked>(() => ({
    queryTerm: term.value,
    offset: BigInt(offset.value),
    pageSize: pageSize.value,
  }));
  const isFirst = computed(() => {
    const asMade = term.value === "" && order.value === undefined && offset.value === 0;
    return asMade && pageSize.value === ownSize.value && source.first() !== undefined;
  });
  /** Nobody answers any more: what stays is what was shown at first. */
  const isGone = computed(() => left.value || source.isLive?.() === false);
  const page = computed(() =>
    isFirst.value || isGone.value ? (source.first() ?? fetched.value) : (fetched.value ?? source.first()),
  );

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
    } catch (cause) {
      if (mine.signal.aborted) return;
      const failed = ConnectError.from(cause);
      if (failed.code === Code.FailedPrecondition) leave();
      else error.value = failed.rawMessage;
    }
    loading.value = false;
  }

  function leave(): void {
    left.value = true;
    term.value = "";
    offset.value = 0;
    size.value = undefined;
  }

  watch([asked, order, attempt], ([now], [before]) => {
    stop();
    error.value = undefined;
    loading.value = !isFirst.value && !isGone.value;
    if (loading.value) timer = setTimeout(load, now.queryTerm === before.queryTerm ? 0 : debounceMs);
  });
  // What is shown was read again: other items than the first ones are asked for again, and replaced once they are there.
  watch([source.first, () => context.refreshes?.()], () => {
    if (isFirst.value || isGone.value || loading.value) return;
    stop();
    void load();
  });
  onScopeDispose(stop);

  return {
    asked,
    page,
    loading,
    isGone,
    /** What went wrong with the last request, or with the first page. */
    error: computed(() => error.value ?? (page.value || loading.value ? undefined : source.failure?.())),
    pageSize: computed({
      get: () => pageSize.value,
      set: (items: number) => {
        offset.value = Math.floor(offset.value / items) * items;
        size.value = items;
      },
    }),
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
