import { defaultRangeExtractor, observeElementRect, useVirtualizer } from "@tanstack/vue-virtual";
import { computed, type Ref } from "vue";

/** Heights in pixels: all rows are alike, so that any place can be reached at once. */
export const rowHeight = 36;
export const headHeight = 52;
const unknownHeight = 400;

/** The rows that are in the document: those in sight, some around them, and the active one wherever it is. */
export function useSheetWindow(scroller: Readonly<Ref<HTMLElement | null>>, count: () => number, active: () => number) {
  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>(
    computed(() => {
      const kept = active();
      return {
        count: count(),
        getScrollElement: () => scroller.value,
        estimateSize: () => rowHeight,
        scrollMargin: headHeight,
        overscan: 8,
        // A sheet that is not laid out yet has no height: its first rows are drawn all the same.
        observeElementRect: (instance, tell) =>
          observeElementRect(instance, ({ width, height }) => tell({ width, height: height || unknownHeight })),
        rangeExtractor: (range) => {
          const shown = defaultRangeExtractor(range);
          return shown.includes(kept) ? shown : [...shown, kept].sort((a, b) => a - b);
        },
      };
    }),
  );
  return {
    /** The rows, each with the height left out above it. */
    items: computed(() => {
      let end = -1;
      return virtualizer.value.getVirtualItems().map(({ index }) => {
        const gap = (index - end - 1) * rowHeight;
        end = index;
        return { index, gap };
      });
    }),
    /** The height left out below. */
    rest: computed(() => {
      const last = virtualizer.value.getVirtualItems().at(-1)?.index ?? -1;
      return Math.max(0, count() - last - 1) * rowHeight;
    }),
  };
}
