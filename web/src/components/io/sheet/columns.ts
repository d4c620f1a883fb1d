import { SpreadsheetCellType, type SpreadsheetColumn } from "@interval/proto";

/** What each type is called, by the key of its text. */
export const typeWords = {
  [SpreadsheetCellType.UNSPECIFIED]: "sheet.type.text",
  [SpreadsheetCellType.STRING]: "sheet.type.text",
  [SpreadsheetCellType.NUMBER]: "sheet.type.number",
  [SpreadsheetCellType.BOOLEAN]: "sheet.type.boolean",
  [SpreadsheetCellType.DATE]: "sheet.type.date",
} satisfies Record<SpreadsheetCellType, string>;

const leastWidth = {
  [SpreadsheetCellType.UNSPECIFIED]: 200,
  [SpreadsheetCellType.STRING]: 200,
  [SpreadsheetCellType.NUMBER]: 128,
  [SpreadsheetCellType.BOOLEAN]: 156,
  [SpreadsheetCellType.DATE]: 148,
} satisfies Record<SpreadsheetCellType, number>;

const headWidth = 48;
const mostWidth = 280;

function isText({ type }: SpreadsheetColumn): boolean {
  return type === SpreadsheetCellType.STRING || type === SpreadsheetCellType.UNSPECIFIED;
}

/** How wide columns are, in pixels: texts share what is left over. */
export function columnWidths(columns: readonly SpreadsheetColumn[]) {
  const least = columns.map(({ key, type }) => Math.max(leastWidth[type], Math.min(mostWidth, key.length * 8 + 24)));
  const grows = columns.some(isText);
  return {
    head: headWidth,
    columns: columns.map((column, i) => (isText(column) ? undefined : least[i])),
    total: least.reduce((sum, width) => sum + width, headWidth),
    grows,
  };
}
