import { Code, ConnectError } from "@connectrpc/connect";
import { computed, onScopeDispose, shallowRef, watch } from "vue";
import { useIoContext } from "../context.ts";

const debounceMs = 250;

/** Which items are asked for. */
export interface Asked {
  queryTerm: string;
  offset: bigint;
  pageSize: number;
  /** Whether the host reads everything again before it answers. */
  reload: boolean;
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
  /** How many items a page has. */
  count: (page: Page) => number;
  /** How many items there are in all, as far as that is known. */
  total: (page: Page) => number | undefined;
}

/** The items on screen: the first page, and what the host answers to filter, order and page. Late answers are dropped. */
export function usePages<Page>(source: PageSource<Page>) {
  const context = useIoContext();
  const term = shallowRef("");
  const offset = shallowRef(0);
  const size = shallowRef<number>();
  const fetched = shallowRef<Page>();
  /** The first page as it was read after the program had sent it. */
  const newerFirst = shallowRef<Page>();
  /** Whether everything was read again since the first page was. */
  const isFirstStale = shallowRef(false);
  const refreshing = shallowRef(false);
  const refreshError = shallowRef<string>();
  const loading = shallowRef(false);
  const error = shallowRef<string>();
  const attempt = shallowRef(0);
  const left = shallowRef(false);
  let running: AbortController | undefined;
  let reloading: Promise<boolean> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const order = computed(() => source.order?.());
  const ownSize = computed(() => Math.max(1, source.pageSize()));
  const pageSize = computed(() => size.value ?? ownSize.value);
  const asked = computed<Asked>(() => ({
    queryTerm: term.value,
    offset: BigInt(offset.value),
    pageSize: pageSize.value,
    reload: false,
  }));
  const first = computed(() => newerFirst.value ?? source.first());
  const isAsMade = computed(() => {
    const all = term.value === "" && order.value === undefined && offset.value === 0;
    return all && pageSize.value === ownSize.value;
  });
  const isFirst = computed(() => isAsMade.value && !isFirstStale.value && first.value !== undefined);
  /** Nobody answers any more: what stays is what was shown at first. */
  const isGone = computed(() => left.value || source.isLive?.() === false);
  const page = computed(() =>
    isFirst.value || isGone.value ? (first.value ?? fetched.value) : (fetched.value ?? first.value),
  );

  function stop(): void {
    clearTimeout(timer);
    running?.abort();
    reloading = undefined;
    refreshing.value = false;
  }

  function show(answer: Page): void {
    fetched.value = answer;
    if (!isAsMade.value) return;
    newerFirst.value = answer;
    isFirstStale.value = false;
  }

  /** Where the rows on screen are gone, goes to the last page that is left. */
  function isBeyond(answer: Page): boolean {
    if (source.count(answer) > 0 || offset.value === 0) return false;
    const left = source.total(answer) ?? offset.value;
    const last = Math.floor((Math.min(left, offset.value) - 1) / pageSize.value) * pageSize.value;
    offset.value = Math.max(0, last);
    return true;
  }

  /**
   * Reads what is on screen again and replaces it in place. What fails leaves it as it is.
   * @returns whether it worked, or was no longer wanted
   */
  async function refresh(): Promise<boolean> {
    if (loading.value || isGone.value) return true;
    if (!reloading) {
      stop();
      reloading = reload();
    }
    return reloading;
  }

  async function reload(): Promise<boolean> {
    const mine = new AbortController();
    running = mine;
    try {
      const answer = await source.fetch({ ...asked.value, reload: true }, mine.signal);
      if (mine.signal.aborted) return true;
      refreshError.value = undefined;
      error.value = undefined;
      isFirstStale.value = true;
      if (!isBeyond(answer)) show(answer);
      return true;
    } catch (cause) {
      if (mine.signal.aborted) return true;
      const failed = ConnectError.from(cause);
      if (failed.code === Code.FailedPrecondition) leave();
      else refreshError.value = failed.rawMessage;
      return false;
    } finally {
      if (!mine.signal.aborted) {
        reloading = undefined;
        refreshing.value = false;
      }
    }
  }

  async function load(): Promise<void> {
    const mine = new AbortController();
    running = mine;
    try {
      const answer = await source.fetch(asked.value, mine.signal);
      if (mine.signal.aborted) return;
      if (!loading.value && isBeyond(answer)) return; // read again in place
      show(answer);
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
    newerFirst.value = undefined;
    isFirstStale.value = false;
    if (isGone.value || loading.value) return;
    stop();
    if (!isFirst.value) void load();
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
    refresh,
    /** Refreshes because the person asks for it, which is shown. */
    async refreshNow(): Promise<void> {
      const refreshed = refresh();
      refreshing.value = reloading !== undefined;
      await refreshed;
    },
    refreshing: computed(() => refreshing.value),
    /** Why what is on screen could not be read again. */
    refreshError: computed(() => refreshError.value),
  };
}
