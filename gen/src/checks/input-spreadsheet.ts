import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import { SpreadsheetCellType, type SpreadsheetColumn } from "../../ts/interval/io/v1/input_spreadsheet_pb.ts";
import type { Value } from "../../ts/interval/io/v1/value_pb.ts";
import { entryOf } from "../entries.ts";
import { escapeKey } from "../keys.ts";
import { limits } from "../limits.ts";
import { isDate } from "../time/civil.ts";
import { count, type Fault, hasNul } from "./faults.ts";
import type { Check } from "./registry.ts";

/** Spreadsheets: known columns, cells of their column's type. */
export const checkInputSpreadsheet: Check<"inputSpreadsheet"> = ({ columns }, { rows }, { optional }) => {
  if (rows.length === 0 && !optional) return [{ code: FieldErrorCode.REQUIRED, text: "Enter at least one row." }];
  const max = limits.spreadsheetRows;
  if (rows.length > max) {
    const params = { max, actual: rows.length };
    return [{ code: FieldErrorCode.TOO_MANY, text: `Enter at most ${count(max, "row")}.`, params }];
  }
  const known = new Set(columns.map(({ key }) => key));
  const faults: Fault[] = [];
  for (const [row, { cells }] of rows.entries()) {
    if (faults.length >= maxFaults) break;
    for (const column of columns) {
      faults.push(...checkCell(column, entryOf(cells, column.key), row));
    }
    for (const key of Object.keys(cells)) {
      if (known.has(key)) continue;
      const text = `Row ${row + 1}: there is no column "${key}".`;
      faults.push({ code: FieldErrorCode.INVALID_CELL, text, path: cellPath(row, key) });
    }
  }
  return faults.slice(0, maxFaults);
};

/** More than anybody mends at once; 5,000 rows of faults would not fit a message. */
const maxFaults = 100;

const cellPath = (row: number, key: string) => `rows/${row}/${escapeKey(key)}`;

function checkCell({ key, type, optional }: SpreadsheetColumn, cell: Value | undefined, row: number): Fault[] {
  const path = cellPath(row, key);
  if (cell === undefined || isEmptyText(cell)) {
    return optional ? [] : [{ code: FieldErrorCode.REQUIRED, text: `Row ${row + 1}: "${key}" is needed.`, path }];
  }
  if (cell.kind.case === "stringValue" && hasNul(cell.kind.value)) {
    const text = `Row ${row + 1}: type "${key}" anew, it holds a character that no text has (U+0000).`;
    return [{ code: FieldErrorCode.INVALID_CELL, text, path }];
  }
  if (fits(type, cell)) return [];
  const [name, words] = typeNames[type] ?? typeNames[SpreadsheetCellType.UNSPECIFIED];
  const text = `Row ${row + 1}: "${key}" must be ${words}.`;
  return [{ code: FieldErrorCode.INVALID_CELL, text, path, params: { type: name } }];
}

function isEmptyText({ kind }: Value): boolean {
  return kind.case === "stringValue" && kind.value === "";
}

const typeNames = {
  [SpreadsheetCellType.UNSPECIFIED]: ["value", "a value"],
  [SpreadsheetCellType.STRING]: ["string", "a text"],
  [SpreadsheetCellType.NUMBER]: ["number", "a number"],
  [SpreadsheetCellType.BOOLEAN]: ["boolean", "yes or no"],
  [SpreadsheetCellType.DATE]: ["date", "a day of the calendar"],
} satisfies Record<SpreadsheetCellType, [name: string, words: string]>;

function fits(type: SpreadsheetCellType, { kind }: Value): boolean {
  switch (type) {
    case SpreadsheetCellType.STRING:
      return kind.case === "stringValue";
    case SpreadsheetCellType.NUMBER:
      return kind.case === "doubleValue" && Number.isFinite(kind.value);
    case SpreadsheetCellType.BOOLEAN:
      return kind.case === "boolValue";
    case SpreadsheetCellType.DATE:
      return kind.case === "calendarDateValue" && isDate(kind.value);
    case SpreadsheetCellType.UNSPECIFIED:
      return true; // newer than this package: its host has the last word
    default:
      return type satisfies never;
  }
}
