import { describe, expect, it } from "vitest";
import type { GetData } from "./props.ts";
import { TestTable } from "./table.test-util.ts";

async function linesOf<Row extends object>(data: readonly Row[], locale?: string): Promise<string[]> {
  const { text } = await new TestTable<Row>({ data }).csv({}, locale);
  return text.split("\r\n");
}

describe("a CSV file", () => {
  it("shows what cells show, behind a line of labels", async () => {
    const table = new TestTable({
      data: [{ name: "Ada", cents: 123_456, at: new Date("2026-11-24T14:30:00Z"), paid: true, note: null }],
      columns: [
        "name",
        { label: "Amount", renderCell: (r) => ({ label: `$${r.cents / 100}`, value: r.cents }) },
        "cents",
        "at",
        "paid",
        "note",
      ],
    });
    const { text } = await table.csv();
    expect(text.replace("\u202f", " ")).toBe(
      `name,Amount,cents,at,paid,note\r\nAda,$1234.56,"123,456","Nov 24, 2026, 2:30 PM",true,\r\n`,
    );
    expect((await table.csv({}, "de-DE")).text).toContain('123.456,"24.11.2026, 14:30"');
  });

  it("is no formula, whatever a cell begins with; negative numbers stay numbers", async () => {
    const cells = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "-12.5", "-", "a=1"];
    expect((await linesOf(cells.map((c) => ({ c })))).slice(1, -1)).toEqual([
      "'=1+1",
      "'+1",
      "'-1+1",
      "'@SUM(A1)",
      "'\t=1",
      '"\'\r=1"',
      "'＝1",
      "-12.5",
      "'-",
      "a=1",
    ]);
    expect(await linesOf([{ n: -1234.5 }])).toEqual(["n", '"-1,234.5"', ""]);
    expect(await linesOf([{ "=head": 1 }])).toEqual(["'=head", "1", ""]);
  });

  it("keeps quotes, commas and line ends within their cell", async () => {
    expect(await linesOf([{ a: 'say "hi", or\nnot', b: "two words" }])).toEqual([
      "a,b",
      '"say ""hi"", or\nnot",two words',
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
    expect([lines[0], lines[1]?.slice(0, 13), lines.at(-1)?.slice(0, 6)]).toEqual([
      "id,text",
      '"29,998",even',
      "0,even",
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
    expect(text.trimEnd().split("\r\n")).toEqual(["id", ...rows.map(({ id }) => String(id))]);
  });

  it("ends where a program returns the same rows again and again", async () => {
    const { text } = await new TestTable({ getData: () => ({ data: [{ id: 1 }, { id: 2 }] }) }).csv();
    expect(text.replace("\u202f", " ")).toBe("id\r\n1\r\n2\r\n");
  });
});
