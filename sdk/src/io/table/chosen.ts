import { limits, type SelectTableValue, SortDirection } from "@interval/proto";
import type { Answering } from "../method.ts";
import { allRows, type FetchedRows, pagesOf } from "./fetched.ts";
import type { RowQuery } from "./query.ts";
import type { MemoryRows, RowPage, RowSource } from "./rows.ts";

/** What an answer chose: rows in the data's order, or what is wrong with it. */
export type Chosen<Row> = { rows: Row[] } | { unknown: string } | { tooMany: number };

/** Chooses among rows in memory. */
export function chooseInMemory<Row>(source: MemoryRows<Row>, { rowKeys, allOf }: SelectTableValue): Chosen<Row> {
  const named = source.keys.indexesOf(rowKeys);
  const unknown = rowKeys.find((key) => !named.has(key));
  if (unknown !== undefined) return { unknown };
  const indexes = new Set(named.values());
  const found = allOf ? source.indexesOf(allOf).filter((i) => !indexes.has(i)) : Uint32Array.from(indexes);
  return { rows: Array.from(found.sort(), (i) => source.rows[i] as Row) };
}

interface Remembered<Row> {
  row: Row;
  /** Its place in the program's own order, as far as it was seen. */
  place: number;
}

/** Rows that are fetched and chosen from: remembers those that were shown, so that the program gets the very rows. */
export class ChoosableRows<Row> implements RowSource<Row> {
  readonly #source: FetchedRows<Row>;
  readonly #shown = new Map<string, Remembered<Row>>();
  readonly #capacity: number;

  constructor(source: FetchedRows<Row>, capacity: number = limits.rememberedRows) {
    this.#source = source;
    this.#capacity = capacity;
  }

  async page(query: RowQuery, offset: number, size: number, signal: AbortSignal): Promise<RowPage<Row>> {
    const page = await this.#source.page(query, offset, size, signal);
    const isInOrder = query.sortColumn === undefined;
    for (const [i, key] of page.keys.entries()) {
      const place = isInOrder ? offset + i : (this.#shown.get(key)?.place ?? Number.POSITIVE_INFINITY);
      this.#remember(key, { row: page.rows[i] as Row, place });
    }
    return page;
  }

  /** Rows that the program names by itself, and their keys. */
  name(rows: readonly Row[]): string[] {
    const keys = this.#source.keysOf(rows);
    for (const [i, key] of keys.entries()) {
      if (!this.#shown.has(key)) this.#remember(key, { row: rows[i] as Row, place: Number.POSITIVE_INFINITY });
    }
    return keys;
  }

  async choose({ rowKeys, allOf }: SelectTableValue, answering: Answering): Promise<Chosen<Row>> {
    return allOf ? this.#allBut(allOf, rowKeys, answering) : this.#those(rowKeys, answering);
  }

  /** All rows of a query, in the program's own order, but for exceptions. */
  async #allBut({ queryTerm }: RowQuery, rowKeys: string[], { signal, progress }: Answering): Promise<Chosen<Row>> {
    const exceptions = new Set(rowKeys);
    const rows: Row[] = [];
    const seen = new Set<string>();
    for await (const page of pagesOf(this.#source, { queryTerm, sortDirection: SortDirection.UNSPECIFIED }, signal)) {
      const expected = (page.total ?? seen.size) - rowKeys.length;
      if (Math.max(expected, rows.length) > limits.selectAllRows) return { tooMany: limits.selectAllRows };
      for (const [i, key] of page.keys.entries()) {
        if (seen.has(key)) continue;
        seen.add(key);
        if (!exceptions.delete(key)) rows.push(page.rows[i] as Row);
      }
      progress("Collecting the selected rows", seen.size, page.total);
    }
    if (rows.length > limits.selectAllRows) return { tooMany: limits.selectAllRows };
    const [unknown] = exceptions;
    return unknown === undefined ? { rows } : { unknown };
  }

  /** Rows by their keys. Those no longer remembered are looked for, as far as select-all would go. */
  async #those(rowKeys: string[], { signal, progress }: Answering): Promise<Chosen<Row>> {
    const found = new Map<string, Remembered<Row>>();
    const missing = new Set<string>();
    for (const key of rowKeys) {
      const known = this.#shown.get(key);
      if (known) found.set(key, known);
      else missing.add(key);
    }
    let place = 0;
    for await (const page of missing.size > 0 ? pagesOf(this.#source, allRows, signal) : []) {
      for (const [i, key] of page.keys.entries()) {
        if (missing.delete(key)) found.set(key, { row: page.rows[i] as Row, place: place + i });
      }
      place += page.keys.length;
      if (missing.size === 0 || place >= limits.selectAllRows) break;
      progress("Looking for the selected rows", place, page.total);
    }
    const [unknown] = missing;
    if (unknown !== undefined) return { unknown };
    const inOrder = [...found.values()].sort((a, b) => (a.place === b.place ? 0 : a.place - b.place));
    return { rows: inOrder.map(({ row }) => row) };
  }

  #remember(key: string, remembered: Remembered<Row>): void {
    this.#shown.delete(key);
    this.#shown.set(key, remembered);
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > this.#capacity && oldest !== undefined) this.#shown.delete(oldest);
  }
}
