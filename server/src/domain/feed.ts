/** Those who want to hear of something, by its key. A listener never holds up another. */
export class Feed<T> {
  readonly #listeners = new Map<string, Set<(news: T) => void>>();

  /** @returns ends it */
  listen(key: string, listener: (news: T) => void): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }

  tell(key: string, news: T): void {
    for (const listener of this.#listeners.get(key) ?? []) listener(news);
  }

  /** How many listen, to whatever. */
  get size(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  hasListeners(key: string): boolean {
    return this.#listeners.has(key);
  }
}
