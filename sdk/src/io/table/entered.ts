import { limits, optionKey, SortDirection } from "@interval/proto";
import { type Entry, isLike } from "../entry.ts";
import { isRecord, show } from "../props.ts";
import { allRows, pagesOf } from "./fetched.ts";
import type { RowSource } from "./rows.ts";

/** All rows of a table by their keys, in the program's order. */
type Offered<Row> = ReadonlyMap<string, Row>;

const expected =
  "an array of rows, of descriptions such as { id: 5 }, of keys or of places, a function of all rows, or { allOf, except? }";

/**
 * What a scripted operator selects: rows by themselves, by some of their properties, by key or by place; with a function of all rows; or all
 * rows that hold a text, `{ allOf: "desk" }`, but for some.
 */
export async function enterRows<Row>(source: RowSource<Row>, given: unknown, entry: Entry) {
  if (isRecord(given) && "allOf" in given) {
    const queryTerm = entry.string(given.allOf);
    const rowKeys = await keysOf(source, given.except ?? [], entry);
    return { rowKeys, allOf: { queryTerm, sortDirection: SortDirection.UNSPECIFIED } };
  }
  return { rowKeys: await keysOf(source, given, entry) };
}

async function keysOf<Row>(source: RowSource<Row>, given: unknown, entry: Entry): Promise<string[]> {
  const isNone = Array.isArray(given) && given.length === 0;
  const offered: Offered<Row> = isNone ? new Map() : await collect(source);
  const chosen = entry.list(entry.chosen(given, [...offered.values()]), expected);
  return chosen.map((row) => keyOf(offered, row, entry));
}

/** Looks through a table page by page, as an operator would, and as far. */
async function collect<Row>(source: RowSource<Row>): Promise<Offered<Row>> {
  const offered = new Map<string, Row>();
  for await (const page of pagesOf(source, allRows, new AbortController().signal)) {
    for (const [i, key] of page.keys.entries()) offered.set(key, page.rows[i] as Row);
    if (offered.size >= limits.selectAllRows) break;
  }
  return offered;
}

function keyOf<Row>(offered: Offered<Row>, wanted: unknown, entry: Entry): string {
  for (const [key, row] of offered) if ((row as unknown) === wanted) return key;
  switch (typeof wanted) {
    case "string":
      return offered.has(wanted) ? wanted : optionKey(wanted);
    case "number": {
      const key = [...offered.keys()].at(wanted);
      if (key === undefined) throw entry.fault(`has ${offered.size} rows, and so none at ${wanted}.`);
      return key;
    }
  }
  if (!isRecord(wanted)) throw entry.wrong(expected, wanted);
  const [found, another] = [...offered].filter(([, row]) => isLike(row, wanted));
  if (!found) throw entry.fault(`has no row like ${describe(wanted)}.`);
  if (another) throw entry.fault(`has more than one row like ${describe(wanted)}.`);
  return found[0];
}

function describe(wanted: Record<string, unknown>): string {
  const parts = Object.entries(wanted).map(([name, value]) => `${name}: ${show(value)}`);
  return `{ ${parts.join(", ")} }`;
}
