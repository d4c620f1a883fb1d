/** Somebody who works on something, or waits for their turn. */
interface Worker {
  stop(): void;
  ended: Promise<unknown>;
}

/** Lets one at a time work on something, by its key. Who comes later makes those before stop, and waits until they have. */
export class Exclusive {
  readonly #last = new Map<string, Worker>();

  /**
   * @param work is given what to call to say how it is stopped; that may be at once
   */
  async run<T>(key: string, work: (stopWith: (stop: () => void) => void) => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    before?.stop();
    const stopper = new AbortController();
    const stopWith = (stop: () => void) => {
      if (stopper.signal.aborted) stop();
      else stopper.signal.addEventListener("abort", stop, { once: true });
    };
    const working = Promise.resolve(before?.ended).then(() => work(stopWith));
    const worker: Worker = { stop: () => stopper.abort(), ended: working.catch(() => undefined) };
    this.#last.set(key, worker);
    try {
      return await working;
    } finally {
      if (this.#last.get(key) === worker) this.#last.delete(key);
    }
  }
}
