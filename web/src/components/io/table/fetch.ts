import { create } from "@bufbuild/protobuf";
import { type IoFetch, IoFetchSchema, type IoPage, type TablePage, type TableQuery } from "@interval/proto";

/** The kinds that are tables. */
export type TableKind = "displayTable" | "selectTable";

export function tableFetch(kind: TableKind, query: TableQuery): IoFetch {
  return create(IoFetchSchema, { kind: { case: kind, value: { query } } });
}

export function tablePage({ kind }: IoPage): TablePage | undefined {
  return kind.case === "displayTable" || kind.case === "selectTable" ? kind.value.page : undefined;
}
