/** Numbers from 1 that come in any order: says how many are there without a gap. */
export class Prefix {
  readonly #ahead = new Set<number>();
  #length = 0;

  /** All numbers up to this one have come. */
  get length(): number {
    return this.#length;
  }

  add(number: number): void {
    this.#ahead.add(number);
    while (this.#ahead.delete(this.#length + 1)) this.#length++;
  }
}
