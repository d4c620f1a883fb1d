import type { TableRow } from "@interval/proto";
import type { Ref } from "vue";
import { isSelected, range, type Selection, select } from "./selection.ts";

/** Selects rows one by one, and with Shift from the last one to this one. */
export function useRowSelection(selection: Ref<Selection | undefined>, rows: () => readonly TableRow[]) {
  let last: string | undefined;

  function toggle(key: string, on: boolean, shift: boolean): void {
    if (!selection.value) return;
    const shown = rows().map((row) => row.key);
    selection.value = select(selection.value, shift ? range(shown, last, key) : [key], on);
    last = key;
  }

  return {
    toggle,
    /** A click beside links, buttons and boxes selects the row too. */
    clickRow(key: string, event: MouseEvent, disabled: boolean | undefined): void {
      const within = event.target instanceof Element && event.target.closest("a, button, input, label, select");
      const marksText = (globalThis.getSelection()?.toString() ?? "") !== "" && !event.shiftKey;
      if (!selection.value || disabled || within || marksText) return;
      toggle(key, !isSelected(selection.value, key), event.shiftKey);
    },
  };
}
