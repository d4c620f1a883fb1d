import { createHash } from "node:crypto";

/** Random numbers that depend on the seed alone. Fast enough for millions of them, unlike those of `.tools/faults/seeded.js`. */
export class Random {
  #state: Uint32Array;

  constructor(...seed: unknown[]) {
    this.#state = new Uint32Array(createHash("sha256").update(seed.join("\0")).digest().buffer.slice(0, 16));
  }

  /** From 0 up to 1, exclusive. The generator is sfc32. */
  next(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, count = 0] = state;
    const result = (a + b + count) | 0;
    state[3] = count + 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + result;
    return (result >>> 0) / 2 ** 32;
  }

  chance(likelihood: number): boolean {
    return this.next() < likelihood;
  }

  /** A whole number, both bounds included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new Error("Nothing to choose from.");
    return item;
  }

  /** One of some things, each as often as its weight says. */
  weighted<T>(items: ReadonlyArray<readonly [weight: number, item: T]>): T {
    let at = this.next() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of items) {
      at -= weight;
      if (at < 0) return item;
    }
    throw new Error("Nothing to choose from.");
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.between(0, 255));
  }
}
