import { createSharedComposable, useColorMode, useEventListener } from "@vueuse/core";
import { type ComputedRef, computed } from "vue";

/** How the dashboard looks; `auto` follows the system. */
export type ColorScheme = "auto" | "light" | "dark";

/** Its change injects no style, which the page's policy would refuse. */
const useMode = createSharedComposable(() => {
  const mode = useColorMode({ storageKey: "interval:scheme", disableTransition: false, emitAuto: true });
  // Paper is white. The query is heard of before the page is laid out for it, which a watcher of ours would be too late for.
  const paper = globalThis.matchMedia?.("print");
  useEventListener(paper, "change", () => {
    document.documentElement.classList.toggle("dark", !paper?.matches && mode.state.value === "dark");
  });
  return mode;
});

/** The colour scheme, kept for the next visit. */
export const useScheme = () => useMode().store;

/** Whether the dashboard is dark now. */
export function useIsDark(): ComputedRef<boolean> {
  const { state } = useMode();
  return computed(() => state.value === "dark");
}
