import { HostMisuseError } from "../../errors.ts";
import { isRecord, type PropReader, show } from "../props.ts";
import { type PlainCell, plainCell, plainValue } from "./cell.ts";
import { field } from "./keys.ts";
import type { Column, TableOptions } from "./props.ts";

/** A column, ready to be shown. */
export interface ReadColumn<Row> {
  key: string;
  label: string;
  /** What it shows of a row. */
  cell: (row: Row) => PlainCell;
  /** What a filter compares: the label where there is one, else the value. */
  shown: (row: Row) => unknown;
  /** What sorts. */
  value: (row: Row) => unknown;
  /** Whether the program makes it of the row, which may take a while. */
  isRendered?: boolean;
}

/**
 * Reads the columns of a table. Without any they are the properties of these rows, in the order in which they are first seen.
 * @throws {HostMisuseError} for columns of the wrong shape
 */
export function readColumns<Row>(
  read: PropReader,
  given: TableOptions<Row>["columns"],
  rows: readonly Row[],
): ReadColumn<Row>[] {
  const list = read.list("columns") ? (given ?? []) : propertiesOf(rows);
  const taken = new Set<string>();
  return list.map((column, i) => {
    const where = `${read.method}: "columns[${i}]"`;
    if (typeof column !== "string" && !isRecord(column)) {
      throw new HostMisuseError(`${where} must be a property or { label, renderCell }, but it is ${show(column)}.`);
    }
    const { label, accessorKey, renderCell }: Column<Row> =
      typeof column === "string" ? { accessorKey: column } : column;
    if (renderCell === undefined && accessorKey === undefined) {
      throw new HostMisuseError(`${where} needs an accessorKey or a renderCell.`);
    }
    if (renderCell !== undefined && typeof renderCell !== "function") {
      throw new HostMisuseError(`${where}: "renderCell" must be a function, but it is ${show(renderCell)}.`);
    }
    const key = distinctKey(accessorKey ?? label ?? `column ${i + 1}`, taken);
    const shows = renderCell ? rendered(renderCell) : property<Row>(accessorKey ?? "");
    return { key, label: label ?? accessorKey ?? "", ...shows };
  });
}

type Shows<Row> = Omit<ReadColumn<Row>, "key" | "label">;

function rendered<Row>(renderCell: (row: Row) => unknown): Shows<Row> {
  const cell = (row: Row) => plainCell(renderCell(row));
  return {
    cell,
    shown: (row) => {
      const { label, value } = cell(row);
      return label ?? value;
    },
    value: (row) => cell(row).value,
    isRendered: true,
  };
}

/** Filters and sorts read all rows, so a property is read without making a cell of it. */
function property<Row>(name: string): Shows<Row> {
  return {
    cell: (row) => plainValue(field(row, name)),
    shown: (row) => {
      const value = field(row, name);
      if (!isRecord(value)) return value;
      const { label, value: own } = plainValue(value);
      return label ?? own;
    },
    value: (row) => {
      const value = field(row, name);
      return isRecord(value) ? plainValue(value).value : value;
    },
  };
}

function distinctKey(base: string, taken: Set<string>): string {
  let key = base;
  for (let n = 2; taken.has(key); n++) key = `${base}#${n}`;
  taken.add(key);
  return key;
}

function propertiesOf<Row>(rows: readonly Row[]): (keyof Row & string)[] {
  const seen = new Set<keyof Row & string>();
  for (const row of rows) {
    if (!isRecord(row)) continue;
    for (const name of Object.keys(row)) seen.add(name as keyof Row & string);
  }
  return [...seen];
}
