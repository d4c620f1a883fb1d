import { type FieldError, FieldErrorCode, fromValue, type SpreadsheetColumn, unescapeKey } from "@interval/proto";

/** The checks name at most so many: there may be more. */
export const mostFaults = 100;

/** What is wrong with one cell. */
export interface CellFault {
  row: number;
  /** -1 where the whole row is at fault. */
  column: number;
  code: FieldErrorCode;
  /** What the column takes, where the cell does not fit it. */
  type: string;
  /** In English, or in a validator's words. */
  text: string;
}

/**
 * Takes the faults of cells from those of the sheet as a whole.
 * @param places where in the sheet each row that was sent stands
 */
export function cellFaults(
  errors: readonly FieldError[],
  columns: readonly SpreadsheetColumn[],
  places: readonly number[],
) {
  const whole: FieldError[] = [];
  const cells: CellFault[] = [];
  for (const error of errors) {
    const [, sent, key] = /^rows\/(\d+)(?:\/(.+))?$/.exec(error.path) ?? [];
    const row = sent === undefined ? undefined : places[Number(sent)];
    const column = key === undefined ? -1 : columns.findIndex((known) => known.key === unescapeKey(key));
    if (row === undefined) whole.push(error);
    else
      cells.push({ row, column, code: error.code, type: String(fromValue(error.params.type) ?? ""), text: error.text });
  }
  cells.sort((a, b) => a.row - b.row || a.column - b.column);
  return { whole, cells };
}

/** The fault that comes after a cell, round and round. */
export function nextFault(faults: readonly CellFault[], row: number, column: number): CellFault | undefined {
  return faults.find((fault) => fault.row > row || (fault.row === row && fault.column > column)) ?? faults[0];
}

const wordsOfTypes: Readonly<Record<string, string>> = {
  string: "sheet.fault.string",
  number: "sheet.fault.number",
  boolean: "sheet.fault.boolean",
  date: "sheet.fault.date",
};

/** The key of a fault's text in the catalogue; undefined where it has words of its own. */
export function faultText({ code, type }: CellFault): string | undefined {
  if (code === FieldErrorCode.REQUIRED) return "sheet.fault.required";
  return code === FieldErrorCode.INVALID_CELL ? wordsOfTypes[type] : undefined;
}
