/** How the bytes of a request came to their end. */
type End = "whole" | "broken" | "overlong";

/** How bytes may come in. */
export interface IncomingOptions {
  /** How many there may be. */
  most: number;
  /** So many bytes have to come... */
  bytes: number;
  /** ...within so many milliseconds of waiting for them, again and again, unless the source ends. */
  withinMs: number;
  /** Makes the source end with an error. */
  cut: () => void;
}

/**
 * The bytes of a request: no more than are allowed, and none so slowly that they keep everybody waiting. It never throws; how it ended is
 * said by {@link end}.
 */
export class IncomingBytes implements AsyncIterable<Uint8Array> {
  end: End = "whole";
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #options: IncomingOptions;

  /** @param source the bytes as they come */
  constructor(source: AsyncIterable<Uint8Array>, options: IncomingOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** Ends it now: somebody else goes on with the upload. */
  stop(): void {
    this.#options.cut();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { most, bytes, withinMs, cut } = this.#options;
    let left = most;
    let wanted = bytes;
    let patienceMs = withinMs;
    // The time runs only while bytes are waited for: a slow disk is not the client's fault.
    let since = performance.now();
    let timer = setTimeout(cut, patienceMs);
    try {
      for await (const chunk of this.#source) {
        clearTimeout(timer);
        if (chunk.length > left) {
          this.end = "overlong";
          return;
        }
        left -= chunk.length;
        wanted -= chunk.length;
        patienceMs -= performance.now() - since;
        if (wanted <= 0) [wanted, patienceMs] = [bytes, withinMs];
        yield chunk;
        since = performance.now();
        timer = setTimeout(cut, patienceMs);
      }
    } catch {
      this.end = "broken";
    } finally {
      clearTimeout(timer);
    }
  }
}
