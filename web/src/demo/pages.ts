import { create, toJsonString } from "@bufbuild/protobuf";
import {
  entryOf,
  fromValue,
  GridPageSchema,
  type GridQuery,
  type IoFetch,
  type IoPage,
  IoPageSchema,
  SortDirection,
  type TableCsvFetch,
  TableCsvPageSchema,
  TablePageSchema,
  type TableQuery,
  type TableRow,
  TableRowSchema,
  ValueSchema,
} from "@interval/proto";
import { demoItems } from "./displays-script.ts";
import { demoColumns, demoRows } from "./table-rows.ts";

/** What the demo's host answers to components on screen; undefined for what it does not serve. */
export function demoPage({ kind }: IoFetch): IoPage | undefined {
  switch (kind.case) {
    case "displayGrid":
      return create(IoPageSchema, { kind: { case: kind.case, value: { page: itemsOf(kind.value.query) } } });
    case "displayTable":
      return create(IoPageSchema, { kind: { case: kind.case, value: { answer: answerOf(kind.value.ask) } } });
    case "selectTable":
      return create(IoPageSchema, { kind: { case: kind.case, value: { answer: answerOf(kind.value.ask) } } });
    default:
      return undefined;
  }
}

function itemsOf(query: GridQuery | undefined) {
  const term = (query?.queryTerm ?? "").toLowerCase();
  const found = demoItems.filter(({ label, description }) => `${label} ${description}`.toLowerCase().includes(term));
  const offset = Number(query?.offset ?? 0n);
  const items = found.slice(offset, offset + (query?.pageSize ?? 8));
  return create(GridPageSchema, { items, offset: BigInt(offset), totalItems: BigInt(found.length) });
}

type Ask = Extract<IoFetch["kind"], { case: "displayTable" }>["value"]["ask"];

function answerOf(ask: Ask) {
  return ask.case === "csv"
    ? { case: "csv" as const, value: linesOf(ask.value) }
    : { case: "page" as const, value: pageOf(ask.value) };
}

function pageOf(query: TableQuery | undefined) {
  const found = find(query);
  const offset = Number(query?.offset ?? 0n);
  const rows = found.slice(offset, offset + (query?.pageSize ?? 10));
  return create(TablePageSchema, { rows, offset: BigInt(offset), totalRows: BigInt(found.length) });
}

function linesOf({ query }: TableCsvFetch) {
  const found = find(query);
  const text = (row: TableRow, key: string) => {
    const value = fromValue(entryOf(row.cells, key)?.value);
    return value instanceof Date ? value.toISOString() : String(value ?? "");
  };
  const lines = [
    demoColumns.map(({ label }) => label),
    ...found.map((row) => demoColumns.map(({ key }) => text(row, key))),
  ];
  const quoted = lines.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(","));
  const nextOffset = BigInt(found.length);
  return create(TableCsvPageSchema, { text: `${quoted.join("\r\n")}\r\n`, nextOffset, totalRows: nextOffset });
}

function find(query: TableQuery | undefined): TableRow[] {
  const term = (query?.queryTerm ?? "").toLowerCase();
  const column = query?.sortColumn ?? "";
  const text = (row: TableRow, key: string) => {
    const value = entryOf(row.cells, key)?.value;
    return value ? toJsonString(ValueSchema, value) : "";
  };
  const found = demoRows
    .map((row) => create(TableRowSchema, row))
    .filter((row) => Object.keys(row.cells).some((key) => text(row, key).toLowerCase().includes(term)));
  if (column) found.sort((a, b) => text(a, column).localeCompare(text(b, column), undefined, { numeric: true }));
  return query?.sortDirection === SortDirection.DESCENDING ? found.reverse() : found;
}
