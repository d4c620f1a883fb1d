import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import { SpreadsheetCellType } from "../../ts/interval/io/v1/input_spreadsheet_pb.ts";
import type { Value } from "../../ts/interval/io/v1/value_pb.ts";
import { limits } from "../limits.ts";
import { isDate } from "./civil.ts";
import { count, type Fault } from "./faults.ts";
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
  return rows.flatMap(({ cells }, row) => {
    const faults: Fault[] = [];
    for (const key of Object.keys(cells)) {
      if (known.has(key)) continue;
      const path = `rows/${row}/${key}`;
      faults.push({ code: FieldErrorCode.INVALID_CELL, text: `There is no column "${key}".`, path });
    }
    for (const { key, type, optional: mayBeEmpty } of columns) {
      const path = `rows/${row}/${key}`;
      const cell = cells[key];
      if (cell === undefined) {
        if (!mayBeEmpty)
          faults.push({ code: FieldErrorCode.REQUIRED, text: `Row ${row + 1}: "${key}" is needed.`, path });
      } else if (!fits(type, cell)) {
        const name = typeNames[type];
        const text = `Row ${row + 1}: "${key}" must be ${name}.`;
        faults.push({ code: FieldErrorCode.INVALID_CELL, text, path, params: { type: name } });
      }
    }
    return faults;
  });
};

const typeNames = {
  [SpreadsheetCellType.UNSPECIFIED]: "a value",
  [SpreadsheetCellType.STRING]: "a text",
  [SpreadsheetCellType.NUMBER]: "a number",
  [SpreadsheetCellType.BOOLEAN]: "yes or no",
  [SpreadsheetCellType.DATE]: "a day",
} satisfies Record<SpreadsheetCellType, string>;

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
