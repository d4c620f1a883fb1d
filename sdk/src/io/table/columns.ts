import { HostMisuseError } from "../../errors.ts";
import { isRecord, type PropReader, show } from "../props.ts";
import { hasProperty, isPropertyRecord, property, propertyReader } from "../records.ts";
import { type PlainCell, plainCell, plainValue } from "./cell.ts";
import { sortedAs } from "./primitive.ts";
import type { Column, SortAs, TableOptions } from "./props.ts";

/** A column, ready to be shown. */
export interface ReadColumn<Row> {
  key: string;
  /** What the program calls it: what `getData` is told to sort by. */
  name: string;
  label: string;
  /** What it shows of a row. */
  cell: (row: Row) => PlainCell;
  /** What a filter compares: the label where there is one, else the value. */
  shown: (row: Row) => unknown;
  /** What sorts and is exported, however it is shown. */
  value: (row: Row) => unknown;
  sortAs?: SortAs;
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
  const list: readonly unknown[] = read.list("columns") ? (given ?? []) : propertiesOf(rows);
  const taken = new Set<string>();
  return list.map((column, i) => {
    const { accessorKey, label, renderCell, sortAs } = readColumn<Row>(column, `${read.method}: "columns[${i}]"`);
    const name = accessorKey ?? label ?? `column ${i + 1}`;
    const key = distinctKey(name.toWellFormed(), taken);
    const shows = renderCell ? rendered(renderCell, accessorKey, label) : ownProperty<Row>(accessorKey ?? "");
    return { key, name, label: label ?? accessorKey ?? "", sortAs, ...shows };
  });
}

const sortings: readonly unknown[] = ["natural", "text", "number"] satisfies SortAs[];

interface GivenColumn<Row> extends Pick<Column<Row>, "label" | "renderCell" | "sortAs"> {
  accessorKey?: string;
}

function readColumn<Row>(column: unknown, where: string): GivenColumn<Row> {
  if (typeof column === "string") return { accessorKey: column };
  if (!isPropertyRecord(column)) {
    throw new HostMisuseError(`${where} must be a property or { label, renderCell }, but it is ${show(column)}.`);
  }
  const part = (name: keyof Column<Row>, expected: string, fits: (value: unknown) => boolean): unknown => {
    const value = property(column, name) ?? undefined;
    if (value === undefined || fits(value)) return value;
    throw new HostMisuseError(`${where}: "${name}" must be ${expected}, but it is ${show(value)}.`);
  };
  const isText = (value: unknown) => typeof value === "string";
  const read = {
    label: part("label", "a string", isText),
    accessorKey: part("accessorKey", "a string", isText),
    renderCell: part("renderCell", "a function", (value) => typeof value === "function"),
    sortAs: part("sortAs", 'one of "natural", "text", "number"', (value) => sortings.includes(value)),
  };
  if (read.renderCell === undefined && read.accessorKey === undefined) {
    throw new HostMisuseError(`${where} needs an accessorKey or a renderCell.`);
  }
  return read as GivenColumn<Row>; // each part was just checked
}

type Shows<Row> = Pick<ReadColumn<Row>, "cell" | "shown" | "value" | "isRendered">;

/** What a cell is worth is what the program says, else the row's own property of the column, and only where there is neither what is shown. */
function rendered<Row>(renderCell: (row: Row) => unknown, accessorKey?: string, label = ""): Shows<Row> {
  const cell = (row: Row) => plainCell(renderCell(row));
  const own = propertyReader(accessorKey ?? label);
  const hasOwn = (row: Row) => accessorKey !== undefined || hasProperty(row, label);
  return {
    cell,
    shown: (row) => {
      const { label, value } = cell(row);
      return label ?? value;
    },
    value: (row) => {
      const { value, hasValue } = cell(row);
      if (hasValue || !hasOwn(row)) return value;
      const worth = plainValue(own(row)).value;
      return hasParts(worth) ? value : worth;
    },
    isRendered: true,
  };
}

/** Whether something is a list or a record: it has no order of its own, and says less than what is shown of it. */
function hasParts(value: unknown): boolean {
  return typeof value === "object" && value !== null && sortedAs(value) === undefined;
}

/** Filters and sorts read all rows, so a property is read without making a cell of it. */
function ownProperty<Row>(name: string): Shows<Row> {
  const own = propertyReader(name);
  return {
    cell: (row) => plainValue(own(row)),
    shown: (row) => {
      const value = own(row);
      if (!isRecord(value)) return value;
      const { label, value: worth } = plainValue(value);
      return label ?? worth;
    },
    value: (row) => {
      const value = own(row);
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

function propertiesOf<Row>(rows: readonly Row[]): string[] {
  const seen = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row as object)) seen.add(name);
  return [...seen];
}
