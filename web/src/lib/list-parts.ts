/** Puts together a list that comes in several updates. */
export class ListParts<T> {
  #items: T[] = [];

  /** Takes one update. @returns the whole list once its last update is there */
  take(items: readonly T[], { part, more }: { part: number; more: boolean }): T[] | undefined {
    this.#items = part === 0 ? [...items] : this.#items.concat(items);
    return more ? undefined : this.#items;
  }
}
