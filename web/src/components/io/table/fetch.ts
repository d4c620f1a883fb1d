import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type DisplayTableFetch,
  type DisplayTablePage,
  IoFetchSchema,
  type TableCsvFetch,
  type TableCsvPage,
  type TablePage,
  type TableQuery,
} from "@interval/proto";
import type { IoContext } from "../context.ts";

/** The kinds that are tables. */
export type TableKind = "displayTable" | "selectTable";

/** Where a table is. */
export interface TablePlace {
  kind: TableKind;
  callKey: string;
  componentKey: string;
}

type Fetch = IoContext["fetch"];

/** Asks a table's host for a page. */
export async function fetchPage(
  fetch: Fetch,
  place: TablePlace,
  value: TableQuery,
  signal: AbortSignal,
): Promise<TablePage> {
  const answer = await ask(fetch, place, { case: "query", value }, signal);
  return answer?.case === "page" ? answer.value : wrongAnswer("a page of a table");
}

/** Asks a table's host for lines of a CSV file. */
export async function fetchCsv(
  fetch: Fetch,
  place: TablePlace,
  value: TableCsvFetch,
  signal: AbortSignal,
): Promise<TableCsvPage> {
  const answer = await ask(fetch, place, { case: "csv", value }, signal);
  return answer?.case === "csv" ? answer.value : wrongAnswer("lines of a file");
}

async function ask(
  fetch: Fetch,
  { kind, callKey, componentKey }: TablePlace,
  value: DisplayTableFetch["ask"],
  signal: AbortSignal,
): Promise<DisplayTablePage["answer"] | undefined> {
  const request = create(IoFetchSchema, { kind: { case: kind, value: { ask: value } } });
  const { kind: answer } = await fetch(callKey, componentKey, request, signal);
  return answer.case === "displayTable" || answer.case === "selectTable" ? answer.value.answer : undefined;
}

function wrongAnswer(wanted: string): never {
  throw new ConnectError(`The host answered with something that is not ${wanted}.`, Code.Internal);
}
