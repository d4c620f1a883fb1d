// What tests of tables share: a table as a program makes it, and what an operator asks of it.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type DisplayTable,
  type DisplayTableFetchSchema,
  fromValue,
  IoFetchSchema,
  SortDirection,
  type TableCsvPage,
  type TablePage,
  TableQuerySchema,
  type TableRow,
} from "@interval/proto";
import { MemoryAssets } from "../../assets/memory-assets.ts";
import { type DisplayTableProps, displayTable } from "../display-table.ts";
import { PropReader } from "../props.ts";

/** A query of a page. */
export interface Asked {
  queryTerm?: string;
  sortColumn?: string;
  descending?: boolean;
  offset?: number;
  pageSize?: number;
  reload?: boolean;
}

export function query({ descending, offset = 0, ...rest }: Asked = {}) {
  const sortDirection = descending ? SortDirection.DESCENDING : SortDirection.ASCENDING;
  return create(TableQuerySchema, { pageSize: 20, ...rest, offset: BigInt(offset), sortDirection });
}

export function reader(method: string, props: unknown): PropReader {
  return new PropReader(method, props, new MemoryAssets().of("run_1"));
}

type Ask = NonNullable<MessageInitShape<typeof DisplayTableFetchSchema>["ask"]>;

/** A table that is shown, on its screen. */
export class TestTable<Row> {
  readonly component: DisplayTable;
  /** What the developer is told. */
  readonly warnings: readonly string[];
  readonly #built: ReturnType<typeof displayTable<Row>>;

  constructor(props: DisplayTableProps<Row>) {
    const read = reader("io.display.table", props);
    this.warnings = read.warnings;
    this.#built = displayTable(read, props);
    this.component = this.#built.kind.value;
  }

  /** Waits for what was not there when the table was sent. */
  async later(): Promise<this> {
    await this.#built.later?.({ changed: () => {} });
    return this;
  }

  async page(asked: Asked = {}, signal?: AbortSignal): Promise<TablePage> {
    const answer = await this.#ask({ case: "query", value: query(asked) }, signal);
    if (answer?.case !== "page") throw new Error("There is no page in the answer.");
    return answer.value;
  }

  /** Whole rows of a file, fetched as often as needed. */
  async csv(asked: Asked = {}): Promise<{ text: string; pages: TableCsvPage[] }> {
    const pages: TableCsvPage[] = [];
    let offset = 0;
    while (true) {
      const value = { query: query({ ...asked, offset }) };
      const answer = await this.#ask({ case: "csv", value });
      if (answer?.case !== "csv") throw new Error("There are no lines in the answer.");
      pages.push(answer.value);
      if (!answer.value.hasMore) return { text: pages.map(({ text }) => text).join(""), pages };
      offset = Number(answer.value.nextOffset);
    }
  }

  async #ask(ask: Ask, signal = new AbortController().signal) {
    const page = await this.#built.serve?.(
      create(IoFetchSchema, { kind: { case: "displayTable", value: { ask } } }),
      signal,
    );
    return page?.kind.case === "displayTable" ? page.kind.value.answer : undefined;
  }
}

/** What a column shows of some rows. */
export function column(rows: readonly TableRow[], key: string): unknown[] {
  return rows.map(({ cells }) => fromValue(cells[key]?.value));
}
