import { limits } from "@interval/proto";
import { InvalidError } from "../domain/errors.ts";

/**
 * How many entries a list returns: 50 unless asked otherwise, at most 200.
 *
 * @throws {InvalidError} when it is negative
 */
export function pageSizeOf(asked: number): number {
  if (asked < 0) throw new InvalidError(`The page_size is ${asked}; it must be from 1 to ${limits.pageSize.max}.`);
  return Math.min(asked || limits.pageSize.default, limits.pageSize.max);
}
