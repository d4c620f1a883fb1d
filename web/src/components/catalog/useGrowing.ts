import { computed, shallowRef, watch } from "vue";

/** So many are drawn at first, and so many more each time: about a screen. */
const step = 36;

/** The first of many items, and more when asked. Other contents, such as the hits of another search, begin anew. */
export function useGrowing<T>(items: () => readonly T[], contents: () => string) {
  const count = shallowRef(step);
  watch(contents, () => (count.value = step));
  return {
    shown: computed(() => items().slice(0, count.value)),
    /** How many are not drawn yet. */
    left: computed(() => Math.max(0, items().length - count.value)),
    grow: () => (count.value += step),
  };
}
