import { byteCount } from "@interval/proto";
import { TooLargeError } from "./errors.ts";

/** @throws {TooLargeError} for what would not fit the messages that carry it on */
export function checkSize(what: string, bytes: number | undefined, most: number): void {
  if (bytes !== undefined && bytes > most)
    throw new TooLargeError(`${what} is ${byteCount(bytes)} large; at most ${byteCount(most)} are possible.`);
}
