/** A queue that was closed takes nothing more. */
export class QueueClosedError extends Error {
  override name = "QueueClosedError";
}

/** What a {@link BatchQueue} may hold and how it batches. */
export interface BatchQueueOptions<T> {
  /** The size of an item, in bytes. */
  sizeOf: (item: T) => number;
  /** A batch closes at this size; one item always fits. */
  batchBytes: number;
  /** {@link BatchQueue.push} asks its caller to wait while more than this is queued. */
  maxBytes: number;
}

/**
 * A bounded queue between those who produce items and one stream that writes them in batches: a write takes whatever is queued,
 * without a timer. It is an async iterable of batches for exactly one reader.
 */
export class BatchQueue<T> implements AsyncIterable<T[]> {
  #items: T[] = [];
  #bytes = 0;
  #closed = false;
  #wakeReader: (() => void) | undefined;
  #waiting: Array<() => void> = [];
  readonly #options: BatchQueueOptions<T>;

  constructor(options: BatchQueueOptions<T>) {
    this.#options = options;
  }

  /** Bytes that wait to be read. */
  get bytes(): number {
    return this.#bytes;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Adds an item. The promise resolves when the queue has room again, at once if it has: a producer that awaits it never fills
   * memory. An item is in the queue as soon as the call returns.
   *
   * @throws {QueueClosedError} when the queue is closed
   */
  push(item: T): Promise<void> | undefined {
    if (this.#closed) throw new QueueClosedError("the stream is closed");
    this.#items.push(item);
    this.#bytes += this.#options.sizeOf(item);
    this.#wakeReader?.();
    if (this.#bytes <= this.#options.maxBytes) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Lets the reader finish what is queued, then ends it. Waiting producers go on. */
  close(): void {
    this.#closed = true;
    this.#wakeReader?.();
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #take(): T[] {
    const { sizeOf, batchBytes, maxBytes } = this.#options;
    let count = 0;
    let bytes = 0;
    for (const item of this.#items) {
      const size = sizeOf(item);
      if (count > 0 && bytes + size > batchBytes) break;
      bytes += size;
      count++;
    }
    this.#bytes -= bytes;
    if (this.#bytes <= maxBytes) this.#release();
    return this.#items.splice(0, count);
  }

  [Symbol.asyncIterator](): AsyncIterator<T[]> {
    const end = { done: true, value: undefined } as const;
    const stop = async () => {
      this.close();
      this.#items = [];
      this.#bytes = 0;
      return end;
    };
    return {
      next: async () => {
        while (this.#items.length === 0) {
          if (this.#closed) return end;
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
          this.#wakeReader = undefined;
        }
        return { done: false, value: this.#take() };
      },
      return: stop,
      throw: stop,
    };
  }
}
