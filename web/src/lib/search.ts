import { fold } from "./fold.ts";

/** What something is found by. */
export interface Findable {
  /** Counts most. */
  name: string;
  /** Counts where the name does not hold a word but a word here begins so, such as a path or a description. */
  more?: readonly (string | undefined)[];
}

/** Something found, and how well it fits: the lower, the better. */
export interface Hit<T> {
  item: T;
  rank: number;
}

/** The words of what is typed, as texts are compared by them. */
export function wordsOf(text: string): string[] {
  return fold(text).split(/\s+/).filter(Boolean);
}

/**
 * Finds items that have every word, in any order: somewhere in the name, or at the beginning of a word elsewhere. The very name comes first, then names that begin so, names in which each word begins one,
 * names that hold all, and then the others; each in the items' order. What items are compared by is made once, with the first search.
 */
export function searchIndex<T>(items: readonly T[], read: (item: T) => Findable): (text: string) => Hit<T>[] {
  let folded: Array<{ item: T; name: string; rest: string }> | undefined;
  return (text) => {
    const words = wordsOf(text);
    if (words.length === 0) return [];
    folded ??= items.map((item) => {
      const { name, more = [] } = read(item);
      return { item, name: fold(name), rest: fold(more.filter(Boolean).join("\n")) };
    });
    const hits: Hit<T>[] = [];
    for (const { item, name, rest } of folded) {
      if (words.every((word) => name.includes(word) || beginsWord(rest, word)))
        hits.push({ item, rank: rankOf(name, words) });
    }
    return hits.sort((a, b) => a.rank - b.rank);
  };
}

function beginsWord(text: string, wanted: string): boolean {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return true;
  }
  return false;
}

function rankOf(name: string, words: readonly string[]): number {
  const whole = words.join(" ");
  if (name === whole) return 0;
  if (name.startsWith(whole)) return 1;
  if (words.every((word) => beginsWord(name, word))) return 2;
  return words.every((word) => name.includes(word)) ? 3 : 4;
}

/** A piece of a text, and whether it is what was looked for. */
export interface Piece {
  text: string;
  hit: boolean;
}

/** A text in pieces, so that the words that were found can be marked. */
export function piecesOf(text: string, words: readonly string[]): Piece[] {
  const { folded, starts } = foldWithPlaces(text);
  const marked = new Uint8Array(text.length);
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      marked.fill(1, starts[at], starts[at + word.length]);
    }
  }
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length; ) {
    let end = at + 1;
    while (end < text.length && marked[end] === marked[at]) end++;
    pieces.push({ text: text.slice(at, end), hit: marked[at] === 1 });
    at = end;
  }
  return pieces;
}

/** The text as it is compared, and for each of its places the one in the text that it comes from. */
function foldWithPlaces(text: string): { folded: string; starts: number[] } {
  let folded = "";
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    const part = fold(character);
    for (let unit = 0; unit < part.length; unit++) starts.push(at);
    folded += part;
    at += character.length;
  }
  starts.push(at);
  return { folded, starts };
}
