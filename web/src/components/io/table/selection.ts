import type { TableQuery } from "@interval/proto";

/** The rows that are selected: these keys, or every row of a query but these keys. */
export interface Selection {
  keys: ReadonlySet<string>;
  allOf?: TableQuery;
}

/** How many rows must and may be selected. */
export interface SelectionLimits {
  min?: number;
  max?: number;
}

export function isSelected({ keys, allOf }: Selection, key: string): boolean {
  return keys.has(key) !== (allOf !== undefined);
}

/** The selection with these rows on or off. */
export function select(selection: Selection, rows: Iterable<string>, on: boolean): Selection {
  const keys = new Set(selection.keys);
  const inKeys = on !== (selection.allOf !== undefined);
  for (const key of rows) {
    if (inKeys) keys.add(key);
    else keys.delete(key);
  }
  return { ...selection, keys };
}

/** The keys from one row to another, both included, in the order shown. */
export function range(shown: readonly string[], from: string | undefined, to: string): string[] {
  const start = from === undefined ? -1 : shown.indexOf(from);
  const end = shown.indexOf(to);
  if (start < 0 || end < 0) return [to];
  return shown.slice(Math.min(start, end), Math.max(start, end) + 1);
}

/** How many rows are selected; undefined when the query's rows were never counted. */
export function countSelected({ keys, allOf }: Selection, total: number | undefined): number | undefined {
  if (!allOf) return keys.size;
  return total === undefined ? undefined : total - keys.size;
}
