import type { IoComponent, IoFetch } from "../../ts/interval/io/v1/io_component_pb.ts";
import type { Table, TableQuery } from "../../ts/interval/io/v1/table_pb.ts";
import { type FetchKind, type FetchOf, isComponentOf, type Props } from "../kinds.ts";
import { limits } from "../limits.ts";
import { isZoneName } from "../time/zones.ts";
import { extensionFault } from "./input-file.ts";

/**
 * Says what is wrong with what a component is asked for while it is on screen. Pure; used by server and host alike, so that a program is asked
 * for nothing that its component does not offer.
 *
 * @returns a sentence; `undefined` when its host may be asked
 */
export function checkFetch(component: IoComponent, fetch: IoFetch | undefined): string | undefined {
  const { kind } = component;
  if (kind.case === undefined) return undefined; // newer than this package: its host has the last word
  if (!isFetchKind(kind.case)) return "This component has nothing to ask its host for.";
  if (fetch?.kind.case === undefined) return "Say what is asked for: the fetch has no kind.";
  return checkKind(kind.case, component, fetch);
}

function checkKind<K extends FetchKind>(kind: K, component: IoComponent, fetch: IoFetch) {
  if (!isComponentOf(component, kind) || !isFetchOf(fetch, kind)) {
    return `A "${component.kind.case}" cannot be asked for what a "${fetch.kind.case}" is asked for.`;
  }
  return fetchChecks[kind](component.kind.value, fetch.kind.value);
}

function isFetchOf<K extends FetchKind>(fetch: IoFetch, kind: K): fetch is IoFetch & { kind: { value: FetchOf<K> } } {
  return fetch.kind.case === kind;
}

type FetchCheck<K extends FetchKind> = (props: Props<K>, fetch: FetchOf<K>) => string | undefined;

/** The check of every kind that asks its host for something; a kind that is missing does not compile. */
const fetchChecks: { readonly [K in FetchKind]: FetchCheck<K> } = {
  inputFile: (props, { name }) =>
    props.ownStorage
      ? extensionFault(props, name)?.text
      : "The server keeps the files of this component: announce them with BeginUpload.",
  selectTable: ({ table }, { ask }) => table && tableFault(table, ask),
  search: () => undefined,
  displayTable: ({ table }, { ask }) => table && tableFault(table, ask),
  displayGrid: ({ filterable }, { query }) => query && (pageFault(query) ?? filterFault(filterable, query)),
};

/** Whether components of a kind ask their host for more. */
function isFetchKind(kind: string): kind is FetchKind {
  return Object.hasOwn(fetchChecks, kind);
}

/** An ask without a case is newer than this package: its host has the last word. */
function tableFault(table: Table, ask: FetchOf<"displayTable">["ask"]): string | undefined {
  switch (ask.case) {
    case "query":
      return pageFault(ask.value) ?? readerFault(ask.value) ?? orderFault(table, ask.value);
    case "csv": {
      const { query } = ask.value;
      return query && (offsetFault(query) ?? readerFault(query) ?? orderFault(table, query));
    }
    case undefined:
      return undefined;
  }
}

function readerFault({ locale, timeZone }: TableQuery): string | undefined {
  // A zone that is not known here is read as UTC.
  if (timeZone !== "" && !isZoneName(timeZone)) return `"${timeZone.slice(0, 40)}" is not the name of a time zone.`;
  return isLocale(locale) ? undefined : `"${locale.slice(0, 40)}" is not a BCP 47 language tag.`;
}

function orderFault({ columns, sortable, filterable }: Table, query: TableQuery): string | undefined {
  const { sortColumn } = query;
  if (sortColumn !== undefined) {
    if (!sortable) return "This table cannot be sorted.";
    // A table that was shown without columns gets them with its first page.
    if (columns.length > 0 && !columns.some(({ key }) => key === sortColumn)) {
      return `There is no column "${sortColumn.slice(0, 40)}" to sort by.`;
    }
  }
  return filterFault(filterable, query);
}

function filterFault(filterable: boolean, { queryTerm }: { queryTerm: string }): string | undefined {
  return queryTerm !== "" && !filterable ? "This cannot be filtered." : undefined;
}

function pageFault(query: { offset: bigint; pageSize: number }): string | undefined {
  const { max } = limits.tablePageSize;
  const { pageSize } = query;
  // None is the component's own.
  if (pageSize < 0 || pageSize > max) return `A page has 1 to ${max} rows; ${pageSize} are asked for.`;
  return offsetFault(query);
}

function offsetFault({ offset }: { offset: bigint }): string | undefined {
  const isPlace = offset >= 0n && offset <= BigInt(Number.MAX_SAFE_INTEGER);
  return isPlace ? undefined : `Rows are counted from 0; there is none at ${offset}.`;
}

function isLocale(locale: string): boolean {
  try {
    return locale === "" || Intl.getCanonicalLocales(locale).length > 0;
  } catch {
    return false;
  }
}
