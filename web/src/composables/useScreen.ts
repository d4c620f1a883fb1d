import { useTitle } from "@vueuse/core";
import { onMounted, type Ref, watch } from "vue";
import { type Router, useRoute } from "vue-router";

/** Whether the person has gone to another screen, whose heading has not been shown to them yet. */
let arriving = false;

/** Notes when somebody goes from screen to screen. The first one is read out by the browser itself. */
export function noteArrivals(router: Router): void {
  router.afterEach((to, from, failure) => {
    if (!failure && from.matched.length > 0 && to.path !== from.path) arriving = true;
  });
}

/**
 * Names the screen in the browser's tab, and leads the focus to its heading when the person has come from another one: what they pressed there
 * is gone, and who does not see the screen hears where they are. A screen that puts the cursor elsewhere by itself does so afterwards.
 *
 * @param heading has `tabindex="-1"`
 */
export function useScreen(title: () => string, heading: Readonly<Ref<HTMLElement | null>>): void {
  const route = useRoute();
  useTitle(() => (title() ? `${title()} · Interval` : "Interval"));
  function arrive(): void {
    if (!arriving) return;
    arriving = false;
    const at = document.activeElement;
    const busy = at instanceof HTMLElement && at !== document.body && at.closest("main, [role=dialog]") !== null;
    if (!busy) heading.value?.focus({ preventScroll: true });
  }
  onMounted(arrive);
  watch(() => route.path, arrive, { flush: "post" });
}
