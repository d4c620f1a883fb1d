import type { SpreadsheetColumn } from "@interval/proto";
import { nextTick, type Ref, shallowRef } from "vue";
import type { CellTexts } from "./cells.ts";
import type { Cursor } from "./useCursor.ts";
import type { Sheet } from "./useSheet.ts";

/** How an edit was begun: by typing over the cell, or within its text, where arrows move the caret. */
export type Editing = "over" | "within";

interface EditingOptions {
  root: Readonly<Ref<HTMLElement | null>>;
  sheet: Sheet;
  cursor: Cursor;
  columns: () => readonly SpreadsheetColumn[];
  texts: () => CellTexts;
}

/**
 * Typing into the active cell. Its field always has the focus, with its whole text selected: what is typed replaces it, and no letter is
 * lost, neither a fast one nor one that an input method is still composing.
 */
export function useSheetEditing({ root, sheet, cursor, columns, texts }: EditingOptions) {
  const editing = shallowRef<Editing>();
  const draft = shallowRef("");

  function written(): string {
    const { row, column } = cursor.active.value;
    return texts().edit(sheet.rows.value[row]?.[column]);
  }

  function field(): HTMLInputElement | null {
    return root.value?.querySelector<HTMLInputElement>("[data-active] input") ?? null;
  }

  function commit(): void {
    if (!editing.value) return;
    editing.value = undefined;
    const { row, column } = cursor.active.value;
    const known = columns()[column];
    if (known && draft.value !== written()) sheet.set(row, column, texts().parse(known.type, draft.value));
  }

  return {
    editing,
    draft,
    commit,
    /** The field with the text of the active cell, to be changed within. */
    begin(): void {
      const input = field();
      if (!input || input.type === "checkbox") return;
      draft.value = written();
      editing.value = "within";
      input.setSelectionRange(input.value.length, input.value.length);
    },
    cancel(): void {
      editing.value = undefined;
    },
    typed({ target }: Event): void {
      if (!(target instanceof HTMLInputElement) || target.type === "checkbox") return;
      editing.value ??= "over";
      draft.value = target.value;
    },
    /** Puts the focus on the active cell, and brings the end of the selection in sight. */
    async focus(): Promise<void> {
      await nextTick();
      const input = field();
      input?.focus({ preventScroll: true });
      if (input && input.type !== "checkbox" && !editing.value) input.select();
      root.value?.querySelector("[data-reach]")?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    },
  };
}

export type SheetEditing = ReturnType<typeof useSheetEditing>;
