import type { Driver } from "@interval/proto";
import type { Background } from "../background.ts";
import { Timers } from "../timers.ts";
import { actorId } from "./decide.ts";

/**
 * Who has been at which run of late, by person and tab, or key. Counted on the monotonic clock, and forgotten with the server: after its
 * start nobody counts as away until they had the time to come back.
 */
export class Presence {
  readonly #startedAt = performance.now();
  readonly #awayMs: number;
  /** How many streams a seat watches a run with. */
  readonly #watching = new Map<string, number>();
  /** Runs out for those who have left. */
  readonly #recent: Timers;

  /** @param awayMs after how long somebody who has left is away, in milliseconds */
  constructor(awayMs: number, background: Background) {
    this.#recent = new Timers(background);
    this.#awayMs = awayMs;
  }

  /** Somebody watches a run. @returns ends it */
  enter(runId: string, seat: Driver): () => void {
    const key = keyOf(runId, seat);
    this.#watching.set(key, (this.#watching.get(key) ?? 0) + 1);
    return () => {
      const left = (this.#watching.get(key) ?? 1) - 1;
      if (left > 0) this.#watching.set(key, left);
      else this.#watching.delete(key);
      this.seen(runId, seat);
    };
  }

  /** How many seats watch a run. */
  get watching(): number {
    return this.#watching.size;
  }

  /** Somebody did something to a run. */
  seen(runId: string, seat: Driver): void {
    this.#recent.set(keyOf(runId, seat), this.#awayMs, () => undefined);
  }

  /** Whether somebody watches a run this very moment. */
  isWatching(runId: string, seat: Driver): boolean {
    return this.#watching.has(keyOf(runId, seat));
  }

  /** Whether somebody has had nothing to do with a run for so long that they are away. */
  isAway(runId: string, seat: Driver): boolean {
    const known = this.isWatching(runId, seat) || this.#recent.has(keyOf(runId, seat));
    return !known && performance.now() - this.#startedAt >= this.#awayMs;
  }

  close(): void {
    this.#recent.clearAll();
  }
}

function keyOf(runId: string, { actor, tabId }: Driver): string {
  return [runId, actor && actorId(actor), tabId].join(" ");
}
