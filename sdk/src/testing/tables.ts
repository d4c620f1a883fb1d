import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  fromValue,
  GridItemSchema,
  type IoFetchSchema,
  type IoPage,
  type Kind,
  limits,
  MenuItemSchema,
  SortDirection,
  TableCellSchema,
  type TablePage,
} from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import type { TableState } from "../io/table/props.ts";
import { type PlainRecord, plainRecord } from "./plain.ts";

/** Which rows of a table are looked at: what `getData` gets, any part of it. */
export type TestQuery = Partial<TableState>;

/** A row of a table in detail. */
export interface TestRow {
  key: string;
  /** By column: `{ value, label?, link?, image?, highlightColor? }`. */
  cells: Record<string, PlainRecord>;
  menu: PlainRecord[];
}

/** One page of a table. */
export interface TestTablePage {
  rows: TestRow[];
  /** How many rows the query has in all; absent where the program does not say. */
  totalRows?: number;
  hasMore: boolean;
}

/** One page of a grid. */
export interface TestGridPage {
  /** `{ key, label?, description?, image?, menu, link? }`. */
  items: PlainRecord[];
  totalItems?: number;
  hasMore: boolean;
}

/** Asks a component for more. */
export type Ask = (kind: MessageInitShape<typeof IoFetchSchema>["kind"]) => Promise<IoPage["kind"]>;

type Query = ReturnType<typeof toQuery>;
type TableAsk = { case: "query"; value: Query } | { case: "csv"; value: { query: Query } };

/** Every row of a query by column, as it is shown; one page where the query says how large one is. */
export async function tableRows(kind: Kind, ask: Ask, query: TestQuery): Promise<PlainRecord[]> {
  const rows: PlainRecord[] = [];
  let offset = query.offset ?? 0;
  while (true) {
    const page = await fetchPage(kind, ask, { pageSize: limits.tablePageSize.max, ...query, offset });
    rows.push(...page.rows.map(({ cells }) => shownIn(cells)));
    offset += page.rows.length;
    const isOver = page.rows.length === 0 || (page.totalRows === undefined ? !page.hasMore : offset >= page.totalRows);
    if (isOver || query.pageSize !== undefined || rows.length >= limits.selectAllRows) return rows;
  }
}

export async function tablePage(kind: Kind, ask: Ask, query: TestQuery): Promise<TestTablePage> {
  const { rows, totalRows, hasMore } = await fetchPage(kind, ask, query);
  const shown = rows.map(({ key, cells, menu }) => ({
    key,
    cells: Object.fromEntries(
      Object.entries(cells).map(([column, cell]) => [column, plainRecord(TableCellSchema, cell)]),
    ),
    menu: menu.map((item) => plainRecord(MenuItemSchema, item)),
  }));
  return { rows: shown, ...(totalRows !== undefined && { totalRows: Number(totalRows) }), hasMore };
}

/** All lines of a file, asked for until none follow, as a browser does. */
export async function tableCsv(kind: Kind, ask: Ask, query: TestQuery): Promise<string> {
  let text = "";
  let offset = 0;
  while (true) {
    const answer = await askTable(kind, ask, {
      case: "csv",
      value: { query: toQuery({ ...query, offset }) },
    });
    if (answer?.case !== "csv") throw notTable(kind);
    text += answer.value.text;
    offset = Number(answer.value.nextOffset);
    if (!answer.value.hasMore) return text;
  }
}

export async function gridPage(kind: Kind, ask: Ask, query: TestQuery): Promise<TestGridPage> {
  if (kind !== "displayGrid") throw new HostMisuseError(`Items are what a grid has; this is of the kind ${kind}.`);
  const page = await ask({ case: "displayGrid", value: { query: toQuery(query) } });
  const { items = [], totalItems, hasMore = false } = (page.case === "displayGrid" && page.value.page) || {};
  const shown = items.map((item) => plainRecord(GridItemSchema, item));
  return { items: shown, ...(totalItems !== undefined && { totalItems: Number(totalItems) }), hasMore };
}

async function fetchPage(kind: Kind, ask: Ask, query: TestQuery): Promise<TablePage> {
  const answer = await askTable(kind, ask, { case: "query", value: toQuery(query) });
  if (answer?.case !== "page") throw notTable(kind);
  return answer.value;
}

/** Tables that are shown and tables that are chosen from are asked the same. */
async function askTable(kind: Kind, ask: Ask, asked: TableAsk) {
  if (kind !== "displayTable" && kind !== "selectTable") throw notTable(kind);
  const page = await ask({ case: kind, value: { ask: asked } });
  return page.case === "displayTable" || page.case === "selectTable" ? page.value.answer : undefined;
}

function notTable(kind: Kind): HostMisuseError {
  return new HostMisuseError(`Rows are what a table has; this is of the kind ${kind}.`);
}

function toQuery({ queryTerm = "", sortColumn, sortDirection, offset = 0, pageSize = 0 }: TestQuery) {
  return {
    queryTerm,
    sortColumn: sortColumn ?? undefined,
    sortDirection: sortDirection === "desc" ? SortDirection.DESCENDING : SortDirection.ASCENDING,
    offset: BigInt(offset),
    pageSize,
  };
}

function shownIn(cells: TablePage["rows"][number]["cells"]): PlainRecord {
  return Object.fromEntries(
    Object.entries(cells).map(([column, { label, value }]) => [column, label ?? fromValue(value)]),
  );
}
