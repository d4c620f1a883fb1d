import { setTimeout as pause } from "node:timers/promises";
import { limits } from "@interval/proto";

/** What to read again: everything, or these parts. */
export type Wanted = "all" | ReadonlySet<string>;

/** Reads something again when it is asked to, once at a time and not too often: what is asked for meanwhile is joined into one more reading. */
export class Refreshes {
  readonly #read: (wanted: Wanted) => Promise<void>;
  readonly #signal: AbortSignal;
  #next: { wanted: Wanted; done: Promise<void> } | undefined;
  #last: Promise<void> = Promise.resolve();
  #startedAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param read never rejects */
  constructor(read: (wanted: Wanted) => Promise<void>, signal: AbortSignal) {
    this.#read = read;
    this.#signal = signal;
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  /** Reads again; resolves once that is done. */
  ask(part?: string): Promise<void> {
    const wanted: Wanted = part === undefined ? "all" : new Set([part]);
    if (this.#next) {
      this.#next.wanted = joined(this.#next.wanted, wanted);
      return this.#next.done;
    }
    const next = { wanted, done: this.#last.then(() => this.#begin()) };
    this.#next = next;
    this.#last = next.done;
    return next.done;
  }

  /** Reads again by itself after a time, unless that is asked for before. */
  askIn(ms: number | undefined): void {
    clearTimeout(this.#timer);
    if (ms !== undefined && !this.#signal.aborted) this.#timer = setTimeout(() => void this.ask(), ms);
    this.#timer?.unref();
  }

  async #begin(): Promise<void> {
    const wait = this.#startedAt + limits.refreshMs - performance.now();
    // Who looks no longer waits for nothing.
    if (wait > 0) await pause(wait, undefined, { signal: this.#signal }).catch(() => {});
    const wanted = this.#next?.wanted ?? "all";
    this.#next = undefined;
    if (this.#signal.aborted) return;
    this.#startedAt = performance.now();
    await this.#read(wanted);
  }
}

function joined(one: Wanted, other: Wanted): Wanted {
  return one === "all" || other === "all" ? "all" : new Set([...one, ...other]);
}
