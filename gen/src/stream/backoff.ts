import { limits } from "../limits.ts";

/**
 * How long to wait before the next attempt to connect, in milliseconds: none before the first, then at least half of a bound that
 * doubles with each attempt up to one second, and is ten after a minute, at random, so that many clients never come back at the same moment.
 *
 * @param attempt 0 for the first attempt after a loss
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  if (attempt === 0) return 0;
  const { firstMs, soonMs, soonAttempts, maxMs } = limits.backoff;
  const bound = attempt > soonAttempts ? maxMs : Math.min(soonMs, firstMs * 2 ** (attempt - 1));
  return jittered(bound, random);
}

/**
 * The same for a single request over a connection that works: the bound doubles up to ten seconds, since nothing restarts that one would
 * find at once.
 *
 * @param attempt 0 for the first attempt after a failure
 */
export function retryMs(attempt: number, random: () => number = Math.random): number {
  if (attempt === 0) return 0;
  const { firstMs, maxMs } = limits.backoff;
  return jittered(Math.min(maxMs, firstMs * 2 ** (attempt - 1)), random);
}

function jittered(bound: number, random: () => number): number {
  return Math.round(bound / 2 + (random() * bound) / 2);
}

/**
 * The pauses between attempts to connect. They start over only after a connection that has lasted for some time: one that is accepted and lost
 * again and again is tried ever more slowly.
 *
 * @example
 * const backoff = new Backoff();
 * for (;;) {
 *   const openMs = await connect(); // undefined when it failed
 *   await sleep(backoff.next(openMs));
 * }
 */
export class Backoff {
  #attempt = 0;
  readonly #pauseMs: (attempt: number) => number;

  /** @param pauseMs the pause before an attempt; {@link backoffMs} by default */
  constructor(pauseMs: (attempt: number) => number = (attempt) => backoffMs(attempt)) {
    this.#pauseMs = pauseMs;
  }

  /**
   * The pause before the next attempt, in milliseconds: none after the first loss.
   *
   * @param openMs how long the last connection was open; undefined when the attempt failed
   */
  next(openMs: number | undefined): number {
    if (openMs === undefined) this.#attempt = Math.max(1, this.#attempt);
    else if (openMs >= limits.backoff.goodMs) this.#attempt = 0;
    return this.#pauseMs(this.#attempt++);
  }

  /** Starts over, without a pause: the caller asks for an attempt now. */
  reset(): void {
    this.#attempt = 0;
  }
}
