import { create } from "@bufbuild/protobuf";
import { limits, type TableCsvFetch, type TableCsvPage, TableCsvPageSchema, withoutFormula } from "@interval/proto";
import { isRecord } from "../props.ts";
import { textOf } from "./cell.ts";
import type { ReadColumn } from "./columns.ts";
import { writtenAs } from "./primitive.ts";
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
  { query }: TableCsvFetch,
  signal: AbortSignal,
): Promise<TableCsvPage> {
  const asked = query ?? { queryTerm: "", sortDirection: 0, offset: 0n };
  const until = performance.now() + limits.csvPage.ms;
  const lines = new Lines();
  let offset = Math.max(0, Number(asked.offset));
  if (offset === 0) lines.add(columns.map(({ label }) => textField(label)));
  let before: string | undefined;
  while (true) {
    const page = await source.page(asked, offset, limits.tablePageSize.max, signal);
    const [first] = page.keys;
    const isOver = first === undefined || first === before;
    for (const row of isOver ? [] : page.rows) {
      lines.add(columns.map((column) => fieldOf(column, row)));
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

/** What a cell is worth; where that is nothing, what it says or where it leads. */
function fieldOf<Row>(column: ReadColumn<Row>, row: Row): string {
  const value = column.value(row);
  if (value !== undefined && value !== null) return textField(value);
  const { label, props = {} } = column.cell(row);
  const { alt, url } = isRecord(props.image) ? props.image : {};
  const inline = typeof url === "string" && url.startsWith("data:");
  return textField([label, props.url, props.route, alt, inline ? "" : url].find((part) => part));
}

function textField(value: unknown): string {
  const written = writtenAs(value);
  const isNumber = typeof written === "number" || typeof written === "bigint";
  const text = textOf(written ?? value);
  return quoted(isNumber ? text : withoutFormula(text));
}

/** Every field is quoted: programs of many countries split lines at semicolons. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
