import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { IoComponentSchema, IoFetchSchema } from "../../ts/interval/io/v1/io_component_pb.ts";
import { checkFetch } from "./fetch.ts";

type Kind = MessageInitShape<typeof IoComponentSchema>["kind"];
type Fetch = MessageInitShape<typeof IoFetchSchema>["kind"];

const faultOf = (kind: Kind, fetch: Fetch) =>
  checkFetch(create(IoComponentSchema, { key: "field", kind }), create(IoFetchSchema, { kind: fetch }));

const columns = [{ key: "name", label: "Name" }];
const table = (props: object = {}): Kind => ({
  case: "displayTable",
  value: { table: { columns, sortable: true, filterable: true, pageSize: 20, ...props } },
});
const query = (value: object = {}): Fetch => ({ case: "displayTable", value: { ask: { case: "query", value } } });
const csv = (value: object): Fetch => ({ case: "displayTable", value: { ask: { case: "csv", value } } });

describe("a table", () => {
  it.each([
    ["its own page", query()],
    ["the largest page", query({ pageSize: 100, offset: 1_000_000n })],
    ["a filter and an order", query({ queryTerm: "ada", sortColumn: "name", pageSize: 20 })],
    ["a file", csv({ query: { queryTerm: "ada", locale: "de-AT", timeZone: "Europe/Vienna" } })],
    ["a file in a zone that is not known here", csv({ query: { timeZone: "Mars/Olympus" } })],
    ["something newer", { case: "displayTable", value: {} } satisfies Fetch],
  ])("gives %s", (_what, fetch) => expect(faultOf(table(), fetch)).toBeUndefined());

  it.each([
    ["a page before the first", query({ offset: -1n }), "Rows are counted from 0; there is none at -1."],
    ["a place beyond numbers", query({ offset: 2n ** 60n }), /Rows are counted from 0/],
    ["a page of less than nothing", query({ pageSize: -1 }), "A page has 1 to 100 rows; -1 are asked for."],
    ["too large a page", query({ pageSize: 101 }), "A page has 1 to 100 rows; 101 are asked for."],
    [
      "an order by an unknown column",
      query({ sortColumn: "1; drop table" }),
      'There is no column "1; drop table" to sort by.',
    ],
    ["a file in an unknown order", csv({ query: { sortColumn: "secret" } }), 'There is no column "secret" to sort by.'],
    ["a page in no zone", query({ timeZone: "no zone" }), '"no zone" is not the name of a time zone.'],
    ["a file in no zone", csv({ query: { timeZone: "no zone" } }), '"no zone" is not the name of a time zone.'],
    ["a page in no language", query({ locale: "no language" }), '"no language" is not a BCP 47 language tag.'],
    ["a file in no language", csv({ query: { locale: "no language" } }), '"no language" is not a BCP 47 language tag.'],
    ["a search", { case: "search", value: { query: "ada" } } satisfies Fetch, /cannot be asked for what a "search"/],
    ["nothing", { case: undefined } satisfies Fetch, "Say what is asked for: the fetch has no kind."],
  ])("does not give %s", (_what, fetch, text) => expect(faultOf(table(), fetch)).toMatch(text));

  it("that does not sort or filter is asked for neither", () => {
    expect(faultOf(table({ sortable: false }), query({ sortColumn: "name" }))).toBe("This table cannot be sorted.");
    expect(faultOf(table({ filterable: false }), query({ queryTerm: "a" }))).toBe("This cannot be filtered.");
  });

  it("whose columns are not known yet may be asked for any", () => {
    expect(faultOf(table({ columns: [] }), query({ sortColumn: "name" }))).toBeUndefined();
  });
});

describe("another component", () => {
  const file = (props: object): Kind => ({ case: "inputFile", value: props });
  const upload: Fetch = { case: "inputFile", value: { name: "a.txt" } };

  it("that asks its host for nothing gives nothing", () => {
    expect(faultOf({ case: "inputText", value: {} }, upload)).toBe("This component has nothing to ask its host for.");
  });

  it("gives addresses for uploads to the program's own storage, and only for files that it takes", () => {
    expect(faultOf(file({ ownStorage: true }), upload)).toBeUndefined();
    expect(faultOf(file({ ownStorage: true, allowedExtensions: ["pdf"] }), upload)).toMatch("ends with .pdf");
    expect(faultOf(file({}), upload)).toMatch("BeginUpload");
  });

  it("newer than this package is left to its host", () => {
    expect(faultOf({ case: undefined }, upload)).toBeUndefined();
  });
});
