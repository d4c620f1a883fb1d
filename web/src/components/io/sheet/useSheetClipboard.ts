import { type SpreadsheetColumn, withoutFormula } from "@interval/proto";
import type { CellTexts } from "./cells.ts";
import { type Pasted, paste } from "./rows.ts";
import { formatCopied, type Lines, parseCopied } from "./tables.ts";
import type { Cursor } from "./useCursor.ts";
import type { Sheet } from "./useSheet.ts";

interface ClipboardOptions {
  sheet: Sheet;
  cursor: Cursor;
  columns: () => readonly SpreadsheetColumn[];
  texts: () => CellTexts;
  /** Something was put in. */
  pasted: (what: Pasted) => void;
}

/** Copies cells for spreadsheet programs, and takes what they have copied. */
export function useSheetClipboard({ sheet, cursor, columns, texts, pasted }: ClipboardOptions) {
  /** What was copied here comes back as it was; for other programs formulas are made harmless. */
  let own: { text: string; lines: Lines } | undefined;

  function copy(event: ClipboardEvent): void {
    const { top, left, bottom, right } = cursor.area.value;
    const cells = sheet.rows.value.slice(top, bottom + 1).map((row) => row.slice(left, right + 1));
    const lines = cells.map((row) => row.map((cell) => texts().copy(cell)));
    const safe = cells.map((row, i) =>
      row.map((cell, j) => {
        const text = lines[i]?.[j] ?? "";
        return cell?.kind.case === "stringValue" ? withoutFormula(text) : text;
      }),
    );
    own = { text: formatCopied(safe), lines };
    event.clipboardData?.setData("text/plain", own.text);
    event.preventDefault();
  }

  return {
    copy,
    cut(event: ClipboardEvent): void {
      copy(event);
      sheet.clear(cursor.area.value);
    },
    paste(event: ClipboardEvent): void {
      event.preventDefault();
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (text === "") return;
      const lines = text === own?.text ? own.lines : parseCopied(text);
      const read = ({ type }: SpreadsheetColumn, written: string) => texts().parse(type, written);
      const done = paste(columns(), sheet.rows.value, cursor.area.value, lines, read);
      sheet.change(done.rows);
      cursor.select(done.area);
      pasted(done);
    },
  };
}
