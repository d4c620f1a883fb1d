import type { Background } from "./background.ts";

/** Timers by key: setting one again replaces it. They never keep the process alive, and what they run never ends it. */
export class Timers {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #background: Background;

  constructor(background: Background) {
    this.#background = background;
  }

  set(key: string, ms: number, run: () => unknown): void {
    this.clear(key);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.#background.run(`the timer "${key}"`, run);
    }, ms);
    this.#timers.set(key, timer.unref());
  }

  has(key: string): boolean {
    return this.#timers.has(key);
  }

  clear(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }

  clearAll(): void {
    for (const key of [...this.#timers.keys()]) this.clear(key);
  }
}
