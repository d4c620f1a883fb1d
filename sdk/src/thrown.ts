import { inspect, types } from "node:util";
import { limits } from "@interval/proto";

// A program may throw anything, such as an error with a getter that throws. Reading it never throws again.

/** Whether something thrown is an error, also one of another realm. */
export function isError(thrown: unknown): thrown is Error {
  return orElse(false, () => types.isNativeError(thrown) || thrown instanceof Error);
}

/** The text of anything thrown: an error's message, a text itself, else how it looks. */
export function messageOf(thrown: unknown): string {
  return shorten(orElse("", () => textOf(thrown)) || "Something was thrown that cannot be shown.");
}

/** Anything thrown as its developer reads it: with its stack, its own fields and its causes. */
export function detailsOf(thrown: unknown): string {
  const details = typeof thrown === "string" ? thrown : orElse("", () => inspect(thrown));
  return shorten(details || messageOf(thrown), 2 * limits.thrownText);
}

/** A field of something thrown; undefined where it cannot be read. */
export function fieldOf(error: object, name: string): unknown {
  return orElse(undefined, () => Reflect.get(error, name));
}

/** A text that fits: what is too long is cut, and halves of characters are replaced. */
export function shorten(text: string, most: number = limits.thrownText): string {
  const short = text.length > most ? `${text.slice(0, most)}… (${text.length} characters in all)` : text;
  return short.toWellFormed();
}

function textOf(thrown: unknown): string {
  if (isError(thrown)) return [fieldOf(thrown, "message"), fieldOf(thrown, "name"), "Error"].find(isText) ?? "";
  if (thrown === undefined || thrown === null) return `The program threw ${thrown} in place of an error.`;
  if (typeof thrown === "string") return thrown || "The program threw an empty text in place of an error.";
  if (typeof thrown !== "object") return String(thrown);
  return orElse(undefined, () => JSON.stringify(thrown)) ?? inspect(thrown);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function orElse<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
