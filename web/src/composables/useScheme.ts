import { createSharedComposable, useColorMode, useEventListener } from "@vueuse/core";
import { type ComputedRef, computed } from "vue";

/** How the dashboard looks; `auto` follows the system. */
export type ColorScheme = "auto" | "light" | "dark";

/** All of them, in the order in which they are offered. */
export const schemes: ReadonlyArray<{ value: ColorScheme; icon: string }> = [
  { value: "auto", icon: "i-lucide-monitor" },
  { value: "light", icon: "i-lucide-sun" },
  { value: "dark", icon: "i-lucide-moon" },
];

/** Its change injects no style, which the page's policy would refuse. */
const useMode = createSharedComposable(() => {
  const mode = useColorMode({ storageKey: "interval:scheme", disableTransition: false, emitAuto: true });
  // Paper is white. A watcher of ours would be too late: the page is laid out for paper right after these events.
  const dress = (isPaper: boolean) =>
    document.documentElement.classList.toggle("dark", !isPaper && mode.state.value === "dark");
  useEventListener(globalThis.matchMedia?.("print"), "change", ({ matches }: MediaQueryListEvent) => dress(matches));
  useEventListener(globalThis, "beforeprint", () => dress(true));
  useEventListener(globalThis, "afterprint", () => dress(false));
  return mode;
});

/** The colour scheme, kept for the next visit. */
export const useScheme = () => useMode().store;

/** Whether the dashboard is dark now. */
export function useIsDark(): ComputedRef<boolean> {
  const { state } = useMode();
  return computed(() => state.value === "dark");
}
