import { create } from "@bufbuild/protobuf";
import {
  formatCell,
  limits,
  type Reader,
  type TableCsvFetch,
  type TableCsvPage,
  TableCsvPageSchema,
  withoutFormula,
} from "@interval/proto";
import type { ReadColumn } from "./columns.ts";
import type { RowSource } from "./rows.ts";

const lineEnd = "\r\n";

/** What the lines of a file are made of. */
export interface CsvSource<Row> {
  columns: readonly ReadColumn<Row>[];
  source: RowSource<Row>;
}

/**
 * Some lines of a file: as many as are there after a while, or as fill a page. A program that does not say how many rows there are is asked
 * until nothing new comes: it may return fewer at a time than it is asked for.
 */
export async function csvPage<Row>(
  { columns, source }: CsvSource<Row>,
  { query, locale, timeZone }: TableCsvFetch,
  signal: AbortSignal,
): Promise<TableCsvPage> {
  const asked = query ?? { queryTerm: "", sortDirection: 0, offset: 0n };
  const reader: Reader = { locale: locale || undefined, timeZone: timeZone || undefined };
  const until = performance.now() + limits.csvPage.ms;
  const lines = new Lines();
  let offset = Math.max(0, Number(asked.offset));
  if (offset === 0) lines.add(columns.map(({ label }) => safeText(label)));
  let before: string | undefined;
  while (true) {
    const page = await source.page(asked, offset, limits.tablePageSize.max, signal);
    const [first] = page.keys;
    const isOver = first === undefined || first === before;
    for (const row of isOver ? [] : page.rows) {
      lines.add(columns.map((column) => csvCell(column, row, reader)));
      offset++;
      if (lines.isFull) break;
    }
    before = first;
    const hasMore = !isOver && (page.total === undefined || offset < page.total);
    if (!hasMore || lines.isFull || performance.now() > until) {
      const totalRows = page.total === undefined ? undefined : BigInt(page.total);
      return create(TableCsvPageSchema, { text: lines.text, nextOffset: BigInt(offset), totalRows, hasMore });
    }
  }
}

class Lines {
  text = "";
  #bytes = 0;

  get isFull(): boolean {
    return this.#bytes >= limits.csvPage.bytes;
  }

  add(cells: string[]): void {
    const line = cells.join(",") + lineEnd;
    this.#bytes += Buffer.byteLength(line);
    this.text += line;
  }
}

function csvCell<Row>({ cell }: ReadColumn<Row>, row: Row, reader: Reader): string {
  const { value, label } = cell(row);
  if (label === undefined && (typeof value === "number" || typeof value === "bigint"))
    return quoted(formatCell(value, reader));
  return safeText(label ?? formatCell(value, reader));
}

function safeText(text: string): string {
  return quoted(withoutFormula(text));
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
