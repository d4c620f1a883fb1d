import { createSharedComposable, useColorMode } from "@vueuse/core";
import { type ComputedRef, computed } from "vue";

/** How the dashboard looks; `auto` follows the system. */
export type ColorScheme = "auto" | "light" | "dark";

/** Its change injects no style, which the page's policy would refuse. */
const useMode = createSharedComposable(() =>
  useColorMode({ storageKey: "interval:scheme", disableTransition: false, emitAuto: true }),
);

/** The colour scheme, kept for the next visit. */
export const useScheme = () => useMode().store;

/** Whether the dashboard is dark now. */
export function useIsDark(): ComputedRef<boolean> {
  const { state } = useMode();
  return computed(() => state.value === "dark");
}
