import { ConnectError } from "@connectrpc/connect";
import type { SelectOption } from "@interval/proto";
import { onScopeDispose, shallowRef, watch } from "vue";

const debounceMs = 250;

/** Where items come from. */
export type FindItems = (query: string, signal: AbortSignal) => Promise<readonly SelectOption[]>;

/**
 * What is found for what is typed: asked for once the typing pauses. An answer that comes after the next question is dropped, and its host is
 * told that nobody waits for it.
 */
export function useSearch(initial: () => readonly SelectOption[], find: FindItems) {
  const term = shallowRef("");
  const found = shallowRef<readonly SelectOption[]>();
  const loading = shallowRef(false);
  const error = shallowRef<string>();
  let running: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function stop(): void {
    clearTimeout(timer);
    running?.abort();
  }

  function ask(afterMs: number): void {
    stop();
    error.value = undefined;
    const query = term.value.trim();
    loading.value = query !== "";
    if (query === "") found.value = undefined;
    else timer = setTimeout(() => void load(query), afterMs);
  }

  async function load(query: string): Promise<void> {
    const mine = new AbortController();
    running = mine;
    try {
      const items = await find(query, mine.signal);
      if (!mine.signal.aborted) found.value = items;
    } catch (cause) {
      if (mine.signal.aborted) return;
      found.value = [];
      error.value = ConnectError.from(cause).rawMessage;
    }
    if (!mine.signal.aborted) loading.value = false;
  }

  watch(
    () => term.value.trim(),
    () => ask(debounceMs),
  );
  onScopeDispose(stop);

  return {
    term,
    /** What is offered: what was found, or what is there before anything is typed. */
    items: () => found.value ?? initial(),
    /** Whether these are answers to the term, and not to none or to an earlier one. */
    answered: () => found.value !== undefined && !loading.value && error.value === undefined,
    loading,
    error,
    retry: () => ask(0),
  };
}
