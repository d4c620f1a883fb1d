import { create } from "@bufbuild/protobuf";
import { DisplayTableSchema, IoPageSchema } from "@interval/proto";
import { BadResponseError } from "../errors.ts";
import type { Built } from "./method.ts";
import type { DisplayProps, PropReader } from "./props.ts";
import { readTable, type TableProps } from "./table.ts";

export type DisplayTableProps<Row> = TableProps<Row> & DisplayProps;

export function displayTable<Row>(read: PropReader, props: DisplayTableProps<Row>): Built<"displayTable", null> {
  const table = readTable(read, props);
  return {
    kind: { case: "displayTable", value: create(DisplayTableSchema, { table: table.message }) },
    serve: async ({ kind }) => {
      if (kind.case !== "displayTable" || !kind.value.query) throw new BadResponseError("This is not a table's query.");
      return create(IoPageSchema, {
        kind: { case: "displayTable", value: { page: await table.page(kind.value.query) } },
      });
    },
  };
}
