import { create } from "@bufbuild/protobuf";
import { dateText, formatValue, SpreadsheetCellType, toValue, type Value, ValueSchema } from "@interval/proto";
import { parseDay } from "../../../lib/days.ts";
import { numberFormat } from "../../../lib/numbers.ts";

/** What a cell holds; undefined where it is empty. What does not fit its column stays as the text that was typed. */
export type Cell = Value | undefined;

/** How cells are read from texts and written as such, in one language. */
export interface CellTexts {
  /** What a person typed or pasted. */
  parse(type: SpreadsheetCellType, text: string): Cell;
  /** As it is shown. */
  show(cell: Cell): string;
  /** As it is typed. */
  edit(cell: Cell): string;
  /** As spreadsheet programs read it. */
  copy(cell: Cell): string;
}

const yes = new Set(["true", "yes", "y", "1", "x", "on", "✓"]);
const no = new Set(["false", "no", "n", "0", "off"]);
const plainNumber = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * @param words how yes and no are called in the reader's language
 * @param decimalComma how numbers are read where that is not by the reader's language
 */
export function cellTexts(
  locale: string | undefined,
  words: { yes: string; no: string },
  decimalComma?: boolean,
): CellTexts {
  const numbers = numberFormat(decimalComma === undefined ? locale : decimalComma ? "de" : "en");
  const bare = new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 15 });

  function parse(type: SpreadsheetCellType, text: string): Cell {
    const trimmed = text.trim();
    if (trimmed === "" && (type !== SpreadsheetCellType.STRING || text === "")) return undefined;
    switch (type) {
      case SpreadsheetCellType.NUMBER:
        return toValue(parseNumber(trimmed) ?? text);
      case SpreadsheetCellType.BOOLEAN:
        return toValue(parseBoolean(trimmed) ?? text);
      case SpreadsheetCellType.DATE: {
        const value = parseDay(trimmed, locale);
        return value ? create(ValueSchema, { kind: { case: "calendarDateValue", value } }) : toValue(text);
      }
      case SpreadsheetCellType.STRING:
      case SpreadsheetCellType.UNSPECIFIED:
        return toValue(text);
      default:
        return type satisfies never;
    }
  }

  /** In the reader's language, else as programs write numbers. */
  function parseNumber(text: string): number | undefined {
    const number = numbers.parse(text);
    if (Number.isFinite(number)) return number;
    return plainNumber.test(text) ? Number(text) : undefined;
  }

  function parseBoolean(text: string): boolean | undefined {
    const word = text.toLowerCase();
    if (yes.has(word) || word === words.yes.toLowerCase()) return true;
    return no.has(word) || word === words.no.toLowerCase() ? false : undefined;
  }

  function edit(cell: Cell): string {
    const kind = cell?.kind;
    switch (kind?.case) {
      case "doubleValue":
        return bare.format(kind.value);
      case "boolValue":
        return kind.value ? words.yes : words.no;
      case "calendarDateValue":
        return dateText(kind.value);
      default:
        return formatValue(cell, { locale });
    }
  }

  const known = new WeakMap<Value, string>();

  function show(cell: Cell): string {
    if (!cell) return "";
    const text = known.get(cell) ?? (cell.kind.case === "boolValue" ? edit(cell) : formatValue(cell, { locale }));
    known.set(cell, text);
    return text;
  }

  return {
    parse,
    edit,
    show,
    copy: (cell) => (cell?.kind.case === "boolValue" ? String(cell.kind.value).toUpperCase() : edit(cell)),
  };
}

const fitting = {
  [SpreadsheetCellType.UNSPECIFIED]: undefined,
  [SpreadsheetCellType.STRING]: "stringValue",
  [SpreadsheetCellType.NUMBER]: "doubleValue",
  [SpreadsheetCellType.BOOLEAN]: "boolValue",
  [SpreadsheetCellType.DATE]: "calendarDateValue",
} satisfies Record<SpreadsheetCellType, Value["kind"]["case"]>;

/** Whether a cell holds something that its column does not take. */
export function isMisfit(type: SpreadsheetCellType, cell: Cell): boolean {
  const wanted = fitting[type];
  return cell !== undefined && wanted !== undefined && cell.kind.case !== wanted;
}
