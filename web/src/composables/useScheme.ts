import { createSharedComposable, useColorMode } from "@vueuse/core";

/** How the dashboard looks; `auto` follows the system. */
export type ColorScheme = "auto" | "light" | "dark";

/** The colour scheme, kept for the next visit. Its change injects no style, which the page's policy would refuse. */
export const useScheme = createSharedComposable(
  () => useColorMode({ storageKey: "interval:scheme", disableTransition: false, emitAuto: true }).store,
);
