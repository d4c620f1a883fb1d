import { SortDirection, type TableQuery } from "@interval/proto";
import type { ReadColumn } from "./columns.ts";
import { matcher } from "./filter.ts";
import { emptyRank, ranksOf } from "./sort.ts";

/** Which rows are wanted, and in which order. */
export type RowQuery = Pick<TableQuery, "queryTerm" | "sortColumn" | "sortDirection"> &
  Partial<Pick<TableQuery, "locale" | "timeZone">>;

/** What is kept of a table at most: a few queries that several people look at in turns. */
const keptQueries = 4;
/** How many characters of rendered cells are kept of a table at most; what is above is rendered for each filter. */
const keptCharacters = 16 * 1024 * 1024;
const unset = Symbol("not rendered yet");

/** Rows in memory that can be filtered and ordered; what was found and how a column orders is kept as plain numbers. */
export class QueryableRows<Row> {
  readonly #rows: readonly Row[];
  readonly #columns: readonly ReadColumn<Row>[];
  readonly #ranks = new Map<string, Int32Array>();
  readonly #found = new Map<string, Uint32Array>();
  readonly #rendered = new Map<string, unknown[]>();
  #charactersLeft = keptCharacters;

  constructor(rows: readonly Row[], columns: readonly ReadColumn<Row>[]) {
    this.#rows = rows;
    this.#columns = columns;
  }

  /** The indexes of the rows that a query finds, in its order. Rows that sort equal keep the program's order; empty cells come last. */
  find(query: RowQuery): Uint32Array {
    const { queryTerm, sortColumn, sortDirection, locale, timeZone } = query;
    const id = JSON.stringify([queryTerm, sortColumn, sortDirection, locale, timeZone]);
    const found = this.#found.get(id) ?? this.#sort(this.#filter(query), query);
    this.#found.delete(id);
    this.#found.set(id, found);
    const [oldest] = this.#found.keys();
    if (this.#found.size > keptQueries && oldest !== undefined) this.#found.delete(oldest);
    return found;
  }

  #filter({ queryTerm, locale, timeZone }: RowQuery): Uint32Array {
    const term = queryTerm.trim();
    const found = new Uint32Array(this.#rows.length);
    let count = 0;
    const matches = matcher(term, { locale: locale || undefined, timeZone: timeZone || undefined });
    const readers = this.#columns.map((column) => this.#reader(column));
    for (let i = 0; i < found.length; i++) {
      const row = this.#rows[i] as Row;
      if (term === "" || readers.some((read) => matches(read(row, i)))) found[count++] = i;
    }
    return found.slice(0, count);
  }

  /** Reads what a filter compares. What the program renders is kept, since a filter is asked for with every letter typed. */
  #reader({ key, shown, isRendered }: ReadColumn<Row>): (row: Row, index: number) => unknown {
    if (!isRendered) return shown;
    const known = this.#rendered.get(key) ?? new Array<unknown>(this.#rows.length).fill(unset);
    this.#rendered.set(key, known);
    return (row, i) => {
      const kept = known[i];
      if (kept !== unset) return kept;
      const made = shown(row);
      this.#charactersLeft -= typeof made === "string" ? made.length : 8;
      if (this.#charactersLeft > 0) known[i] = made;
      return made;
    };
  }

  #sort(found: Uint32Array, { sortColumn, sortDirection }: RowQuery): Uint32Array {
    const column = this.#columns.find(({ key }) => key === sortColumn);
    if (!column) return found;
    const ranks = this.#ranksOf(column);
    const { length } = this.#rows;
    const descending = sortDirection === SortDirection.DESCENDING;
    // Place and index in one number: the fastest sort there is, and one that keeps the program's order of equals.
    const places = new Float64Array(found.length);
    for (let at = 0; at < found.length; at++) {
      const i = found[at] ?? 0;
      const rank = ranks[i] ?? emptyRank;
      const place = rank === emptyRank ? length : descending ? length - 1 - rank : rank;
      places[at] = place * length + i;
    }
    places.sort();
    const sorted = new Uint32Array(found.length);
    for (let at = 0; at < sorted.length; at++) sorted[at] = (places[at] ?? 0) % length;
    return sorted;
  }

  #ranksOf({ key, value, sortAs }: ReadColumn<Row>): Int32Array {
    const known = this.#ranks.get(key);
    if (known) return known;
    const ranks = ranksOf(this.#rows.map(value), sortAs);
    this.#ranks.set(key, ranks);
    return ranks;
  }
}
