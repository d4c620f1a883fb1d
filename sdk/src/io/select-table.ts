import { create } from "@bufbuild/protobuf";
import { FieldErrorCode, IoPageSchema, SelectTableSchema } from "@interval/proto";
import { BadResponseError, HostMisuseError } from "../errors.ts";
import { messageOf } from "../thrown.ts";
import { type Answering, type Built, type Reading, reading, refused, taken } from "./method.ts";
import { type CommonProps, type PropReader, show } from "./props.ts";
import { ChoosableRows, type Chosen, chooseInMemory } from "./table/chosen.ts";
import { enterRows } from "./table/entered.ts";
import { FetchedRows } from "./table/fetched.ts";
import { checkRecords, readGetData, readLayout } from "./table/layout.ts";
import type { TableProps } from "./table/props.ts";
import type { MemoryRows, RowSource } from "./table/rows.ts";
import { type Opened, openFetched, openMemory } from "./table/table.ts";

export type SelectTableProps<Row> = TableProps<Row> &
  CommonProps & {
    /** The fewest rows allowed; none by default. */
    minSelections?: number;
    /** The most rows allowed. */
    maxSelections?: number;
    /** The rows selected at first. */
    initiallySelected?: readonly NoInfer<Row>[];
  };

export function selectTable<Row>(read: PropReader, props: SelectTableProps<Row>): Built<"selectTable", Row[]> {
  const layout = readLayout<Row>(read, props);
  const getData = readGetData<Row>(read);
  read.ordered("minSelections", "maxSelections");
  const minSelections = read.integer("minSelections", 0);
  const maxSelections = read.integer("maxSelections", 0);
  checkRecords(read.list("initiallySelected") ?? [], (i) => `${read.method}: "initiallySelected[${i}]"`);
  const value = create(SelectTableSchema, { table: layout.message, minSelections, maxSelections });
  let opened: Opened<Row> | undefined;
  const open = (now: Opened<Row>): void => {
    opened = now;
    value.table = now.message;
  };

  let choose: (
    answer: Parameters<typeof chooseInMemory>[1],
    answering: Answering,
  ) => Chosen<Row> | Promise<Chosen<Row>>;
  let rows: RowSource<Row>;
  let before: ((signal: AbortSignal) => Promise<void>) | undefined;
  let reload: Built<"selectTable", Row[]>["reload"];
  if (getData) {
    const source = new ChoosableRows(
      new FetchedRows(read, getData, { strict: true, check: checkRecords, nameOf: layout.nameOf }),
    );
    rows = source;
    choose = (answer, answering) => source.choose(answer, answering);
    reload = async (signal) => open(await fetching(read, () => openFetched(read, layout, source, signal)));
    before = async (signal) => {
      await reload?.(signal);
      value.initiallySelected = [...new Set(source.name(props.initiallySelected ?? []))];
    };
  } else {
    const now = openMemory<Row>(read, layout, props.data);
    rows = now.source;
    choose = (answer) => chooseInMemory(now.source, answer);
    open(now);
    value.initiallySelected = selectedAtFirst(read, now.source);
  }

  const bounds = { min: minSelections ?? 0, max: maxSelections ?? Number.POSITIVE_INFINITY };
  return {
    kind: { case: "selectTable", value },
    recall: (rows) => rows,
    before,
    reload,
    read: reading("selectTable", async (answer, answering) => {
      try {
        return readChosen(await choose(answer, answering), bounds);
      } catch (error) {
        answering.thrown?.({ error, origin: "data", what: `what reads the rows chosen in ${read.method}` });
        return refused(FieldErrorCode.REJECTED, messageOf(error));
      }
    }),
    enter: async (given, entry) => ({ case: "selectTable", value: await enterRows(rows, given, entry) }),
    empty: [],
    impossible() {
      const total = value.table?.firstPage?.totalRows;
      if (total === undefined || total >= bounds.min) return undefined;
      return `"minSelections" is ${bounds.min} and there are ${total} rows`;
    },
    isBlank: ({ kind }) => kind.case === "selectTable" && kind.value.rowKeys.length === 0 && !kind.value.allOf,
    serve: async ({ kind }, signal) => {
      if (kind.case !== "selectTable" || !opened) throw new BadResponseError("This is not what a table is asked.");
      const answer = await opened.table.answer(kind.value.ask, signal, false);
      return create(IoPageSchema, { kind: { case: "selectTable", value: { answer } } });
    },
  };
}

/** @throws what the program threw, with the method that asked it */
async function fetching<T>({ method }: PropReader, fetch: () => Promise<T>): Promise<T> {
  try {
    return await fetch();
  } catch (error) {
    if (error instanceof HostMisuseError) throw error;
    throw new Error(`${method}: "getData" failed: ${messageOf(error)}`, { cause: error });
  }
}

function readChosen<Row>(chosen: Chosen<Row>, { min, max }: { min: number; max: number }): Reading<Row[]> {
  if ("unknown" in chosen) {
    return refused(FieldErrorCode.UNKNOWN_OPTION, "A selected row is not in the table.", { actual: chosen.unknown });
  }
  if ("tooMany" in chosen) {
    const most = chosen.tooMany;
    return refused(FieldErrorCode.TOO_MANY, `Select at most ${most} rows at once.`, { max: most });
  }
  const { rows } = chosen;
  const params = { min, max, actual: rows.length };
  if (rows.length < min) return refused(FieldErrorCode.TOO_FEW, `Select at least ${min}.`, params);
  if (rows.length > max) return refused(FieldErrorCode.TOO_MANY, `Select at most ${max}.`, params);
  return taken(rows, rows);
}

function selectedAtFirst<Row>(read: PropReader, { rows, keys }: MemoryRows<Row>): string[] {
  const given = new Set(read.list("initiallySelected"));
  if (given.size === 0) return [];
  const found: string[] = [];
  for (const [i, row] of rows.entries()) if (given.delete(row)) found.push(keys.of(i));
  for (const row of given) {
    read.warnings.push(`${read.method}: "initiallySelected" holds ${show(row)} that is not among the rows.`);
  }
  return found;
}
