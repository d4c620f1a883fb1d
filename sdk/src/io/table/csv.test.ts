import { describe, expect, it } from "vitest";
import type { GetData } from "./props.ts";
import { TestTable } from "./table.test-util.ts";

async function linesOf<Row extends object>(data: readonly Row[]): Promise<string[]> {
  const { text } = await new TestTable<Row>({ data }).csv();
  return text.split("\r\n");
}

/** The field of each value. */
async function fieldsOf(values: readonly unknown[]): Promise<string[]> {
  return (await linesOf(values.map((value) => ({ value })))).slice(1, -1);
}

describe("a CSV file", () => {
  it("holds what cells are worth, behind a line of labels; a label only where there is no value", async () => {
    const table = new TestTable({
      data: [{ name: "Ada", cents: 123_456, at: new Date("2026-11-24T14:30:00Z"), paid: true, note: null }],
      columns: [
        "name",
        { label: "Amount", renderCell: (r) => ({ label: `$${r.cents / 100}`, value: r.cents }) },
        { label: "Shown", accessorKey: "cents", renderCell: (r) => `$${r.cents / 100}` },
        { label: "Said", renderCell: (r) => ({ label: `By ${r.name}` }) },
        { label: "None", renderCell: () => ({ label: "n/a", value: null }) },
        "at",
        "paid",
        "note",
      ],
    });
    const { text } = await table.csv();
    expect(text.split("\r\n")).toEqual([
      '"name","Amount","Shown","Said","None","at","paid","note"',
      '"Ada","123456","123456","By Ada","n/a","2026-11-24T14:30:00.000Z","true",""',
      "",
    ]);
  });

  it.each<[what: string, value: unknown, field: string]>([
    ["a number without grouping", -1_234_567.5, '"-1234567.5"'],
    ["a bigint as its digits", -(2n ** 70n), `"-${2n ** 70n}"`],
    ["zero and false, which are no gaps", 0, '"0"'],
    ["a boolean", false, '"false"'],
    ["a Date in ISO 8601 with its zone", new Date("2026-01-31T23:59:59.5Z"), '"2026-01-31T23:59:59.500Z"'],
    ["a Date that has no time", new Date(Number.NaN), '"Invalid Date"'],
    ["a day", { year: 2026, month: 1, day: 31, jsDate: new Date(0) }, '"2026-01-31"'],
    ["a day and a time", { year: 2026, month: 1, day: 31, hour: 9, minute: 5 }, '"2026-01-31T09:05"'],
    [
      "an answer of day and time as its moment",
      { year: 2026, month: 1, day: 31, hour: 9, minute: 5, instant: new Date("2026-01-31T08:05Z") },
      '"2026-01-31T08:05:00.000Z"',
    ],
    ["a decimal of a library", { toJSON: () => "10.50", valueOf: () => "10.50" }, '"10.50"'],
    ["an address", new URL("https://example.com/a"), '"https://example.com/a"'],
    ["a list as JSON", [1, "a", null], '"[1,""a"",null]"'],
    [
      "a record as JSON",
      { a: new Date(0), n: 5n, m: new Map([["k", new Set([1])]]) },
      '"{""a"":""1970-01-01T00:00:00.000Z"",""n"":""5"",""m"":{""k"":[1]}}"',
    ],
    ["nothing", undefined, '""'],
    ["null", null, '""'],
    ["what cannot be shown", () => 1, '""'],
    ["a symbol", Symbol("s"), '""'],
  ])("holds %s", async (_what, value, field) => {
    expect(await fieldsOf([value, "x"])).toEqual([field, '"x"']);
  });

  it("holds what a cell says or where it leads, where it is worth nothing", async () => {
    const cells = [
      { label: "Ada", url: "https://example.com" },
      { url: "https://example.com" },
      { route: "users/ada" },
      { image: { url: "https://example.com/a.png", alt: "Ada" } },
      { image: { url: "https://example.com/a.png" } },
      { image: { url: "data:image/png;base64,AAAA" } },
    ];
    const table = new TestTable({ data: cells, columns: [{ label: "Cell", renderCell: (cell) => cell }] });
    expect((await table.csv()).text.split("\r\n").slice(1, -1)).toEqual([
      '"Ada"',
      '"https://example.com"',
      '"users/ada"',
      '"Ada"',
      '"https://example.com/a.png"',
      '""',
    ]);
  });

  it("is no formula, whatever a cell begins with; negative numbers stay numbers", async () => {
    const cells = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "-12.5", "-", "a=1"];
    expect(await fieldsOf(cells)).toEqual([
      `"'=1+1"`,
      `"'+1"`,
      `"'-1+1"`,
      `"'@SUM(A1)"`,
      `"'\t=1"`,
      `"'\r=1"`,
      `"'＝1"`,
      '"-12.5"',
      `"'-"`,
      '"a=1"',
    ]);
    expect(await fieldsOf([-1234.5, -5n, { label: "=1+1" }, { toJSON: () => "=1+1" }])).toEqual([
      '"-1234.5"',
      '"-5"',
      `"'=1+1"`,
      `"'=1+1"`,
    ]);
    expect(await linesOf([{ "=head": 1 }])).toEqual([`"'=head"`, '"1"', ""]);
  });

  it("keeps quotes, commas, semicolons and line ends within their cell", async () => {
    expect(await linesOf([{ a: 'say "hi", or\nnot', b: "one;two" }])).toEqual([
      '"a","b"',
      '"say ""hi"", or\nnot","one;two"',
      "",
    ]);
  });

  it("holds all rows of the filter in the order on screen, in several pages where they are many", async () => {
    const data = Array.from({ length: 30_000 }, (_, id) => ({
      id,
      text: `${id % 2 === 0 ? "even" : "odd"} ${"x".repeat(40)}`,
    }));
    const { text, pages } = await new TestTable({ data }).csv({
      queryTerm: "even",
      sortColumn: "id",
      descending: true,
    });
    const lines = text.trimEnd().split("\r\n");
    expect(lines).toHaveLength(15_001);
    expect([lines[0], lines[1]?.slice(0, 13), lines.at(-1)?.slice(0, 9)]).toEqual([
      '"id","text"',
      '"29998","even',
      '"0","even',
    ]);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.every(({ totalRows }) => totalRows === 15_000n)).toBe(true);
  });

  it.each([
    ["with a total", (all: number, size: number) => ({ totalRecords: all, size })],
    ["without one", (_: number, size: number) => ({ totalRecords: undefined, size })],
    [
      "by a program that returns fewer rows than it is asked for",
      (_: number) => ({ totalRecords: undefined, size: 30 }),
    ],
  ])("holds all rows that are fetched, %s", async (_what, how) => {
    const rows = Array.from({ length: 250 }, (_, id) => ({ id }));
    const getData: GetData<{ id: number }> = ({ offset, pageSize }) => {
      const { totalRecords, size } = how(rows.length, pageSize);
      return { data: rows.slice(offset, offset + size), totalRecords };
    };
    const { text } = await (await new TestTable({ getData }).later()).csv();
    expect(text.trimEnd().split("\r\n")).toEqual(['"id"', ...rows.map(({ id }) => `"${id}"`)]);
  });

  it("ends where a program returns the same rows again and again", async () => {
    const { text } = await new TestTable({ getData: () => ({ data: [{ id: 1 }, { id: 2 }] }) }).csv();
    expect(text).toBe('"id"\r\n"1"\r\n"2"\r\n');
  });
});
