import type { Ref } from "vue";
import { arrowTarget } from "../../lib/arrows.ts";

/** Keys of a screen with a search and items: arrows move between them, Enter in the search opens the first item. */
export function useItemKeys(screen: Readonly<Ref<HTMLElement | null>>) {
  const items = () => [...(screen.value?.querySelectorAll<HTMLElement>("[data-item]") ?? [])];
  const search = () => screen.value?.querySelector<HTMLInputElement>("[data-search]");

  return {
    /** In the search field. */
    onSearchKey(event: KeyboardEvent): void {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") items()[0]?.focus();
      else if (event.key === "Enter" && search()?.value.trim()) items()[0]?.click();
      else return;
      event.preventDefault();
    },
    /** On an item. */
    onItemKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (!(event.target instanceof HTMLElement) || !event.target.matches("[data-item]")) return;
      const all = items();
      const from = all.indexOf(event.target);
      const spots = all.map((item) => (item.closest("li") ?? item).getBoundingClientRect());
      const next = arrowTarget(spots, from, event.key);
      if (next !== undefined) all[next]?.focus();
      else if (event.key === "ArrowUp") search()?.focus();
      else return;
      event.preventDefault();
    },
  };
}
