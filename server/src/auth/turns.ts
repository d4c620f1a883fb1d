/** Lets so many do something at a time, and so many wait for it. */
export class Turns {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  #busy = 0;
  readonly #waiting: Array<() => void> = [];

  constructor({ atOnce, waiting }: { atOnce: number; waiting: number }) {
    this.#atOnce = atOnce;
    this.#mostWaiting = waiting;
  }

  /** Does it when its turn comes. @returns nothing when too many wait already */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#busy >= this.#atOnce) {
      if (this.#waiting.length >= this.#mostWaiting) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#busy++;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy--;
    }
  }
}
