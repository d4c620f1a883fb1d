import type { Cursor, Place } from "./useCursor.ts";
import type { SheetEditing } from "./useSheetEditing.ts";

/** Where in the sheet an event happened; a head stands for its whole row or column. */
function placeOf({ target }: Event): { row?: number; column?: number } {
  const cell =
    target instanceof Element ? target.closest<HTMLElement>("td[data-row], th[data-row], th[data-column]") : null;
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  return { row: number(cell?.dataset.row), column: number(cell?.dataset.column) };
}

/** Clicks, drags and taps on cells and heads. */
export function useSheetPointer(cursor: Cursor, edit: SheetEditing, size: () => { rows: number; columns: number }) {
  let dragging = false;
  let touched = false;

  function selectLine({ row, column }: { row?: number; column?: number }, extend: boolean): void {
    const { rows, columns } = size();
    const { active } = cursor;
    if (row !== undefined) {
      const top = extend ? active.value.row : row;
      cursor.to({ row: top, column: 0 });
      cursor.to({ row, column: columns - 1 }, true);
    } else if (column !== undefined) {
      const left = extend ? active.value.column : column;
      cursor.to({ row: 0, column: left });
      cursor.to({ row: rows - 1, column }, true);
    }
  }

  function press(event: MouseEvent): void {
    const { row, column } = placeOf(event);
    if (event.button !== 0 || (row === undefined && column === undefined)) return;
    const isActive = row === cursor.active.value.row && column === cursor.active.value.column;
    if (isActive && edit.editing.value) return; // places the caret
    event.preventDefault();
    edit.commit();
    if (row === undefined || column === undefined) selectLine({ row, column }, event.shiftKey);
    else {
      dragging = true;
      cursor.to({ row, column }, event.shiftKey);
    }
    void edit.focus();
    if (isActive && touched) edit.begin();
  }

  return {
    press,
    /** Which pointer it is: a second tap on a cell changes its text. */
    down: (event: PointerEvent) => {
      touched = event.pointerType === "touch";
    },
    over(event: MouseEvent): void {
      if (!dragging || touched) return;
      if ((event.buttons & 1) === 0) {
        dragging = false;
        return;
      }
      const { row, column } = placeOf(event);
      if (row !== undefined && column !== undefined) cursor.to({ row, column } satisfies Place, true);
    },
  };
}
