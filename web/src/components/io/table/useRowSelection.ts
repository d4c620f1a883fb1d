import type { TableColumn, TableRow } from "@interval/proto";
import type { Ref } from "vue";
import { useReader } from "../../../composables/useReader.ts";
import { isSelected, range, type Selection, select } from "./selection.ts";

/** Selects rows one by one, and with Shift from the last one to this one. */
export function useRowSelection(selection: Ref<Selection | undefined>, rows: () => TableRow[]) {
  const { value: formatValue } = useReader();
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
      const within = event.target instanceof Element && event.target.closest("a, button, input, label");
      const marksText = (globalThis.getSelection()?.toString() ?? "") !== "" && !event.shiftKey;
      if (!selection.value || disabled || within || marksText) return;
      toggle(key, !isSelected(selection.value, key), event.shiftKey);
    },
    /** What a row is called for those who hear it: its first cell that says something. */
    nameOf(row: TableRow, columns: TableColumn[]): string {
      const texts = columns.map(({ key }) => row.cells[key]?.label ?? formatValue(row.cells[key]?.value));
      return texts.find((text) => text !== "") ?? row.key;
    },
  };
}
