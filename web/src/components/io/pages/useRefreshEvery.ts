import { useDocumentVisibility, useIntersectionObserver } from "@vueuse/core";
import { computed, onScopeDispose, type Ref, shallowRef, watch } from "vue";

/** After so many failures in a row the pause between attempts no longer doubles. */
const maxDoublings = 5;

/** What is refreshed by itself. */
interface Refreshed {
  /** How often, in milliseconds; undefined for never. */
  every: () => number | undefined;
  /** Whether it can be asked for at all now. */
  isLive: () => boolean;
  /** Where it is on the screen. */
  place: Ref<HTMLElement | null>;
  /** @returns whether it worked */
  refresh: () => Promise<boolean>;
}

/** Refreshes something every so often while somebody can see it: once at a time, and less often while it fails. */
export function useRefreshEvery({ every, isLive, place, refresh }: Refreshed): void {
  const visibility = useDocumentVisibility();
  const onScreen = shallowRef(true);
  useIntersectionObserver(place, (entries) => (onScreen.value = entries.at(-1)?.isIntersecting ?? true));
  const wanted = computed(() => (visibility.value === "visible" && onScreen.value && isLive() ? every() : undefined));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastEnd = Date.now();
  let failures = 0;
  let running = false;

  function schedule(): void {
    clearTimeout(timer);
    if (wanted.value === undefined || running) return;
    const due = lastEnd + wanted.value * 2 ** Math.min(failures, maxDoublings);
    timer = setTimeout(run, Math.max(0, due - Date.now()));
  }

  async function run(): Promise<void> {
    running = true;
    failures = (await refresh()) ? 0 : failures + 1;
    running = false;
    lastEnd = Date.now();
    schedule();
  }

  watch(wanted, schedule, { immediate: true });
  onScopeDispose(() => {
    running = true; // nothing follows
    clearTimeout(timer);
  });
}
