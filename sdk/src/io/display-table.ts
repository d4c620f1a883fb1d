import { create } from "@bufbuild/protobuf";
import { DisplayTableSchema, IoPageSchema } from "@interval/proto";
import { BadResponseError } from "../errors.ts";
import { Eventuals, isEventual } from "./eventual.ts";
import type { Built } from "./method.ts";
import type { DisplayProps, PropReader } from "./props.ts";
import { FetchedRows } from "./table/fetched.ts";
import { checkRecords, readGetData, readLayout } from "./table/layout.ts";
import type { EventualRows, TableProps } from "./table/props.ts";
import { type Opened, openFetched, openMemory } from "./table/table.ts";

export type DisplayTableProps<Row> = TableProps<Row, EventualRows<Row>> & DisplayProps;

export function displayTable<Row>(read: PropReader, props: DisplayTableProps<Row>): Built<"displayTable", null> {
  const layout = readLayout<Row>(read, props);
  const getData = readGetData<Row>(read);
  const { data } = props;
  const value = create(DisplayTableSchema, { table: layout.message });
  const rows = getData && new FetchedRows(read, getData, { check: checkRecords, nameOf: layout.nameOf });
  const isLater = rows !== undefined || isEventual(data);
  const there = isLater ? undefined : openMemory<Row>(read, layout, data);
  if (isEventual(data) && typeof data !== "function") data.then(null, () => {}); // it is told on screen
  const open = oncePerSuccess(async (): Promise<Opened<Row>> => {
    if (there) return there;
    if (rows) return openFetched(read, layout, rows, new AbortController().signal);
    return openMemory(read, layout, await (typeof data === "function" ? data() : data));
  });
  const eventuals = new Eventuals();
  eventuals.put<Opened<Row>>(there ?? open, {
    assign: ({ message }) => {
      value.table = message;
    },
    mark: (state) => {
      value.eventual = state;
    },
  });
  return {
    kind: { case: "displayTable", value },
    later: eventuals.later,
    serve: async ({ kind }, signal) => {
      if (kind.case !== "displayTable") throw new BadResponseError("This is not what a table is asked.");
      const isNew = value.eventual !== undefined;
      const { table } = await open();
      const answer = await table.answer(kind.value.ask, signal, isNew);
      return create(IoPageSchema, { kind: { case: "displayTable", value: { answer } } });
    },
  };
}

/** Does something once, and again only where it failed: what has failed may be tried again from the screen. */
function oncePerSuccess<T>(perform: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    const mine = done ?? perform();
    done = mine;
    mine.catch(() => {
      if (done === mine) done = undefined;
    });
    return mine;
  };
}
