import { backoffMs } from "@interval/proto";
import type { Logger } from "pino";
import { NotFoundError } from "./errors.ts";

/** Work that nobody waits for. What it throws is logged, and never reaches the process. */
export class Background {
  readonly #logger: Logger;
  readonly #closing = new AbortController();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Does something once. */
  run(what: string, work: () => unknown, context: object = {}): void {
    void this.#attempt(what, work, context);
  }

  /**
   * Does something again, with pauses, until it succeeds: for what has to happen although the store fails just now. It ends without success
   * when what it is about does not exist any more, and when the server stops. It never rejects.
   *
   * @param work may be repeated: it looks at how things stand each time
   */
  async untilDone(what: string, work: () => unknown, context: object = {}): Promise<void> {
    for (let attempt = 1; !this.#closing.signal.aborted; attempt++) {
      if (await this.#attempt(what, work, { ...context, attempt })) return;
      await this.#pause(backoffMs(attempt));
    }
  }

  /** Tries nothing again any more. */
  close(): void {
    this.#closing.abort();
  }

  /** @returns whether there is nothing left to do */
  async #attempt(what: string, work: () => unknown, context: object): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (this.#closing.signal.aborted) return true; // the store is closed, too
      this.#logger.error({ err: error, ...context }, `${what} failed`);
      return error instanceof NotFoundError;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#closing;
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms).unref();
      signal.addEventListener("abort", end);
      if (signal.aborted) end();
    });
  }
}
