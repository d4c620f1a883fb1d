import { createHash } from "node:crypto";
import { toBinary } from "@bufbuild/protobuf";
import { optionKey, toValue, ValueSchema } from "@interval/proto";
import { HostMisuseError } from "../../errors.ts";
import { checkKey } from "../options.ts";
import { type PropReader, show } from "../props.ts";
import { property } from "../records.ts";

/** How the rows of a table are told apart: a column, or a function of the row. */
export type RowKey<Row> = (keyof Row & string) | ((row: Row) => string | number | bigint);

/** The keys of rows that are all there. They are made as they are needed: a hundred thousand texts are worth more than their rows. */
export interface RowKeys {
  of(index: number): string;
  /** The indexes of rows by key; keys that no row has are absent. */
  indexesOf(keys: Iterable<string>): Map<string, number>;
}

/**
 * Tells rows apart by `rowKey`, else by an `id` that is distinct in all rows, else by position.
 * @throws {HostMisuseError} when `rowKey` gives the same key twice, or none
 */
export function rowKeys<Row>(read: PropReader, rows: readonly Row[]): RowKeys {
  const explicit = readRowKey<Row>(read);
  if (explicit) {
    checkDistinct(read, rows, explicit);
    return keysBy(rows.length, (i) => explicitKey(read, explicit, rows[i] as Row, i));
  }
  const ids = new Set(rows.map((row) => property(row, "id")).filter(isKey));
  if (ids.size === rows.length) return keysBy(rows.length, (i) => optionKeyOf(property(rows[i], "id")) ?? "");
  return keysBy(rows.length, (i) => `#${i}`);
}

function keysBy(length: number, of: (index: number) => string): RowKeys {
  return {
    of,
    indexesOf(keys) {
      const wanted = new Set(keys);
      const found = new Map<string, number>();
      for (let i = 0; i < length && found.size < wanted.size; i++) {
        const key = of(i);
        if (wanted.has(key)) found.set(key, i);
      }
      return found;
    },
  };
}

/** What tells apart rows of which only some are ever there: `rowKey`, else an `id` that is distinct on the first page, else the content. */
export class FetchedKeys<Row> {
  readonly #read: PropReader;
  readonly #explicit: KeyOf<Row> | undefined;
  readonly #strict: boolean;
  #byId: boolean | undefined;

  /** @param strict whether rows are going to be chosen by their key, so that two rows with one `id` are a fault */
  constructor(read: PropReader, strict: boolean) {
    this.#read = read;
    this.#strict = strict;
    this.#explicit = readRowKey<Row>(read);
  }

  /** @throws {HostMisuseError} for two rows with the same key */
  of(rows: readonly Row[]): string[] {
    if (this.#explicit) {
      checkDistinct(this.#read, rows, this.#explicit);
      return rows.map((row, i) => this.#key(row, i));
    }
    if (this.#byId === undefined && rows.length > 0) {
      const ids = rows.map((row) => property(row, "id")).filter(isKey);
      this.#byId = new Set(ids).size === rows.length;
    }
    const taken = new Map<string, number>();
    return rows.map((row, i) => {
      const key = this.#key(row, i);
      const count = (taken.get(key) ?? 0) + 1;
      taken.set(key, count);
      if (count === 1) return key;
      if (this.#strict && this.#byId) throw twice(this.#read, property(row, "id"));
      return `${key}#${count}`; // alike in everything, or only to be looked at
    });
  }

  #key(row: Row, index: number): string {
    if (this.#explicit) return explicitKey(this.#read, this.#explicit, row, index);
    return (this.#byId ? optionKeyOf(property(row, "id")) : undefined) ?? contentKey(row);
  }
}

type KeyOf<Row> = (row: Row) => unknown;

function readRowKey<Row>(read: PropReader): KeyOf<Row> | undefined {
  const rowKey = read.raw("rowKey");
  if (rowKey === undefined) return undefined;
  if (typeof rowKey === "string") return (row) => property(row, rowKey);
  if (typeof rowKey === "function") return (row) => Reflect.apply(rowKey, undefined, [row]);
  throw read.wrong("rowKey", "the name of a column, or a function of the row");
}

function checkDistinct<Row>(read: PropReader, rows: readonly Row[], keyOf: KeyOf<Row>): void {
  const seen = new Set<unknown>();
  for (const [i, row] of rows.entries()) {
    const key = keyOf(row);
    if (!isKey(key)) throw noKey(read, key, i);
    if (seen.has(key)) throw twice(read, key);
    seen.add(key);
  }
}

function explicitKey<Row>(read: PropReader, keyOf: KeyOf<Row>, row: Row, index: number): string {
  const value = keyOf(row);
  const key = optionKeyOf(value);
  if (key === undefined) throw noKey(read, value, index);
  checkKey(key, `${read.method}: "rowKey" of row ${index}`);
  return key;
}

function noKey({ method }: PropReader, value: unknown, row: number): HostMisuseError {
  return new HostMisuseError(`${method}: "rowKey" gives ${show(value)} for row ${row}, not a string or number.`);
}

function twice({ method }: PropReader, key: unknown): HostMisuseError {
  return new HostMisuseError(
    `${method}: two rows have the key "${String(key)}". Say with "rowKey" what tells rows apart.`,
  );
}

function isKey(value: unknown): value is string | number | bigint {
  return typeof value === "string" || typeof value === "number" || typeof value === "bigint";
}

function optionKeyOf(value: unknown): string | undefined {
  return isKey(value) ? optionKey(value) : undefined;
}

function contentKey(row: unknown): string {
  return `h:${createHash("sha1")
    .update(toBinary(ValueSchema, toValue(row)))
    .digest("base64url")}`;
}
