/** How the bytes of a request came to their end. */
type End = "whole" | "broken" | "overlong";

/**
 * The bytes of a request: no more than are allowed, and none that keep everybody waiting. It never throws; how it ended is
 * said by {@link end}.
 */
export class IncomingBytes implements AsyncIterable<Uint8Array> {
  end: End = "whole";
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #most: number;
  readonly #silenceMs: number;
  readonly #cut: () => void;

  /**
   * @param source the bytes as they come
   * @param most how many there may be
   * @param silenceMs after how long without any the source is cut off
   * @param cut makes the source end with an error
   */
  constructor(source: AsyncIterable<Uint8Array>, most: number, silenceMs: number, cut: () => void) {
    this.#source = source;
    this.#most = most;
    this.#silenceMs = silenceMs;
    this.#cut = cut;
  }

  /** Ends it now: somebody else goes on with the upload. */
  stop(): void {
    this.#cut();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let left = this.#most;
    // Runs only while bytes are waited for: a slow disk is not the client's fault.
    let timer = setTimeout(this.#cut, this.#silenceMs);
    try {
      for await (const chunk of this.#source) {
        clearTimeout(timer);
        if (chunk.length > left) {
          this.end = "overlong";
          return;
        }
        left -= chunk.length;
        yield chunk;
        timer = setTimeout(this.#cut, this.#silenceMs);
      }
    } catch {
      this.end = "broken";
    } finally {
      clearTimeout(timer);
    }
  }
}
