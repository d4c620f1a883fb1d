import { entryOf, HighlightColor, type TableCell, type TableColumn, type TableRow, type Value } from "@interval/proto";

const numericKinds: ReadonlySet<string | undefined> = new Set(["doubleValue", "int64Value", "decimalValue"]);
const emptyKinds: ReadonlySet<string | undefined> = new Set([undefined, "nullValue", "undefinedValue"]);

/** Whether a column holds numbers alone, as far as these rows show. */
export function isNumeric(rows: TableRow[], column: string): boolean {
  const kinds = rows.map((row) => entryOf(row.cells, column)?.value?.kind.case).filter((kind) => !emptyKinds.has(kind));
  return kinds.length > 0 && kinds.every((kind) => numericKinds.has(kind));
}

/** What a cell says; nothing where it is empty. */
export function cellText(cell: TableCell | undefined, format: (value: Value | undefined) => string): string {
  if (cell?.label !== undefined) return cell.label;
  return emptyKinds.has(cell?.value?.kind.case) ? "" : format(cell?.value);
}

/** What a row is called for those who hear it: its first cell that says something. */
export function rowName(
  row: TableRow,
  columns: readonly TableColumn[],
  format: (value: Value | undefined) => string,
): string {
  const texts = columns.map(({ key }) => cellText(entryOf(row.cells, key), format));
  return texts.find((text) => text !== "") ?? row.key;
}

export const highlights = {
  [HighlightColor.UNSPECIFIED]: "",
  [HighlightColor.RED]: "bg-red-100 text-red-900 dark:bg-red-950 dark:text-red-200",
  [HighlightColor.ORANGE]: "bg-orange-100 text-orange-900 dark:bg-orange-950 dark:text-orange-200",
  [HighlightColor.YELLOW]: "bg-yellow-100 text-yellow-900 dark:bg-yellow-950 dark:text-yellow-200",
  [HighlightColor.GREEN]: "bg-green-100 text-green-900 dark:bg-green-950 dark:text-green-200",
  [HighlightColor.BLUE]: "bg-blue-100 text-blue-900 dark:bg-blue-950 dark:text-blue-200",
  [HighlightColor.PURPLE]: "bg-purple-100 text-purple-900 dark:bg-purple-950 dark:text-purple-200",
  [HighlightColor.PINK]: "bg-pink-100 text-pink-900 dark:bg-pink-950 dark:text-pink-200",
  [HighlightColor.GRAY]: "bg-zinc-200 text-zinc-900 dark:bg-zinc-800 dark:text-zinc-200",
} satisfies Record<HighlightColor, string>;
