// Randomness that comes from the seed alone.
import { createHash } from "node:crypto";

/** A number from 0 up to 1, exclusive, that is the same whenever it is asked for with the same parts. */
export function fraction(...parts) {
  return createHash("sha1").update(parts.join("\0")).digest().readUInt32BE(0) / 2 ** 32;
}

/** Numbers one after the other, the same for the same parts. */
export class Random {
  #parts;
  #count = 0;

  constructor(...parts) {
    this.#parts = parts;
  }

  /** From 0 up to 1, exclusive. */
  next() {
    return fraction(...this.#parts, this.#count++);
  }

  chance(likelihood) {
    return this.next() < likelihood;
  }

  /** A whole number, both bounds included. */
  between(min, max) {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** An entry of an object, as often as its weight says. */
  pick(weights) {
    const entries = Object.entries(weights);
    let at = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      at -= weight;
      if (at < 0) return name;
    }
    return entries.at(-1)[0];
  }
}
