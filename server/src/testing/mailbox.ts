/** What a stream has brought, in order, for tests that wait for what happens. */
export class Mailbox<T> {
  /** Everything that came. */
  readonly all: T[] = [];
  #read = 0;
  #wake: Array<() => void> = [];
  #end: { error: unknown } | undefined;

  put(item: T): void {
    this.all.push(item);
    this.#wakeAll();
  }

  /** Nothing more will come: whoever waits, waits in vain. */
  end(error?: unknown): void {
    this.#end ??= { error };
    this.#wakeAll();
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** Waits for the end, and returns the error that it came with, if it did. */
  async whenEnded(): Promise<unknown> {
    while (!this.#end) await this.#news();
    return this.#end.error;
  }

  /** The next that is picked; those before it are passed over. */
  async next<U>(pick: (item: T) => U | undefined): Promise<U> {
    while (true) {
      while (this.#read < this.all.length) {
        const picked = pick(this.all[this.#read++] as T);
        if (picked !== undefined) return picked;
      }
      if (this.#end) throw this.#end.error ?? new Error("The stream has ended without it.");
      await this.#news();
    }
  }

  #news(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #wakeAll(): void {
    for (const resolve of this.#wake.splice(0)) resolve();
  }
}
