import { optionKey } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { isRecord, type PropReader, show } from "./props.ts";

/** How the rows of a table are told apart: a column, or a function of the row. */
export type RowKey<Row> = (keyof Row & string) | ((row: Row) => string | number);

/**
 * The key of each row: by `rowKey`, else by an `id` that is distinct in all rows, else by position.
 * @throws {HostMisuseError} when `rowKey` gives the same key twice, or none
 */
export function rowKeys<Row>(read: PropReader, rows: readonly Row[]): string[] {
  const rowKey = read.raw("rowKey");
  if (rowKey !== undefined) {
    if (typeof rowKey !== "string" && typeof rowKey !== "function") {
      throw read.wrong("rowKey", "the name of a column, or a function of the row");
    }
    const of = (row: Row) =>
      typeof rowKey === "string" ? field(row, rowKey) : Reflect.apply(rowKey, undefined, [row]);
    return rows.map((row, i) => explicitKey(read, of(row), i)).filter(distinct(read));
  }
  const ids = rows.map((row) => keyOf(field(row, "id")));
  const byId = ids.filter((key) => key !== undefined);
  if (byId.length === rows.length && new Set(byId).size === rows.length) return byId;
  return rows.map((_, i) => `#${i}`);
}

function explicitKey(read: PropReader, value: unknown, row: number): string {
  const key = keyOf(value);
  if (key !== undefined) return key;
  throw new HostMisuseError(`${read.method}: "rowKey" gives ${show(value)} for row ${row}, not a string or number.`);
}

function distinct(read: PropReader): (key: string) => boolean {
  const seen = new Set<string>();
  return (key) => {
    if (seen.has(key)) throw new HostMisuseError(`${read.method}: two rows have the key "${key.slice(2)}".`);
    seen.add(key);
    return true;
  };
}

function keyOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "bigint"
    ? optionKey(value)
    : undefined;
}

/** A property of a row, which may be anything. */
export function field(row: unknown, name: string): unknown {
  return isRecord(row) ? row[name] : undefined;
}
