import { create } from "@bufbuild/protobuf";
import {
  type DisplayTableFetch,
  limits,
  type Table,
  type TableCell,
  type TableCsvPage,
  type TablePage,
  TablePageSchema,
  type TableQuery,
  type TableRow,
  TableRowSchema,
  TableSchema,
} from "@interval/proto";
import { Uploads } from "../../assets/assets.ts";
import { BadResponseError } from "../../errors.ts";
import { toMenu } from "../link.ts";
import type { PropReader } from "../props.ts";
import { packCell } from "./cell.ts";
import type { ReadColumn } from "./columns.ts";
import { csvPage } from "./csv.ts";
import type { TableLayout } from "./layout.ts";
import type { RowPage, RowSource } from "./rows.ts";

/** What an operator may ask of a table, and what is answered. */
export type TableAsk = DisplayTableFetch["ask"];
export type TableAnswer = { case: "page"; value: TablePage } | { case: "csv"; value: TableCsvPage };

/** A table whose rows and columns are there: packs them for the screen, page by page. */
export class OpenTable<Row> {
  readonly #read: PropReader;
  readonly #layout: TableLayout<Row>;
  readonly #columns: readonly ReadColumn<Row>[];
  readonly #source: RowSource<Row>;

  constructor(read: PropReader, layout: TableLayout<Row>, columns: readonly ReadColumn<Row>[], source: RowSource<Row>) {
    this.#read = read;
    this.#layout = layout;
    this.#columns = columns;
    this.#source = source;
  }

  /** The whole table as it is shown at first. */
  message(first: RowPage<Row>): Table {
    const firstPage = this.#pack(first, 0, this.#read.uploads);
    return create(TableSchema, { ...this.#layout.message, columns: this.#columnMessages(), firstPage });
  }

  /** Answers what is asked while the table is on screen. With `isNew` its columns are told too. */
  async answer(ask: TableAsk, signal: AbortSignal, isNew: boolean): Promise<TableAnswer> {
    switch (ask.case) {
      case "query": {
        const value = await this.#page(ask.value, signal);
        if (isNew) value.columns = this.#columnMessages();
        return { case: "page", value };
      }
      case "csv":
        return {
          case: "csv",
          value: await csvPage({ columns: this.#columns, source: this.#source }, ask.value, signal),
        };
      case undefined:
        throw new BadResponseError("This asks a table for something newer than this SDK.");
    }
  }

  async #page(query: TableQuery, signal: AbortSignal): Promise<TablePage> {
    const size = Math.min(
      limits.tablePageSize.max,
      query.pageSize > 0 ? query.pageSize : this.#layout.message.pageSize,
    );
    const offset = Math.max(0, Number(query.offset));
    const found = await this.#source.page(query, offset, size, signal);
    const uploads = new Uploads(this.#read.assets);
    const page = this.#pack(found, offset, uploads);
    await uploads.done();
    return page;
  }

  #pack({ rows, keys, total, hasMore }: RowPage<Row>, offset: number, uploads: Uploads): TablePage {
    return create(TablePageSchema, {
      rows: rows.map((row, i) => this.#packRow(row, keys[i] ?? "", uploads)),
      offset: BigInt(offset),
      totalRows: total === undefined ? undefined : BigInt(total),
      hasMore,
    });
  }

  #packRow(row: Row, key: string, uploads: Uploads): TableRow {
    const cells = this.#columns.flatMap((column): Array<[string, TableCell]> => {
      const cell = column.cell(row);
      const isEmpty = cell.value === undefined && !cell.props;
      return isEmpty ? [] : [[column.key, packCell(cell, column.key, this.#read, uploads)]];
    });
    return create(TableRowSchema, {
      key,
      cells: Object.fromEntries(cells),
      menu: toMenu(this.#layout.menu?.(row) ?? [], `${this.#read.method}: "rowMenuItems"`),
    });
  }

  #columnMessages() {
    return this.#columns.map(({ key, label }) => ({ $typeName: "interval.io.v1.TableColumn" as const, key, label }));
  }
}
