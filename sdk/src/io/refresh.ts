import { type Duration, durationFromMs } from "@bufbuild/protobuf/wkt";
import { limits } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import type { PropReader } from "./props.ts";

/** What `refreshEvery` must be, for errors. A longer time does not fit a timer. */
export const refreshEveryRange = `a number of milliseconds, at least ${limits.refreshMs} and at most ${limits.maxInt32}`;

export function isRefreshEvery(value: unknown): value is number {
  return typeof value === "number" && value >= limits.refreshMs && value <= limits.maxInt32;
}

/** How rows or items are refreshed while they are shown. */
interface Refreshing {
  refreshable: boolean;
  refreshEvery: Duration | undefined;
}

/**
 * Reads `refreshEvery` of a component that has `data` or `getData`.
 * @throws {HostMisuseError} for a time out of range, and for `data` that cannot be read again
 */
export function readRefreshing(read: PropReader): Refreshing {
  const refreshable = typeof read.raw("getData") === "function" || typeof read.raw("data") === "function";
  const every = read.raw("refreshEvery");
  if (every === undefined) return { refreshable, refreshEvery: undefined };
  if (!isRefreshEvery(every)) throw read.wrong("refreshEvery", refreshEveryRange);
  if (refreshable) return { refreshable, refreshEvery: durationFromMs(every) };
  throw new HostMisuseError(
    `${read.method}: "refreshEvery" needs what can be read again. Give "getData", or a function that returns the data.`,
  );
}

/** Does something once at a time: calls that come while it is being done are joined into one more, so that each sees what was so when it asked. */
export function joined<T>(perform: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= last.then(() => {
      next = undefined;
      return perform();
    });
    last = next.catch(() => {});
    return next;
  };
}
