import { isDeepStrictEqual } from "node:util";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { InputKind, IoValueSchema } from "@interval/proto";
import { HostMisuseError } from "../errors.ts";
import { isRecord, show } from "./props.ts";
import { property } from "./records.ts";

/** The value of one component, as it is about to be sent. */
export type EnteredValue = MessageInitShape<typeof IoValueSchema>["kind"];

/** The value of a component of a kind. */
type EnteredOf<K extends InputKind> = Extract<EnteredValue, { case: K }>;

/**
 * Makes a value of what a scripted operator gives in JavaScript's own values, as a screen makes one of what a person types. What has the right
 * type and breaks a rule is entered all the same: refusing it is what the checks are there for.
 */
export type Enter<K extends InputKind> = (given: unknown, entry: Entry) => EnteredOf<K> | Promise<EnteredOf<K>>;

/** Reads what a scripted operator enters in one component, and says clearly what cannot be entered. */
export class Entry {
  /** The operator's IANA time zone, one that is known here. */
  readonly timeZone: string;
  readonly #what: string;

  /** @param what the component as errors name it, such as `"Email" (inputEmail)` */
  constructor(what: string, timeZone: string) {
    this.#what = what;
    this.timeZone = timeZone;
  }

  string(given: unknown): string {
    if (typeof given !== "string") throw this.wrong("a string", given);
    return given;
  }

  number(given: unknown): number {
    if (typeof given !== "number") throw this.wrong("a number", given);
    return given;
  }

  boolean(given: unknown): boolean {
    if (typeof given !== "boolean") throw this.wrong("true or false", given);
    return given;
  }

  list(given: unknown, expected: string): readonly unknown[] {
    if (!Array.isArray(given)) throw this.wrong(expected, given);
    return given;
  }

  /** What a function chooses of what is offered; anything else is as it was given. */
  chosen(given: unknown, offered: readonly unknown[]): unknown {
    return typeof given === "function" ? Reflect.apply(given, undefined, [offered]) : given;
  }

  /** The error for what cannot be entered. */
  wrong(expected: string, given: unknown): HostMisuseError {
    return this.fault(`takes ${expected}, but it was given ${show(given)}.`);
  }

  /** The error that says of the component what is wrong. */
  fault(text: string, cause?: unknown): HostMisuseError {
    return new HostMisuseError(`${this.#what} ${text}`, { cause });
  }
}

/** Whether something is the very object meant, or has all the properties of a description such as `{ id: 5 }`. */
export function isLike(item: unknown, described: Readonly<Record<string, unknown>>): boolean {
  if (item === described) return true;
  if (!isRecord(item)) return false;
  return Object.entries(described).every(([name, value]) => isDeepStrictEqual(property(item, name), value));
}
