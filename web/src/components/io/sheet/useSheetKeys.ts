import type { Ref } from "vue";
import type { Cursor } from "./useCursor.ts";
import type { Sheet } from "./useSheet.ts";
import type { SheetEditing } from "./useSheetEditing.ts";

interface KeysOptions {
  sheet: Sheet;
  cursor: Cursor;
  edit: SheetEditing;
  /** Tab leaves the sheet instead of going through its cells. */
  leaving: Ref<boolean>;
  columns: () => number;
  /** Types a letter into the active cell, where that is a box. Returns whether it was taken. */
  tick: (letter: string) => boolean;
  /** How many rows are in sight. */
  pageRows: () => number;
}

const arrows: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** What keys do in a sheet. Returns whether the key was taken. */
export function useSheetKeys(options: KeysOptions): (event: KeyboardEvent) => boolean {
  const { sheet, cursor, leaving } = options;
  const { editing, begin, commit, cancel } = options.edit;

  function keydown(event: KeyboardEvent): boolean {
    const { key, shiftKey } = event;
    const control = event.ctrlKey || event.metaKey;
    if (event.isComposing || event.altKey) return false;
    if (key !== "Tab" && key !== "Shift") leaving.value = false;
    if (key === "Enter") return !control && enter(shiftKey ? -1 : 1);
    if (key === "Tab") return tab(shiftKey ? -1 : 1);
    if (key === "Escape") return giveUp();
    const arrow = arrows[key];
    if (arrow && editing.value !== "within") return move(arrow, control, shiftKey);
    if (editing.value) return false;
    return control ? command(key.toLowerCase(), shiftKey) : press(key, shiftKey);
  }

  function enter(by: 1 | -1): boolean {
    commit();
    cursor.turn(by);
    return true;
  }

  function tab(by: 1 | -1): boolean {
    commit();
    return !leaving.value && cursor.step(by);
  }

  /** Gives up what is typed, then the selection; then Tab leaves. */
  function giveUp(): boolean {
    if (editing.value) cancel();
    else cursor.to(cursor.active.value);
    leaving.value = true;
    return true;
  }

  function move([rows, columns]: readonly [number, number], far: boolean, extend: boolean): boolean {
    commit();
    const by = far ? Math.max(sheet.rows.value.length, options.columns()) : 1;
    cursor.move(rows * by, columns * by, extend);
    return true;
  }

  function command(key: string, shift: boolean): boolean {
    const [lastRow, lastColumn] = [sheet.rows.value.length - 1, options.columns() - 1];
    switch (key) {
      case "z":
        if (shift) sheet.redo();
        else sheet.undo();
        return true;
      case "y":
        sheet.redo();
        return true;
      case "a":
        cursor.select({ top: 0, left: 0, bottom: lastRow, right: lastColumn });
        return true;
      case "home":
        cursor.to({ row: 0, column: 0 }, shift);
        return true;
      case "end":
        cursor.to({ row: lastRow, column: lastColumn }, shift);
        return true;
      default:
        return false;
    }
  }

  function press(key: string, shift: boolean): boolean {
    const { row } = shift ? cursor.reach.value : cursor.active.value;
    switch (key) {
      case "F2":
        begin();
        return true;
      case "Delete":
      case "Backspace":
        sheet.clear(cursor.area.value);
        return true;
      case "Home":
        cursor.to({ row, column: 0 }, shift);
        return true;
      case "End":
        cursor.to({ row, column: options.columns() - 1 }, shift);
        return true;
      case "PageUp":
        cursor.move(-options.pageRows(), 0, shift);
        return true;
      case "PageDown":
        cursor.move(options.pageRows(), 0, shift);
        return true;
      default:
        return options.tick(key);
    }
  }

  return keydown;
}
