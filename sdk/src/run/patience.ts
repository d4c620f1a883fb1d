/** A span is counted in so many parts: a process that was stopped for a while, or is busy, gets the rest of it. */
const parts = 4;

/** Tells when something that is waited for has not happened for a while. */
export class Patience {
  readonly #ms: number;
  readonly #onStalled: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** How much is being done that takes its own time. */
  #busy = 0;

  constructor(ms: number, onStalled: () => void) {
    this.#ms = ms;
    this.#onStalled = onStalled;
  }

  /** Something is waited for: time counts from now. */
  begin(): void {
    this.end();
    this.#count(parts);
  }

  /** Nothing is waited for. */
  end(): void {
    clearTimeout(this.#timer);
  }

  /** Something is being done that takes its own time. */
  pause(): void {
    this.#busy++;
  }

  resume(): void {
    this.#busy--;
  }

  #count(left: number): void {
    this.#timer = setTimeout(() => {
      if (this.#busy > 0) this.begin();
      else if (left > 1) this.#count(left - 1);
      else this.#onStalled();
    }, this.#ms / parts);
  }
}
