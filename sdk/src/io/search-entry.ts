import { type Entry, isLike } from "./entry.ts";
import { isRecord, show } from "./props.ts";
import type { Shown } from "./search-items.ts";

/** What a scripted operator may look at. */
export interface Searchable<Item> {
  /** What is there before anything is typed. */
  initial: readonly Shown<Item>[];
  /** Asks the program for what was typed. */
  find: (query: string) => Promise<Shown<Item>[]>;
  /** What is shown of an item, which is what an operator would look for. */
  labelOf: (item: Item) => string;
}

/**
 * The key of an item that a scripted operator chooses: a text is typed, and its only hit taken, or the one with that very label;
 * `{ query, item }` says which hit; an item is taken from the initial results, else looked for by its label.
 */
export async function enterItem<Item>(search: Searchable<Item>, given: unknown, entry: Entry): Promise<string> {
  if (typeof given === "string") return typed(await search.find(given), given, entry);
  if (isRecord(given) && typeof given.query === "string" && "item" in given) {
    const hits = await search.find(given.query);
    return pick(hits, given.item, entry) ?? none(hits, given.query, entry);
  }
  const there = pick(search.initial, given, entry);
  if (there !== undefined) return there;
  if (given === undefined || typeof given === "function")
    throw entry.fault("has no such item among its initial results.");
  // What is none of the initial results must be an item itself.
  const query = search.labelOf(given as Item);
  const hits = await search.find(query);
  return pick(hits, given, entry) ?? none(hits, query, entry);
}

function typed(hits: readonly Shown<unknown>[], query: string, entry: Entry): string {
  const labelled = hits.filter(({ option }) => option.label === query);
  const [hit, another] = labelled.length > 0 ? labelled : hits;
  return hit && !another ? hit.option.key : none(hits, query, entry);
}

/** The key of the hit that is meant: by itself, by place, label or properties, or by a function of all; undefined where there is none. */
function pick(hits: readonly Shown<unknown>[], given: unknown, entry: Entry): string | undefined {
  const items = hits.map(({ item }) => item);
  const wanted = entry.chosen(given, items);
  if (typeof given === "number" && !items.includes(given)) return hits[given]?.option.key;
  const hit =
    hits.find(({ item }) => item === wanted) ??
    hits.find(({ item, option }) => (isRecord(wanted) ? isLike(item, wanted) : option.label === wanted));
  return hit?.option.key;
}

function none(hits: readonly Shown<unknown>[], query: string, entry: Entry): never {
  const found = hits.map(({ option }) => JSON.stringify(option.label)).join(", ") || "nothing";
  throw entry.fault(`found ${found} for ${show(query)}. Say which with { query, item }.`);
}
