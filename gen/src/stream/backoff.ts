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
  return Math.round(bound / 2 + (random() * bound) / 2);
}
