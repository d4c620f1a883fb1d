import { create } from "@bufbuild/protobuf";
import {
  entryOf,
  limits,
  SpreadsheetCellType,
  type SpreadsheetColumn,
  type SpreadsheetRow,
  SpreadsheetRowSchema,
  toValue,
} from "@interval/proto";
import type { Cell } from "./cells.ts";

/** Cells in the order of the columns. Rows never change: a change makes new ones, so that earlier sheets can come back. */
export type Row = readonly Cell[];
export type Rows = readonly Row[];

/** A rectangle of cells, all bounds included. */
export interface Area {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

type Columns = readonly SpreadsheetColumn[];

/** An empty sheet shows so many rows. */
const leastRows = 5;

/** The rows of a value, with empty ones to type into. */
export function toRows(columns: Columns, rows: readonly SpreadsheetRow[]): Rows {
  return withRoom(
    columns,
    rows.map(({ cells }) => columns.map(({ key }) => entryOf(cells, key))),
  );
}

const messages = new WeakMap<Row, SpreadsheetRow>();

/** The rows that hold something, as they are sent, and where in the sheet each of them stands. */
export function toMessages(columns: Columns, rows: Rows): { sent: SpreadsheetRow[]; places: number[] } {
  const places = rows.flatMap((row, i) => (isBlank(columns, row) ? [] : [i]));
  const sent = places.map((place) => {
    const row = rows[place] ?? [];
    const known = messages.get(row) ?? toMessage(columns, row);
    messages.set(row, known);
    return known;
  });
  return { sent, places };
}

/** A box that was not ticked says no, unless it may say nothing. */
function toMessage(columns: Columns, row: Row): SpreadsheetRow {
  const cells = columns.flatMap((column, i) => {
    const cell = row[i] ?? (isRequiredBox(column) ? toValue(false) : undefined);
    return cell ? [[column.key, cell]] : [];
  });
  return create(SpreadsheetRowSchema, { cells: Object.fromEntries(cells) });
}

function isRequiredBox({ type, optional }: SpreadsheetColumn): boolean {
  return type === SpreadsheetCellType.BOOLEAN && !optional;
}

/** Whether a row says nothing; a box without a tick says nothing by itself. */
function isBlank(columns: Columns, row: Row): boolean {
  return columns.every((column, i) => {
    const kind = row[i]?.kind;
    return kind === undefined || (isRequiredBox(column) && kind.case === "boolValue" && !kind.value);
  });
}

/** The rows that say something. */
export function withoutBlanks(columns: Columns, rows: Rows): Rows {
  return rows.filter((row) => !isBlank(columns, row));
}

/** The rows with an empty one at their end, as long as there may be more. */
export function withRoom(columns: Columns, rows: Rows): Rows {
  const last = rows.at(-1);
  const lacking = Math.max(leastRows - rows.length, last && !isBlank(columns, last) ? 1 : 0);
  return lacking > 0 ? insertRows(columns, rows, rows.length, lacking) : rows;
}

/** The rows with empty ones before a place, as many as there may be. */
export function insertRows(columns: Columns, rows: Rows, at: number, count: number): Rows {
  const room = Math.max(0, limits.spreadsheetRows - rows.length);
  const added = Array.from({ length: Math.min(count, room) }, () => columns.map(() => undefined));
  return [...rows.slice(0, at), ...added, ...rows.slice(at)];
}

/** The rows without those from one place to another, both included. */
export function removeRows(rows: Rows, from: number, to: number): Rows {
  return [...rows.slice(0, from), ...rows.slice(to + 1)];
}

/** The rows with other cells in an area. */
export function fill(
  rows: Rows,
  { top, left, bottom, right }: Area,
  cellAt: (row: number, column: number) => Cell,
): Rows {
  return rows.map((row, i) => {
    if (i < top || i > bottom) return row;
    const next = row.map((cell, j) => (j < left || j > right ? cell : cellAt(i, j)));
    return next.some((cell, j) => cell !== row[j]) ? next : row;
  });
}

/** What a paste did. */
export interface Pasted {
  rows: Rows;
  area: Area;
  /** Rows and columns for which there was no room. */
  lost: { rows: number; columns: number };
}

/**
 * The rows with texts put in from an area's corner on; the sheet grows. One text alone fills the area. A first line that names the columns is
 * left out.
 */
export function paste(
  columns: Columns,
  rows: Rows,
  area: Area,
  lines: readonly (readonly string[])[],
  read: (column: SpreadsheetColumn, text: string) => Cell,
): Pasted {
  const [only] = lines;
  if (lines.length === 1 && only?.length === 1) {
    const text = only[0] ?? "";
    const filled = fill(rows, area, (_, j) => readAt(columns[j], text, read));
    return { rows: filled, area, lost: { rows: 0, columns: 0 } };
  }
  const body = only && namesColumns(columns.slice(area.left), only) ? lines.slice(1) : lines;
  const width = body.reduce((most, line) => Math.max(most, line.length), 1);
  const bottom = Math.min(area.top + body.length, limits.spreadsheetRows) - 1;
  const right = Math.min(area.left + width, columns.length) - 1;
  const target = { ...area, bottom: Math.max(bottom, area.top), right };
  const grown = insertRows(columns, rows, rows.length, Math.max(0, bottom + 1 - rows.length));
  return {
    rows: fill(grown, target, (i, j) => readAt(columns[j], body[i - area.top]?.[j - area.left] ?? "", read)),
    area: target,
    lost: {
      rows: Math.max(0, area.top + body.length - limits.spreadsheetRows),
      columns: Math.max(0, area.left + width - columns.length),
    },
  };
}

function readAt(
  column: SpreadsheetColumn | undefined,
  text: string,
  read: (column: SpreadsheetColumn, text: string) => Cell,
) {
  return column ? read(column, text) : undefined;
}

/** Whether texts are the names of columns. */
function namesColumns(columns: Columns, texts: readonly string[]): boolean {
  return texts.length > 0 && texts.every((text, i) => isNameOf(columns[i], text));
}

export function isNameOf(column: SpreadsheetColumn | undefined, text: string): boolean {
  const bare = (name: string) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s_-]+/g, "");
  return column !== undefined && bare(column.key) === bare(text);
}
