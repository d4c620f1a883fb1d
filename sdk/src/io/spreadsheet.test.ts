import { FieldErrorCode } from "@interval/proto";
import { describe, expect, it } from "vitest";
import { createIo } from "./io.ts";
import { composed, judged } from "./judged.test-util.ts";

const io = createIo(() => undefined);
const key = "inputSpreadsheet:People";
const columns = { name: "string", age: "number?", born: "date?", active: "boolean" } as const;

const text = (value: string) => ({ kind: { case: "stringValue", value } });
const number = (value: number) => ({ kind: { case: "doubleValue", value } });
const yes = { kind: { case: "boolValue", value: true } };
const day = (year: number, month: number, day: number) => ({
  kind: { case: "calendarDateValue", value: { year, month, day } },
});
const sheet = (...rows: object[]) => ({ [key]: { inputSpreadsheet: { rows: rows.map((cells) => ({ cells })) } } });

describe("a spreadsheet", () => {
  it("gives typed rows with every column, undefined where a cell is empty", async () => {
    const asked = io.input.spreadsheet("People", { columns });
    const rows = sheet(
      { name: text("Ada"), age: number(0), born: day(1815, 12, 10), active: yes },
      { name: text("2024-02-29"), active: yes },
    );
    expect(await judged(asked, rows)).toEqual([
      {
        name: "Ada",
        age: 0,
        born: { year: 1815, month: 12, day: 10, isoDate: "1815-12-10", jsDate: new Date(1815, 11, 10) },
        active: true,
      },
      { name: "2024-02-29", age: undefined, born: undefined, active: true },
    ]);
  });

  it("says which cells are wrong, in the words of the shared checks", async () => {
    const asked = io.experimental.spreadsheet("People", { columns });
    expect(await judged(asked, sheet({ name: text("Ada"), age: text("old"), active: yes }, { active: yes }))).toEqual([
      [key, FieldErrorCode.INVALID_CELL, 'Row 1: "age" must be a number.'],
      [key, FieldErrorCode.REQUIRED, 'Row 2: "name" is needed.'],
    ]);
  });

  it("without rows is undefined where it is optional, and asked again otherwise", async () => {
    const asked = io.input.spreadsheet("People", { columns });
    expect(await judged(asked.optional(), sheet())).toBeUndefined();
    expect(await judged(asked, sheet())).toEqual([[key, FieldErrorCode.REQUIRED, "Enter at least one row."]]);
  });

  it("starts with the rows that it is given, days at midnight here", () => {
    const born = new Date(1906, 11, 9);
    const { fields } = composed(
      io.input.spreadsheet("People", { columns, defaultValue: [{ name: "Grace", born, age: null, rank: 1 } as never] }),
    );
    expect(fields[0]?.component.kind).toMatchObject({
      value: {
        columns: [
          { key: "name", type: 1, optional: false },
          { key: "age", type: 2, optional: true },
          { key: "born", type: 4, optional: true },
          { key: "active", type: 3, optional: false },
        ],
        defaultRows: [{ cells: { name: text("Grace"), born: day(1906, 12, 9) } }],
      },
    });
    expect(fields[0]?.warnings).toEqual([expect.stringContaining('"rank" (a string), which is not among the columns')]);
  });

  it.each([
    [{}, /"columns" must be an object of types by column/],
    [{ columns: {} }, /"columns" must be an object of types by column/],
    [{ columns: { a: "text" } }, /"columns.a" must be "string", "number", "boolean" or "date"/],
    [
      { columns: { a: "number" }, defaultValue: [{}, { a: "1" }] },
      /"defaultValue\[1\].a" must be a finite number, but it is "1"/,
    ],
    [
      { columns: { a: "date" }, defaultValue: [{ a: { year: 2023, month: 2, day: 29 } }] },
      /"defaultValue\[0\].a" must be a Date, a text such as/,
    ],
    [{ columns: { a: "string" }, defaultValue: Array(5001).fill({}) }, /"defaultValue" has 5001 rows; at most 5000/],
  ])("made of %j says what is wrong", (props, message) => {
    expect(() => composed(io.input.spreadsheet("People", props as never))).toThrow(message);
  });
});
