import { SpreadsheetCellType, type SpreadsheetColumn } from "@interval/proto";
import { numberFormat } from "../../../lib/numbers.ts";
import { type CellTexts, isMisfit } from "./cells.ts";
import { isNameOf, type Row } from "./rows.ts";
import type { Lines } from "./tables.ts";

/** Which column of a file goes into each column of the sheet; undefined for none. */
export type Mapping = ReadonlyArray<number | undefined>;

type Columns = readonly SpreadsheetColumn[];

/** Whether the first line of a file looks like the names of its columns. */
export function looksLikeHead(columns: Columns, lines: Lines): boolean {
  const [first = []] = lines;
  return first.some((text) => columns.some((column) => isNameOf(column, text)));
}

/** Columns by their names; where no name is known, by their order. */
export function guessMapping(columns: Columns, lines: Lines, head: boolean): Mapping {
  const [first = []] = lines;
  const byName = columns.map((column) => first.findIndex((text) => isNameOf(column, text)));
  if (head && byName.some((at) => at >= 0)) return byName.map((at) => (at < 0 ? undefined : at));
  return columns.map((_, i) => (i < first.length ? i : undefined));
}

/** Whether numbers are written with a decimal comma: by what can be read in one way alone, else as the reader writes them. */
export function usesDecimalComma(columns: Columns, body: Lines, mapping: Mapping, locale: string | undefined): boolean {
  const [point, comma] = [numberFormat("en"), numberFormat("de")];
  let more = 0;
  columns.forEach(({ type }, i) => {
    const from = mapping[i];
    if (type !== SpreadsheetCellType.NUMBER || from === undefined) return;
    for (const line of body) {
      const text = line[from] ?? "";
      more += Number(Number.isFinite(comma.parse(text))) - Number(Number.isFinite(point.parse(text)));
    }
  });
  return more > 0 || (more === 0 && numberFormat(locale).format(0.5).includes(","));
}

/** The rows that a file makes, and where cells do not fit. */
export function mapRows(columns: Columns, body: Lines, mapping: Mapping, texts: CellTexts) {
  const misfits: Array<{ row: number; column: number; text: string }> = [];
  const rows = body.map(
    (line, i): Row =>
      columns.map(({ type }, j) => {
        const from = mapping[j];
        const text = from === undefined ? "" : (line[from] ?? "");
        const cell = texts.parse(type, text);
        if (isMisfit(type, cell)) misfits.push({ row: i, column: j, text });
        return cell;
      }),
  );
  return { rows, misfits };
}

/** Example texts of a column of a file, for those who choose. */
export function sampleOf(body: Lines, column: number): string {
  const texts = body.map((line) => line[column]?.trim() ?? "").filter((text) => text !== "");
  return texts.slice(0, 3).join(", ").slice(0, 60);
}
