import { create } from "@bufbuild/protobuf";
import {
  type CalendarDate,
  CalendarDateSchema,
  entryOf,
  InputSpreadsheetSchema,
  limits,
  millisecondsOf,
  SpreadsheetCellType,
  type SpreadsheetColumn,
  SpreadsheetColumnSchema,
  type SpreadsheetRow,
  SpreadsheetRowSchema,
  toValue,
  type Value,
  ValueSchema,
} from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { type DateObject, toCalendarDate } from "./civil.ts";
import { enterDate } from "./civil-entry.ts";
import { givenDate } from "./civil-given.ts";
import type { Entry } from "./entry.ts";
import { type DateValue, dateValue } from "./input-date.ts";
import { type Built, reading, taken } from "./method.ts";
import { type CommonProps, isRecord, type PropReader, show } from "./props.ts";
import { isPropertyRecord, property } from "./records.ts";

/** The type of a column's cells. */
type CellType = "string" | "number" | "boolean" | "date";

/** The columns of a spreadsheet by name, in their order; cells of a type with `?` may be left empty. */
export type SpreadsheetColumns = { readonly [name: string]: CellType | `${CellType}?` };

interface CellValues {
  string: string;
  number: number;
  boolean: boolean;
  date: DateValue;
}

interface CellInputs extends Omit<CellValues, "date"> {
  date: DateObject | Date | string;
}

/** A row as the program gets it. */
export type SpreadsheetRowValue<C extends SpreadsheetColumns> = {
  -readonly [K in keyof C]: C[K] extends `${infer T extends CellType}?`
    ? CellValues[T] | undefined
    : C[K] extends CellType
      ? CellValues[C[K]]
      : never;
};

/** A row as the program gives it: any cell may be missing. */
type SpreadsheetRowInput<C extends SpreadsheetColumns> = {
  readonly [K in keyof C]?:
    | (C[K] extends CellType | `${infer T extends CellType}?` ? CellInputs[C[K] extends CellType ? C[K] : T] : never)
    | null;
};

export interface SpreadsheetProps<C extends SpreadsheetColumns> extends CommonProps {
  /** The columns by name, such as `{ name: "string", age: "number?" }`. */
  columns: C;
  /** The rows that the sheet starts with, at most 5,000. */
  defaultValue?: readonly SpreadsheetRowInput<NoInfer<C>>[] | null;
}

export function inputSpreadsheet<const C extends SpreadsheetColumns>(
  read: PropReader,
  _props: SpreadsheetProps<C>,
): Built<"inputSpreadsheet", SpreadsheetRowValue<C>[]> {
  const columns = readColumns(read);
  const value = create(InputSpreadsheetSchema, { columns, defaultRows: readRows(read, columns) });
  return {
    kind: { case: "inputSpreadsheet", value },
    // The shared check has said that every cell has its column's type.
    read: reading("inputSpreadsheet", ({ rows }) =>
      taken(rows.map((row) => unpackRow(columns, row) as SpreadsheetRowValue<C>)),
    ),
    enter: (given, entry) => {
      const rows = entry.list(given, "an array of rows");
      return {
        case: "inputSpreadsheet",
        value: { rows: rows.map((row) => enterRow(columns, row, entry)), timeZone: entry.timeZone },
      };
    },
    isBlank: ({ kind }) => kind.case === "inputSpreadsheet" && kind.value.rows.length === 0,
  };
}

const cellTypes: Record<CellType, SpreadsheetCellType> = {
  string: SpreadsheetCellType.STRING,
  number: SpreadsheetCellType.NUMBER,
  boolean: SpreadsheetCellType.BOOLEAN,
  date: SpreadsheetCellType.DATE,
};

function isCellType(name: string): name is CellType {
  return Object.hasOwn(cellTypes, name);
}

function readColumns(read: PropReader): SpreadsheetColumn[] {
  const given = read.raw("columns");
  if (!isRecord(given) || Object.keys(given).length === 0) {
    throw read.wrong("columns", 'an object of types by column, such as { name: "string", age: "number?" }');
  }
  return Object.entries(given).map(([key, named]) => {
    const name = typeof named === "string" ? named.replace(/\?$/, "") : "";
    if (!isCellType(name)) {
      throw read.wrong(
        `columns.${key}`,
        '"string", "number", "boolean" or "date", with "?" behind it where cells may be empty',
        named,
      );
    }
    if (!key.isWellFormed()) throw read.wrong("columns", "an object whose names are whole texts", key);
    return create(SpreadsheetColumnSchema, { key, type: cellTypes[name], optional: name !== named });
  });
}

function readRows(read: PropReader, columns: readonly SpreadsheetColumn[]): SpreadsheetRow[] {
  const rows = read.list("defaultValue") ?? [];
  if (rows.length > limits.spreadsheetRows) {
    throw new HostMisuseError(
      `${read.method}: "defaultValue" has ${rows.length} rows; at most ${limits.spreadsheetRows} are allowed.`,
    );
  }
  const unknown = new Set<string>();
  const packed = rows.map((row, i) => {
    const place = `defaultValue[${i}]`;
    if (!isPropertyRecord(row)) throw read.wrong(place, "an object of cells by column", row);
    for (const key of Object.keys(row)) if (!columns.some((column) => column.key === key)) unknown.add(key);
    const cells = columns.flatMap(({ key, type }) => {
      const cell = property(row, key);
      if (cell === undefined || cell === null) return [];
      return [[key, packCell(type, cell) ?? misfit(read, `${place}.${key}`, type, cell)]];
    });
    return create(SpreadsheetRowSchema, { cells: Object.fromEntries(cells) });
  });
  for (const key of unknown) {
    read.warnings.push(`${read.method}: "defaultValue" has cells of ${show(key)}, which is not among the columns.`);
  }
  return packed;
}

function packCell(type: SpreadsheetCellType, cell: unknown): Value | undefined {
  switch (type) {
    case SpreadsheetCellType.STRING:
      return typeof cell === "string" ? toValue(cell) : undefined;
    case SpreadsheetCellType.NUMBER:
      return Number.isFinite(cell) ? toValue(cell) : undefined;
    case SpreadsheetCellType.BOOLEAN:
      return typeof cell === "boolean" ? toValue(cell) : undefined;
    case SpreadsheetCellType.DATE: {
      const day = toCalendarDate(cell);
      if (!day) return undefined;
      if ("date" in day) return dayValue(day.date);
      return toValue(new Date(millisecondsOf(day.moment)));
    }
    case SpreadsheetCellType.UNSPECIFIED:
      return undefined;
    default:
      return type satisfies never;
  }
}

function dayValue(value: CalendarDate): Value {
  return create(ValueSchema, { kind: { case: "calendarDateValue", value } });
}

/** A cell that does not fit its column is entered as it is: the checks tell the operator so. */
function enterRow(columns: readonly SpreadsheetColumn[], row: unknown, entry: Entry): SpreadsheetRow {
  if (!isRecord(row)) throw entry.wrong("rows that are objects of cells by column", row);
  const cells = Object.entries(row).flatMap(([key, cell]) => {
    if (cell === undefined || cell === null) return [];
    const type = columns.find((column) => column.key === key)?.type ?? SpreadsheetCellType.UNSPECIFIED;
    const date = type === SpreadsheetCellType.DATE && givenDate(cell) ? enterDate(cell, entry).date : undefined;
    return [[key, date ? dayValue(create(CalendarDateSchema, date)) : (packCell(type, cell) ?? toValue(cell))]];
  });
  return create(SpreadsheetRowSchema, { cells: Object.fromEntries(cells) });
}

function misfit(read: PropReader, place: string, type: SpreadsheetCellType, cell: unknown): never {
  const expected = {
    [SpreadsheetCellType.UNSPECIFIED]: "empty",
    [SpreadsheetCellType.STRING]: "a string",
    [SpreadsheetCellType.NUMBER]: "a finite number",
    [SpreadsheetCellType.BOOLEAN]: "true or false",
    [SpreadsheetCellType.DATE]: 'a Date, a text such as "2026-11-24", or { year, month, day } of the calendar',
  } satisfies Record<SpreadsheetCellType, string>;
  throw read.wrong(place, expected[type], cell);
}

function unpackRow(columns: readonly SpreadsheetColumn[], { cells }: SpreadsheetRow): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ key }) => [key, unpackCell(entryOf(cells, key))]));
}

function unpackCell(cell: Value | undefined): unknown {
  const kind = cell?.kind;
  switch (kind?.case) {
    case "stringValue":
      return kind.value === "" ? undefined : kind.value;
    case "doubleValue":
    case "boolValue":
      return kind.value;
    case "calendarDateValue":
      return dateValue(kind.value);
    default:
      return undefined;
  }
}
