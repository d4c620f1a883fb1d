import { create } from "@bufbuild/protobuf";
import {
  fromValue,
  limits,
  SpreadsheetCellType,
  type SpreadsheetColumn,
  SpreadsheetColumnSchema,
} from "@interval/proto";
import { describe, expect, it } from "vitest";
import { cellTexts, isMisfit } from "./cells.ts";
import { guessMapping, looksLikeHead, mapRows, usesDecimalComma } from "./mapping.ts";
import { insertRows, paste, type Rows, removeRows, toMessages, toRows } from "./rows.ts";
import { decodeText, formatCopied, parseCopied, parseCsv } from "./tables.ts";

const words = { yes: "Yes", no: "No" };
const texts = cellTexts("en-US", words);
const column = (key: string, type: SpreadsheetCellType, optional = false) =>
  create(SpreadsheetColumnSchema, { key, type, optional });
const { STRING, NUMBER, BOOLEAN, DATE } = SpreadsheetCellType;
const columns = [column("name", STRING), column("amount", NUMBER, true), column("paid", BOOLEAN)];
const read = ({ type }: SpreadsheetColumn, text: string) => texts.parse(type, text);
const values = (rows: Rows) => rows.map((row) => row.map(fromValue));
const at = (row: number, left: number) => ({ top: row, left, bottom: row, right: left });

describe("a cell", () => {
  it.each([
    [STRING, "2024-02-29", "2024-02-29"],
    [STRING, "=1+1", "=1+1"],
    [NUMBER, "1,234.5", 1234.5],
    [NUMBER, "1,5", "1,5"],
    [NUMBER, "12 apples", "12 apples"],
    [BOOLEAN, "yes", true],
    [BOOLEAN, "FALSE", false],
    [BOOLEAN, "perhaps", "perhaps"],
    [DATE, "2/29/2024", { year: 2024, month: 2, day: 29 }],
    [DATE, "2/30/2024", "2/30/2024"],
    [NUMBER, " ", undefined],
  ])("of type %s reads %j", (type, text, value) => {
    expect(fromValue(texts.parse(type, text))).toEqual(value);
    expect(isMisfit(type, texts.parse(type, text))).toBe(type !== STRING && typeof value === "string");
  });

  it("reads the reader's numbers, and those that programs write", () => {
    const german = cellTexts("de-DE", words);
    expect(fromValue(german.parse(NUMBER, "1.234,5"))).toBe(1234.5);
    expect(fromValue(german.parse(NUMBER, "0.5"))).toBe(0.5);
  });

  it("is typed again as it was written", () => {
    for (const text of ["-1234.5", "0"]) expect(texts.edit(texts.parse(NUMBER, text))).toBe(text);
    expect(texts.edit(texts.parse(DATE, "Feb 29, 2024"))).toBe("2024-02-29");
    expect(texts.show(texts.parse(DATE, "2024-02-29"))).toBe("Feb 29, 2024");
  });
});

describe("rows", () => {
  const empty = toRows(columns, []);

  it("are sent where they say something; a box that may not be empty says no", () => {
    const { rows } = paste(columns, empty, at(1, 0), [["Ada", "5"]], read);
    const { sent, places } = toMessages(columns, rows);
    expect(places).toEqual([1]);
    expect(sent.map(({ cells }) => Object.entries(cells).map(([key, cell]) => [key, fromValue(cell)]))).toEqual([
      [
        ["name", "Ada"],
        ["amount", 5],
        ["paid", false],
      ],
    ]);
  });

  it("are made again only where they have changed", () => {
    const first = paste(
      columns,
      empty,
      at(0, 0),
      [
        ["a", "1"],
        ["b", "2"],
      ],
      read,
    ).rows;
    const second = paste(columns, first, at(1, 1), [["3"]], read).rows;
    expect(toMessages(columns, second).sent[0]).toBe(toMessages(columns, first).sent[0]);
  });

  it("grow with a paste, up to what a sheet holds", () => {
    const lines = Array.from({ length: 5010 }, (_, i) => [`n${i}`, String(i), "no", "beyond"]);
    const { rows, area, lost } = paste(columns, empty, at(0, 0), lines, read);
    expect(rows).toHaveLength(limits.spreadsheetRows);
    expect(area).toEqual({ top: 0, left: 0, bottom: 4999, right: 2 });
    expect(lost).toEqual({ rows: 10, columns: 1 });
  });

  it("take one copied cell into all that are selected", () => {
    const { rows } = paste(columns, empty, { top: 0, left: 0, bottom: 2, right: 0 }, [["same"]], read);
    expect(values(rows).map(([name]) => name)).toEqual(["same", "same", "same", undefined, undefined]);
  });

  it("leave out a first line that names the columns", () => {
    const { rows } = paste(
      columns,
      empty,
      at(0, 0),
      [
        ["Name", "AMOUNT"],
        ["Ada", "1"],
      ],
      read,
    );
    expect(values(rows)[0]).toEqual(["Ada", 1, undefined]);
  });

  it("come and go", () => {
    const { rows } = paste(columns, empty, at(0, 0), [["a"], ["b"], ["c"]], read);
    const names = (now: Rows) =>
      values(now)
        .map(([name]) => name)
        .filter(Boolean);
    expect(names(removeRows(rows, 0, 1))).toEqual(["c"]);
    expect(values(insertRows(columns, rows, 1, 1))[1]).toEqual([undefined, undefined, undefined]);
  });
});

describe("what spreadsheet programs copy", () => {
  it("keeps tabs, quotes and line breaks within cells", () => {
    const lines = [
      ['say "hi"', "two\nlines"],
      ["tab\there", ""],
    ];
    expect(parseCopied(formatCopied(lines))).toEqual(lines);
    expect(parseCopied('"a ""b"""\t"c\r\nd"\r\ne\tf\r\n')).toEqual([
      ['a "b"', "c\nd"],
      ["e", "f"],
    ]);
  });

  it("may hold quotes that quote nothing", () => {
    expect(parseCopied('5" pipe\t1\n"odd" one\t2')).toEqual([
      ['5" pipe', "1"],
      ['"odd" one', "2"],
    ]);
  });
});

describe("a file", () => {
  const lines = parseCsv("Customer;Amount;paid\nAda;1,5;yes\n\nGrace;1.200,75;no\n", 100);

  it("is read whatever separates its cells, without empty lines", () => {
    expect(lines).toEqual([
      ["Customer", "Amount", "paid"],
      ["Ada", "1,5", "yes"],
      ["Grace", "1.200,75", "no"],
    ]);
    expect(parseCsv('a,b\n1,"x,y"', 100)).toEqual([
      ["a", "b"],
      ["1", "x,y"],
    ]);
  });

  it("is decoded by what its bytes say", () => {
    expect(decodeText(new Uint8Array([0xef, 0xbb, 0xbf, 0xc3, 0xa4]))).toBe("ä");
    expect(decodeText(new Uint8Array([0xe4]))).toBe("ä");
    expect(decodeText(new Uint8Array([0xff, 0xfe, 0xe4, 0x00]))).toBe("ä");
    expect(() => decodeText(new Uint8Array([0x50, 0x4b, 0x03, 0x04, 0x00]))).toThrow("no text");
  });

  it("finds its columns by name, else by order", () => {
    expect(looksLikeHead(columns, lines)).toBe(true);
    expect(guessMapping(columns, lines, true)).toEqual([undefined, 1, 2]);
    expect(guessMapping(columns, [["x", "y"]], false)).toEqual([0, 1, undefined]);
  });

  it("tells how its numbers are written, and what does not fit", () => {
    const body = lines.slice(1);
    expect(usesDecimalComma(columns, body, [0, 1, 2], "en-US")).toBe(true);
    expect(usesDecimalComma(columns, [["a", "1.5"]], [0, 1, 2], "de-DE")).toBe(false);
    expect(usesDecimalComma(columns, [["a", "15"]], [0, 1, 2], "de-DE")).toBe(true);
    const { rows, misfits } = mapRows(columns, body, [0, 1, 0], cellTexts("en-US", words, true));
    expect(values(rows)).toEqual([
      ["Ada", 1.5, "Ada"],
      ["Grace", 1200.75, "Grace"],
    ]);
    expect(misfits).toMatchObject([
      { row: 0, column: 2, text: "Ada" },
      { row: 1, column: 2 },
    ]);
  });
});
