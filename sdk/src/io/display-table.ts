import { create } from "@bufbuild/protobuf";
import { DisplayTableSchema, IoPageSchema } from "@interval/proto";
import { BadResponseError } from "../errors.ts";
import { Eventuals, isEventual } from "./eventual.ts";
import type { Built } from "./method.ts";
import type { DisplayProps, PropReader } from "./props.ts";
import { joined } from "./refresh.ts";
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
  let opened: Opened<Row> | undefined = there;
  const readAll = joined(async (): Promise<Opened<Row>> => {
    opened = rows
      ? await openFetched(read, layout, rows, new AbortController().signal)
      : openMemory(read, layout, await (typeof data === "function" ? data() : data));
    return opened;
  });
  const open = async () => opened ?? readAll(); // what has failed may be tried again from the screen
  let isReloaded = false;
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
    reload: !layout.message.refreshable
      ? undefined
      : async () => {
          const { message } = await readAll();
          value.table = message;
          value.eventual = undefined;
        },
    serve: async ({ kind }, signal) => {
      if (kind.case !== "displayTable") throw new BadResponseError("This is not what a table is asked.");
      const { ask } = kind.value;
      const isNew = value.eventual !== undefined;
      // `getData` is asked for each page anyway.
      const reloads = ask.case === "query" && ask.value.reload && typeof data === "function";
      const { table } = await (reloads ? readAll() : open());
      isReloaded ||= reloads;
      const answer = await table.answer(ask, signal, isNew || isReloaded);
      return create(IoPageSchema, { kind: { case: "displayTable", value: { answer } } });
    },
  };
}
