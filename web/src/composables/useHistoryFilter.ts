import { computed } from "vue";
import { useRoute, useRouter } from "vue-router";
import { type HistoryFilter, readFilter, writeFilter } from "../lib/run-filter.ts";

/** The history's filter, which its address holds: it can be shared, and survives a reload and Back. */
export function useHistoryFilter() {
  const route = useRoute();
  const router = useRouter();
  // Another screen's address says nothing of the filter, while the history is still on its way out.
  let last = readFilter(route.query);
  const filter = computed(() => {
    if (route.name === "history") last = readFilter(route.query);
    return last;
  });

  /** Filters by something else. Going on from the last change, it takes that one's place in the browser's history. */
  function change(changes: Partial<HistoryFilter>, again: boolean): void {
    const to = { query: writeFilter({ ...filter.value, ...changes }) };
    void (again ? router.replace(to) : router.push(to));
  }

  return { filter, change };
}
